"""Asks the real Terraform what it plans for whole configurations, and records the answers.

    python tools/record_terraform_plans.py [--terraform PATH]

The configurations are the directories of `fixtures/evaluation/terraform`, planned without arguments or once with each
list of arguments in their `arguments.json`. They use only what is built into Terraform (`terraform_data`), so that no
provider is asked for. The answers go to `tests/evaluation/terraform/recorded/plans.json`.

What functions and operators give for values known only after apply goes to `unknowns.json` beside it: the patterns of
`tests/evaluation/terraform/expressions/unknowns.json` filled in, planned in a module whose variables are given such
values. Each answer is an expression, its value and which parts of that are unknown; null and null where it is refused.
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
from itertools import product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATIONS = ROOT / "fixtures" / "evaluation" / "terraform"
TESTS = ROOT / "tests" / "evaluation" / "terraform"
PLANS = TESTS / "recorded" / "plans.json"
UNKNOWNS = TESTS / "recorded" / "unknowns.json"
#: Variables of the module in which expressions over unknown values are planned, with a type and a value of it
#: that is put through `terraform_data`.
LATE = {
    "text": ("string", '"x"'),
    "number": ("number", "1"),
    "flag": ("bool", "true"),
    "list": ("list(string)", 'tolist(["x"])'),
    "set": ("set(string)", 'toset(["x"])'),
    "map": ("map(string)", 'tomap({ k = "x" })'),
    "object": ("object({ a = string, b = number })", '{ a = "x", b = 1 }'),
    "any": ("any", '"{}"'),
}
#: How many expressions are planned together.
BATCH = 400


class RefusedError(Exception):
    """Terraform makes no plan; the message is what it printed."""


def cases() -> list[tuple[str, list[str]]]:
    """The configurations by name, each with the arguments to plan it with."""
    found: list[tuple[str, list[str]]] = []
    for directory in sorted(path for path in CONFIGURATIONS.iterdir() if path.is_dir()):
        listed = directory / "arguments.json"
        runs = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else [[]]
        found += [(directory.name, arguments) for arguments in runs]
    return found


def plan(binary: str, directory: Path, arguments: list[str]) -> dict[str, Any]:
    """What Terraform plans for a copy of a directory, as `terraform show -json` prints it. Raises RefusedError."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / directory.name
        shutil.copytree(directory, copy)
        for command in (
            ["init", "-backend=false", "-no-color"],
            ["plan", "-no-color", "-input=false", "-out=plan.bin", *arguments],
        ):
            done = _run(binary, command, copy)
            if done.returncode:
                raise RefusedError(done.stdout + done.stderr)
        shown: dict[str, Any] = json.loads(_run(binary, ["show", "-json", "plan.bin"], copy).stdout)
    return shown


def _run(binary: str, command: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment = {**kept, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        [binary, *command], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )


def answer(shown: dict[str, Any]) -> dict[str, Any]:
    """What counts of a plan: by address, the values after it, which of them are unknown, and which are secret."""
    resources = {
        change["address"]: _after(change["change"])
        for change in shown.get("resource_changes", ())
        if change["change"]["after"] is not None
    }
    outputs = {name: _after(change) for name, change in shown.get("output_changes", {}).items()}
    return {"resources": resources, "outputs": outputs}


def _after(change: dict[str, Any]) -> dict[str, Any]:
    return {"after": change.get("after"), "unknown": change["after_unknown"], "sensitive": change["after_sensitive"]}


def ask(binary: str, name: str, arguments: list[str]) -> dict[str, Any]:
    """What counts of Terraform's plan for one case."""
    return {"case": name, "arguments": arguments, **answer(plan(binary, CONFIGURATIONS / name, arguments))}


def expressions() -> list[str]:
    """Expressions over the variables of `LATE`, each once."""
    patterns = json.loads((TESTS / "expressions" / "unknowns.json").read_text(encoding="utf-8"))
    return list(dict.fromkeys(p["pattern"].format(*row) for p in patterns for row in product(*p["values"])))


def caller() -> str:
    """A root module that gives its child nothing but what is known after apply."""
    data = "".join(
        f'resource "terraform_data" "{name}" {{\n  input = {value}\n}}\n' for name, (_, value) in LATE.items()
    )
    inputs = {name: f"terraform_data.{name}.output" for name in LATE}
    inputs["any"] = f"jsondecode({inputs['any']})"
    given = "".join(f"  {name} = {value}\n" for name, value in inputs.items())
    return f'{data}module "late" {{\n  source = "./late"\n{given}}}\noutput "all" {{ value = module.late.all }}\n'


def called(lines: list[str]) -> str:
    """The child: its variables, and an output with one expression a line, the first one on the first line."""
    variables = "".join(f'variable "{name}" {{\n  type = {type_}\n}}\n' for name, (type_, _) in LATE.items())
    return 'output "all" { value = [' + ",\n".join(lines) + "\n]}\n" + variables


def ask_unknowns(binary: str, asked: list[str]) -> list[tuple[str, Any, Any]]:
    """The answers to all expressions, some at a time."""
    parts = (asked[at : at + BATCH] for at in range(0, len(asked), BATCH))
    return [found for part in parts for found in _ask_unknowns(binary, part)]


def _ask_unknowns(binary: str, asked: list[str]) -> list[tuple[str, Any, Any]]:
    """Terraform refuses a configuration as a whole, and says on which lines: those are left out and asked no more."""
    refused: set[int] = set()
    while True:
        lines = ["null" if number in refused else each for number, each in enumerate(asked)]
        with tempfile.TemporaryDirectory() as scratch:
            directory = Path(scratch) / "unknowns"
            (directory / "late").mkdir(parents=True)
            (directory / "main.tf").write_text(caller(), encoding="utf-8")
            (directory / "late" / "main.tf").write_text(called(lines), encoding="utf-8")
            try:
                change = plan(binary, directory, [])["output_changes"]["all"]
            except RefusedError as error:
                found = {int(line) - 1 for line in re.findall(r"on late/main.tf line (\d+)", str(error))}
                if not found - refused:
                    raise
                refused |= found
                continue
        after, unknown = change["after"], change["after_unknown"]
        late = unknown if isinstance(unknown, list) else [unknown] * len(asked)
        return [
            (each, None, None) if number in refused else (each, after[number], late[number])
            for number, each in enumerate(asked)
        ]


def main() -> None:
    """Records the answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terraform", default="terraform")
    binary = parser.parse_args().terraform
    answers = []
    for name, arguments in cases():
        try:
            answers.append(ask(binary, name, arguments))
        except RefusedError as error:
            sys.exit(f"{name} {arguments}:\n{error}")
    lines = [json.dumps(each, ensure_ascii=False) for each in answers]
    PLANS.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    unknowns = [json.dumps(each, ensure_ascii=False) for each in ask_unknowns(binary, expressions())]
    UNKNOWNS.write_text("[\n" + ",\n".join(unknowns) + "\n]\n", encoding="utf-8")
    print(f"{len(unknowns)} expressions over unknown values")
    print(f"{len(answers)} plans, {sum(len(each['resources']) for each in answers)} resources")


if __name__ == "__main__":
    main()
