"""Asks the real Terraform what it plans for whole configurations, and records the answers.

    python tools/record_terraform_plans.py [--terraform PATH]

The configurations are the directories of `fixtures/evaluation/terraform`, planned without arguments or once with each
list of arguments in their `arguments.json`. They use only what is built into Terraform (`terraform_data`), so that no
provider is asked for. The answers go to `tests/evaluation/terraform/recorded/plans.json`. What functions and operators
give for values known only after apply, from the same directory's `unknowns.txt`, goes to `unknowns.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATIONS = ROOT / "fixtures" / "evaluation" / "terraform"
TESTS = ROOT / "tests" / "evaluation" / "terraform"
PLANS = TESTS / "recorded" / "plans.json"


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
    print(f"{len(answers)} plans, {sum(len(each['resources']) for each in answers)} resources")


if __name__ == "__main__":
    main()
