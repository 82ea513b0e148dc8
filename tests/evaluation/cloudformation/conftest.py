"""Evaluating templates that a test writes down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stanchion.evaluation.cloudformation.stack.unit import evaluate_template
from stanchion.evaluation.cloudformation.template.template import TemplateOptions
from stanchion.evaluation.conditions import All, Condition, Is, Not, scalar_text
from stanchion.evaluation.declarations import Evaluated
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.document.json import parse_json
from stanchion.syntax.document.nodes import Node
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.source import Problem, Source


class Files:
    """Documents that live in memory."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def document(self, path: Path) -> tuple[Node | None, list[Problem]]:
        name = path.as_posix()
        if name.endswith(".json"):
            return parse_json(Source(name, self.files[name]))
        nodes, problems = parse_yaml(Source(name, self.files[name]))
        return (nodes[0] if nodes else None), problems

    def exists(self, path: Path) -> bool:
        return path.as_posix() in self.files

    def shown(self, path: Path) -> str:
        return path.as_posix()


class Unit:
    """An evaluated unit, with short ways to ask it."""

    def __init__(self, evaluated: Evaluated) -> None:
        self.evaluated = evaluated
        self.declarations = {d.address: d for d in evaluated.declarations}

    def __getitem__(self, path: str) -> Any:
        """`V.Size`: a property of a resource, as `plainly` shows it."""
        return plainly(self.value(path))

    def value(self, path: str) -> Value:
        address, _, name = path.rpartition(".")
        return self.declarations[address].properties.entries[name]

    def exists(self, address: str) -> str:
        return words(self.declarations[address].exists)

    @property
    def problems(self) -> list[str]:
        return [problem.message for problem in self.evaluated.problems]


def plainly(value: Value) -> Any:
    """A value for comparison: `?name` for an unknown, `{"when": value}` with guards in words for a choice."""
    if isinstance(value, Known):
        return value.value
    if isinstance(value, ListValue):
        return [plainly(item) for item in value.items]
    if isinstance(value, MapValue):
        rest = {"...": plainly(value.rest)} if value.rest is not None else {}
        return {key: plainly(item) for key, item in value.entries.items()} | rest
    if isinstance(value, Unknown):
        return f"?{value.variable.name if value.variable is not None else value.reason}"
    assert isinstance(value, Choice)
    return {words(guard): plainly(arm) for guard, arm in value.arms}


def words(condition: Condition) -> str:
    """A condition in words."""
    if isinstance(condition, bool):
        return str(condition).lower()
    if isinstance(condition, Is):
        return f"{condition.variable.name} = {scalar_text(condition.value)}"
    if isinstance(condition, Not):
        inner = condition.condition
        return words(inner).replace(" = ", " != ") if isinstance(inner, Is) else f"not ({words(inner)})"
    word = " and " if isinstance(condition, All) else " or "
    return "(" + word.join(words(part) for part in condition.conditions) + ")"


Evaluate = Callable[..., Unit]


@pytest.fixture
def evaluate() -> Evaluate:
    """Evaluate a template's text; other files of the tree by name, parameters, and the region may be given."""

    def run(
        text: str, files: Mapping[str, str] | None = None, region: str | None = None, **parameters: str | list[str]
    ) -> Unit:
        tree = Files({"main.yaml": text, **(files or {})})
        return Unit(evaluate_template(Path("main.yaml"), tree, TemplateOptions(parameters, region)))

    return run
