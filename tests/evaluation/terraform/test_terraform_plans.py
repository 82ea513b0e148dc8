"""What we make of whole configurations, beside what the real Terraform plans for them."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stanchion.discovery.units import terraform_files
from stanchion.evaluation.declarations import Evaluated
from stanchion.evaluation.terraform.modules.unit import EvaluationOptions, evaluate_root
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.reading import SourceTree

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent
CONFIGURATIONS = ROOT / "fixtures" / "evaluation" / "terraform"

#: Where we know more than Terraform says before it applies, and why that is right.
KNOWN_EARLIER = {
    "both": "a conditional whose arms agree is known whatever its condition is",
    "and": "false && anything is false",
    "or": "true || anything is true",
    "present": "try gives what it can read, though not all of it is known: no part of it can fail any more",
}
#: Where Terraform knows and we do not, and why that has to be so.
NOT_KNOWN = {
    "flatten": "an element whose type is not known may be a list itself; Terraform takes it for a single one",
}
#: What Terraform refuses as soon as it knows the values, and we refuse at once.
REFUSED_EARLIER = ("formatlist: too many arguments", "flatten: a list or tuple or set is required")
#: A set of an unknown and itself has one element; Terraform counts it twice until it is known.
KNOWN_BETTER = {"toset([var.text, var.text])"}
#: What we take for secret and Terraform 1.11 does not any more: outputs that a called module declares to be sensitive.
SECRET_BY_DECLARATION = {"sensitive: terraform_data.marks.input.plain"}


@dataclass(slots=True)
class Tally:
    """The outcome of a comparison, value by value."""

    same: int = 0
    different: list[str] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        total = self.same + len(self.different) + len(self.not_known) + len(self.earlier)
        said = f"{self.same} of {total} values are the same, {len(self.earlier)} known earlier"
        parts = {"differ": self.different, "unknown to us only": self.not_known}
        return "; ".join([said, *(f"{len(found)} {word}" for word, found in parts.items())]) + "".join(
            f"\n    {line}" for found in parts.values() for line in found[:40]
        )


def compare(path: str, ours: Value | None, after: Any, unknown: Any, sensitive: Any, tally: Tally) -> None:
    """Hold one value against Terraform's: `unknown` and `sensitive` are true, or have the shape of `after`."""
    if ours is None:
        tally.different.append(f"{path}: missing; terraform has {after!r}")
    elif unknown is True:
        if isinstance(ours, Unknown | Choice) or (isinstance(ours, MapValue) and ours.rest is not None):
            tally.same += 1
        else:
            tally.earlier.append(path)
    elif isinstance(ours, Unknown | Choice):
        reason = ours.reason if isinstance(ours, Unknown) else "it is a choice"
        if reason.startswith(REFUSED_EARLIER):
            tally.earlier.append(path)
            return
        tally.not_known.append(f"{path}: {reason}; terraform has {after!r}")
    elif ours.sensitive is not (sensitive is True) and path not in SECRET_BY_DECLARATION:
        tally.different.append(f"{path}: {'secret' if ours.sensitive else 'open'}, and not so in terraform")
    elif isinstance(after, dict):
        _compare_map(path, ours, after, unknown, sensitive, tally)
    elif isinstance(after, list):
        _compare_list(path, ours, after, unknown, sensitive, tally)
    elif not isinstance(ours, Known) or not _equal(ours.value, after):
        tally.different.append(f"{path}: {ours}, terraform has {after!r}")
    else:
        tally.same += 1


def _compare_map(path: str, ours: Value, after: dict[str, Any], unknown: Any, sensitive: Any, tally: Tally) -> None:
    late = unknown if isinstance(unknown, dict) else {}
    secret = sensitive if isinstance(sensitive, dict) else {}
    keys = {**after, **{key: None for key, value in late.items() if value is True}}
    if not isinstance(ours, MapValue) or set(ours.entries) != set(keys):
        tally.different.append(f"{path}: {ours}, terraform has {after!r}")
        return
    for key in keys:
        inherited = sensitive is True or secret.get(key, False)
        compare(f"{path}.{key}", _bare(ours.entries[key], sensitive), after.get(key), late.get(key), inherited, tally)


def _compare_list(path: str, ours: Value, after: list[Any], unknown: Any, sensitive: Any, tally: Tally) -> None:
    late = unknown if isinstance(unknown, list) else [False] * len(after)
    secret = sensitive if isinstance(sensitive, list) else [sensitive] * len(after)
    if not isinstance(ours, ListValue) or len(ours.items) != len(after):
        tally.different.append(f"{path}: {ours}, terraform has {after!r}")
        return
    for index, item in enumerate(ours.items):
        compare(f"{path}[{index}]", _bare(item, sensitive), after[index], late[index], secret[index], tally)


