"""Asks the real Terraform for the value and the type of every expression of the corpus, and records the answers.

    python tools/record_terraform_answers.py [--terraform PATH]

The expressions are in `tests/evaluation/terraform/expressions`: the lines of the text files and what `products.json`
multiplies out, but for those in `excluded.txt`. What Terraform leaves unknown, or takes for a syntax error, is left
out. The answers go to
`tests/evaluation/terraform/recorded/answers.json`: for each expression its value as JSON (or null where Terraform
refuses it) and its type as `type()` prints it. What values become as variables of a type goes to `conversions.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent / "tests" / "evaluation" / "terraform"
ANSWERS = HERE / "recorded" / "answers.json"
CONVERSIONS = HERE / "recorded" / "conversions.json"
EXCLUDED = HERE / "expressions" / "excluded.txt"
REFUSED = "__ERR__"


def products() -> Iterator[str]:
    """Every function and operator over small values of every kind: the patterns of `products.json` filled in."""
    for each in json.loads((HERE / "expressions" / "products.json").read_text(encoding="utf-8")):
        for row in product(*each["values"]):
            yield each["pattern"].format(*row)


def written() -> Iterator[str]:
    """The expressions written by hand."""
    for path in sorted((HERE / "expressions").glob("*.txt")):
        if path != EXCLUDED:
            yield from lines_of(path)


def lines_of(path: Path) -> list[str]:
    """The lines of a file but for comments and empty ones."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def ask(binary: str, expressions: list[str]) -> list[tuple[str | None, str]] | None:
    """Value and type of each, or None when the batch as a whole has no answer (an unknown or a syntax error in it)."""
    values = _console(
        binary, [f'try(jsonencode({each}), "{REFUSED}")' for each in expressions], "jsonencode(local.all)"
    )
    try:
        decoded = json.loads(json.loads(values))
    except ValueError:
        return None
    types = _console(binary, [f'try({each}, "{REFUSED}")' for each in expressions], "type(local.all)")
    kinds = split_types(types)
    if len(kinds) != len(decoded):
        return None
    return [(None if value == REFUSED else value, kind) for value, kind in zip(decoded, kinds, strict=True)]


def _console(binary: str, lines: list[str], question: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        text = "locals { all = [\n" + "".join(line + ",\n" for line in lines) + "]}\n"
        (Path(folder) / "main.tf").write_text(text, encoding="utf-8")
        shutil.copytree(HERE / "files", Path(folder) / "files")
        return _run(binary, folder, question).stdout


def _run(binary: str, folder: str, question: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    command = [binary, "console", "-no-color"]
    return subprocess.run(
        command, input=question + "\n", capture_output=True, text=True, cwd=folder, env=environment, check=False
    )


def split_types(text: str) -> list[str]:
    """The members of the outermost `tuple([...])`, each on one line without blanks and trailing commas."""
    members: list[str] = []
    for line in text.splitlines()[1:-1]:
        if line.startswith("    ") and not line.startswith(("     ", "    ]", "    }", "    )")):
            members.append("")
        if members:
            members[-1] += line.strip()
    compact = [member.removesuffix(",") for member in members]
    return [member.replace(",]", "]").replace(",}", "}").replace(",)", ")") for member in compact]


def ask_all(binary: str, expressions: list[str]) -> dict[str, tuple[str | None, str]]:
    """The answers, halving batches until those without an answer stand alone."""
    answers: dict[str, tuple[str | None, str]] = {}
    pending = [expressions]
    while pending:
        batch = pending.pop()
        found = ask(binary, batch)
        if found is not None:
            answers.update(zip(batch, found, strict=True))
        elif len(batch) > 1:
            half = len(batch) // 2
            pending += [batch[half:], batch[:half]]
        else:
            print(f"no answer: {batch[0]}", file=sys.stderr)
    return {expression: answers[expression] for expression in expressions if expression in answers}


def conversions() -> list[tuple[str, str]]:
    """Pairs of a type constraint and a value to convert to it."""
    given = json.loads((HERE / "expressions" / "conversions.json").read_text(encoding="utf-8"))
    return list(product(given["types"], given["values"]))


def ask_conversions(binary: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str, str | None, str]]:
    """The answers to all pairs, some at a time: Terraform is slow at reporting many errors at once."""
    parts = (pairs[at : at + 50] for at in range(0, len(pairs), 50))
    return [answer for part in parts for answer in _ask_conversions(binary, part)]


def _ask_conversions(binary: str, pairs: list[tuple[str, str]]) -> list[tuple[str, str, str | None, str]]:
    """What each value becomes as the default of a variable of the type, as JSON (None when refused), and its type.

    Terraform refuses a configuration as a whole, and says on which line: what it refuses is left out and asked no more.
    """
    kept = dict.fromkeys(range(len(pairs)))
    with tempfile.TemporaryDirectory() as folder:
        while True:
            lines = [
                f'variable "v{number}" {{\n  type = {type_}\n  default = {value}\n}}\n'
                if number in kept
                else "\n\n\n\n"
                for number, (type_, value) in enumerate(pairs)
            ]
            names = ", ".join(f"var.v{number}" for number in kept)
            (Path(folder) / "main.tf").write_text("".join(lines) + f"locals {{ all = [{names}] }}\n", encoding="utf-8")
            output = _run(binary, folder, "jsonencode([for each in local.all : jsonencode(each)])")
            refused = {(int(line) - 1) // 4 for line in re.findall(r"on main.tf line (\d+)", output.stderr)}
            if not refused:
                break
            for number in refused:
                del kept[number]
        values = json.loads(json.loads(output.stdout))
        kinds = split_types(_run(binary, folder, "type(local.all)").stdout)
    answers: list[tuple[str, str, str | None, str]] = [(*pair, None, "") for pair in pairs]
    for number, value, kind in zip(kept, values, kinds, strict=True):
        answers[number] = (*pairs[number], value, kind)
    return answers


def main() -> None:
    """Records the answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terraform", default="terraform")
    binary = parser.parse_args().terraform
    excluded = set(lines_of(EXCLUDED))
    expressions = [each for each in dict.fromkeys([*written(), *products()]) if each not in excluded]
    answers = ask_all(binary, expressions)
    ANSWERS.parent.mkdir(exist_ok=True)
    lines = [json.dumps([each, *answer], ensure_ascii=False) for each, answer in answers.items()]
    ANSWERS.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    converted = [json.dumps(each, ensure_ascii=False) for each in ask_conversions(binary, conversions())]
    CONVERSIONS.write_text("[\n" + ",\n".join(converted) + "\n]\n", encoding="utf-8")
    print(f"{len(converted)} conversions, {len(answers)} answers to {len(expressions)} expressions")


if __name__ == "__main__":
    main()
