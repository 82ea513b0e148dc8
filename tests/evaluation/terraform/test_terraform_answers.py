"""What our evaluator gives for the corpus of expressions, beside what the real Terraform gives."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.evaluate import evaluate
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.functions import FUNCTION_NAMES, Context, call
from stanchion.evaluation.terraform.types.conversion import convert
from stanchion.evaluation.terraform.types.types import Type, describe_type, parse_type, type_of
from stanchion.evaluation.values import Known, Value
from stanchion.syntax.hcl.nodes import Expression
from stanchion.syntax.hcl.parser import parse_expression, parse_template
from stanchion.syntax.source import Source

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent


NO_MODULE = SimpleNamespace(prefix="", state=SimpleNamespace(step=lambda count: None, made=lambda value: value))


def context() -> Context:
    """Reads the files beside this test."""

    def read(path: str) -> bytes | None:
        return (HERE / path).read_bytes() if (HERE / path).is_file() else None

    def list_files(path: str) -> list[str]:
        return [str(each.relative_to(HERE / path)) for each in (HERE / path).rglob("*") if each.is_file()]

    def render(source: Source, variables: dict[str, Value]) -> Value:
        node, problems = parse_template(source, 0, len(source.text))
        assert not problems
        return evaluate(node, Scope(cast(Any, NO_MODULE), variables, made))

    made = Context(read, render, list_files=list_files, exists=lambda path: (HERE / path).is_file())
    return made


def recorded() -> list[tuple[str, str | None, str]]:
    return [tuple(each) for each in json.loads((HERE / "recorded" / "answers.json").read_text(encoding="utf-8"))]


def recorder() -> ModuleType:
    specification = importlib.util.spec_from_file_location("recorder", ROOT / "tools" / "record_terraform_answers.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def ours(expression: str) -> Value | None:
    node, problems = parse_expression(Source("x.tf", expression))
    assert not problems, f"{expression}: {problems}"
    try:
        return evaluate(node, Scope(cast(Any, NO_MODULE), {}, context()))
    except EvaluationError:
        return None


def as_json(value: Value) -> str | None:
    try:
        encoded = call("jsonencode", [value], None, context())
    except EvaluationError:
        return None
    return cast(str, encoded.value) if isinstance(encoded, Known) else f"not known: {encoded}"


def fits(ours_: Type, theirs: str) -> bool:
    """Whether our type is theirs; where we see `any` (null, an empty list) Terraform may know more."""
    written, pattern = describe_type(ours_), theirs.replace("dynamic", "any").replace(": ", " = ")
    if "any" not in written and "any" not in pattern:
        return written.replace(" ", "").replace("{", "").replace("}", "") == pattern.replace(" ", "").replace(
            "{", ""
        ).replace("}", "")
    return written.split("(")[0] == pattern.split("(")[0] or "any" in (written, pattern)


def differences(answers: list[tuple[str, str | None, str]]) -> list[str]:
    found = []
    for expression, value, kind in answers:
        given = ours(expression)
        text = as_json(given) if given is not None else None
        if expression.startswith("base64gzip"):
            continue
        if text != value:
            found.append(f"{expression}\n    terraform {value}\n    ours      {text}")
        elif given is not None and value is not None and not fits(type_of(given), kind):
            found.append(f"{expression}\n    terraform {kind}\n    ours      {type_of(given)}")
    return found


def test_every_recorded_answer_is_ours() -> None:
    answers = recorded()
    assert len(answers) >= 3000
    found = differences(answers)
    assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found[:40])


def converted(type_: str, value: str) -> Value | None:
    def plain_value(node: Expression) -> Value:
        return evaluate(node, Scope(cast(Any, NO_MODULE), {}, context()))

    constraint, _ = parse_expression(Source("x.tf", type_))
    given = ours(value)
    assert given is not None
    try:
        return convert(given, parse_type(constraint, plain_value))
    except EvaluationError:
        return None


def test_values_become_what_terraform_makes_of_them_as_variables_of_a_type() -> None:
    answers = json.loads((HERE / "recorded" / "conversions.json").read_text(encoding="utf-8"))
    assert len(answers) > 1000
    found = []
    for type_, value, expected, kind in answers:
        given = converted(type_, value)
        text = as_json(given) if given is not None else None
        if text != expected or (given is not None and not fits(type_of(given), kind)):
            shown = type_of(given) if given is not None else ""
            found.append(f"{value} as {type_}\n    terraform {expected} {kind}\n    ours      {text} {shown}")
    assert not found, f"{len(found)} of {len(answers)} differ:\n" + "\n".join(found[:40])


def test_terraform_still_gives_what_is_recorded() -> None:
    binary = shutil.which("terraform")
    if binary is None:
        pytest.skip("terraform is not installed")
    answers = recorded()
    asked = recorder().ask_all(binary, [each[0] for each in answers])
    assert {each[0]: (each[1], each[2]) for each in answers} == asked
    conversions = [
        tuple(each) for each in json.loads((HERE / "recorded" / "conversions.json").read_text(encoding="utf-8"))
    ]
    assert conversions == recorder().ask_conversions(binary, recorder().conversions())


def test_every_function_of_terraform_is_there() -> None:
    binary = shutil.which("terraform")
    if binary is None:
        pytest.skip("terraform is not installed")
    command = [binary, "metadata", "functions", "-json"]
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
    listed = json.loads(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    names = {name.removeprefix("core::") for name in listed["function_signatures"]}
    assert names <= FUNCTION_NAMES
    assert FUNCTION_NAMES - names == {"list", "map"}