def _bare(value: Value, sensitive: Any) -> Value:
    """What stands in a secret value is as secret as the whole, whatever it says itself."""
    from stanchion.evaluation.terraform.expressions.propagation import marked

    return marked(value, (), True) if sensitive is True else value


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | Decimal) and isinstance(theirs, int | Decimal):
        return Decimal(ours) == Decimal(theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def evaluated(name: str, arguments: list[str]) -> Evaluated:
    directory = CONFIGURATIONS / name
    files: list[Path] = []
    variables: dict[str, str] = {}
    for argument in arguments:
        option, _, rest = argument.partition("=")
        if option == "-var-file":
            files.append(directory / rest)
        else:
            key, _, value = rest.partition("=")
            variables[key] = value
    unit = terraform_files(directory, [path.name for path in directory.iterdir() if path.is_file()])
    return evaluate_root(unit, SourceTree(directory), EvaluationOptions(tuple(files), variables, workspace="default"))


def compare_case(case: dict[str, Any], tally: Tally) -> None:
    """Hold a configuration's resources and outputs against a recorded plan."""
    found = evaluated(case["case"], case["arguments"])
    name = f"{case['case']} {' '.join(case['arguments'])}".strip()
    tally.different += [f"{name}: {problem.message}" for problem in found.problems]
    ours = {each.address: each for each in found.declarations if each.kind == "resource"}
    if set(ours) != set(case["resources"]):
        tally.different.append(f"{name}: resources {sorted(set(ours) ^ set(case['resources']))} are on one side only")
    for address in set(ours) & set(case["resources"]):
        theirs = case["resources"][address]
        written = {key: value for key, value in theirs["after"].items() if key in ours[address].properties.entries}
        known = {key: theirs["unknown"].get(key) for key in ours[address].properties.entries}
        for key, value in ours[address].properties.entries.items():
            secret = theirs["sensitive"].get(key, False) if isinstance(theirs["sensitive"], dict) else False
            compare(f"{name}: {address}.{key}", value, written.get(key), known[key], secret, tally)
        if ours[address].exists is not True:
            tally.different.append(f"{name}: {address} exists only under a condition")
    for output, theirs in case["outputs"].items():
        where = f"{name}: output.{output}"
        compare(where, found.outputs.get(output), theirs["after"], theirs["unknown"], theirs["sensitive"], tally)


def recorded() -> list[dict[str, Any]]:
    text = (HERE / "recorded" / "plans.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)
    return found


def recorder() -> ModuleType:
    path = ROOT / "tools" / "record_terraform_plans.py"
    specification = importlib.util.spec_from_file_location("plan_recorder", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def unexplained(paths: list[str], explained: dict[str, str]) -> Iterator[str]:
    return (path for path in paths if path.partition(": ")[2].split(": ")[0].rsplit(".", 1)[-1] not in explained)


def test_every_recorded_plan_is_what_we_make_of_the_configuration() -> None:
    tally = Tally()
    for case in recorded():
        compare_case(case, tally)
    assert not tally.different, str(tally)
    assert not list(unexplained(tally.not_known, NOT_KNOWN)), str(tally)
    assert not list(unexplained(tally.earlier, KNOWN_EARLIER)), f"{tally}\nknown earlier: {tally.earlier}"
    assert len(tally.not_known) <= tally.same / 100, str(tally)


def test_every_configuration_is_recorded() -> None:
    assert [(case["case"], case["arguments"]) for case in recorded()] == recorder().cases()


def test_terraform_still_leaves_open_what_is_recorded() -> None:
    binary = shutil.which("terraform")
    if binary is None:
        pytest.skip("terraform is not installed")
    text = (HERE / "recorded" / "unknowns.json").read_text(encoding="utf-8")
    planned = [each for each in json.loads(text) if each[1:] != [None, None]]
    assert [list(each) for each in recorder().ask_unknowns(binary, [each[0] for each in planned])] == planned


@pytest.mark.parametrize("case", recorded(), ids=lambda case: " ".join([case["case"], *case["arguments"]]))
def test_terraform_still_plans_what_is_recorded(case: dict[str, Any]) -> None:
    binary = shutil.which("terraform")
    if binary is None:
        pytest.skip("terraform is not installed")
    asked = recorder().ask(binary, case["case"], case["arguments"])
    assert json.loads(json.dumps(asked), parse_float=Decimal) == case


def late_values(tmp_path: Path, asked: list[str]) -> dict[str, Value]:
    """What we make of expressions in a module that is given only what is known after apply."""
    recording = recorder()
    lines = [f'output "e{number}" {{ value = {each} }}\n' for number, each in enumerate(asked)]
    (tmp_path / "late").mkdir()
    (tmp_path / "main.tf").write_text(recording.caller(), encoding="utf-8")
    (tmp_path / "late" / "main.tf").write_text(recording.called([]) + "".join(lines), encoding="utf-8")
    (tmp_path / "more.tf").write_text('output "each" {\n  value = module.late\n}\n', encoding="utf-8")
    unit = terraform_files(tmp_path, ["main.tf", "more.tf"])
    outputs = evaluate_root(unit, SourceTree(tmp_path), EvaluationOptions()).outputs["each"]
    assert isinstance(outputs, MapValue)
    return {each: outputs.entries[f"e{number}"] for number, each in enumerate(asked)}


def test_what_is_known_only_after_apply_stays_open_and_nothing_else_does(tmp_path: Path) -> None:
    text = (HERE / "recorded" / "unknowns.json").read_text(encoding="utf-8")
    answers = [tuple(each) for each in json.loads(text, parse_float=Decimal)]
    assert len(answers) > 5000
    found = late_values(tmp_path, [each for each, _, _ in answers])
    tally = Tally()
    for expression, after, unknown in answers:
        if (after, unknown) != (None, None) and expression not in KNOWN_BETTER:
            compare(expression, found[expression], after, unknown, False, tally)
    assert not tally.different, str(tally)
    assert len(tally.not_known) <= tally.same / 100, str(tally)
