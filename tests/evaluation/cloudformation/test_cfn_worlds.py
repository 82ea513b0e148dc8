"""What evaluation says under each assignment of the parameters is what substituting them gives.

The substitution is a resolver of its own, over plain data, which knows nothing of choices.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.cloudformation.stack.unit import evaluate_template
from stanchion.evaluation.cloudformation.template.template import TemplateOptions
from stanchion.evaluation.conditions import Extent, Undecided
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.document.nodes import Node
from stanchion.syntax.source import Problem, Source

OTHER = "neither-of-these"
PARAMETERS: dict[str, dict[str, Any]] = {
    "Env": {"Type": "String", "AllowedValues": ["dev", "test", "prod"], "Default": "dev"},
    "Flag": {"Type": "String", "AllowedValues": ["true", "false"]},
    "Count": {"Type": "Number", "AllowedValues": [1, 2]},
    "Cidr": {"Type": "String", "Default": "10.0.0.0/8"},
    "Open": {"Type": "String"},
}
REGION = "AWS::Region"
VALUES: dict[str, list[Any]] = {
    "Env": ["dev", "test", "prod"],
    "Flag": ["true", "false"],
    "Count": [1, 2],
    "Cidr": ["10.0.0.0/8", "0.0.0.0/0", OTHER],
    "Open": ["", "x", OTHER],
    REGION: ["us-east-1", "eu-west-1", OTHER],
}
LITERALS = ["dev", "prod", "true", "1", "0.0.0.0/0", "", "x", "us-east-1", "-"]
MAPPINGS: dict[str, dict[str, dict[str, Any]]] = {
    "Sizes": {env: {"size": f"size-{env}", "zones": ["a", "b"][: 1 + len(env) % 2]} for env in VALUES["Env"]},
    "Partial": {"prod": {"size": "large"}, "true": {"size": "yes"}},
    "Regions": {"us-east-1": {"size": "u"}, "eu-west-1": {"size": "e"}},
}


class DeploymentError(Exception):
    """The deployment would fail."""


class Resolver:
    """The template with everything substituted."""

    def __init__(self, template: dict[str, Any], world: dict[str, Any]) -> None:
        self.template = template
        self.world = world

    def condition(self, data: Any) -> bool:
        if isinstance(data, str):
            return self.condition(self.template["Conditions"][data])
        ((name, argument),) = data.items()
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::Not":
            return not self.condition(argument[0])
        if name in ("Fn::And", "Fn::Or"):
            return (all if name == "Fn::And" else any)([self.condition(item) for item in argument])
        left, right = (self.value(item) for item in argument)
        return text(left) == text(right)

    def value(self, data: Any) -> Any:
        if isinstance(data, list):
            return [item for item in map(self.value, data) if item is not None]
        if not isinstance(data, dict):
            return data
        if len(data) == 1:
            ((name, argument),) = data.items()
            if name == "Ref":
                return None if argument == "AWS::NoValue" else self.world[argument]
            method = getattr(self, "fn_" + name.removeprefix("Fn::").lower(), None)
            if name.startswith("Fn::") and method is not None:
                return method(argument)
        resolved = {key: self.value(item) for key, item in data.items()}
        return {key: item for key, item in resolved.items() if item is not None}

    def fn_if(self, argument: Any) -> Any:
        return self.value(argument[1] if self.condition(argument[0]) else argument[2])

    def fn_sub(self, argument: str) -> str:
        for name, value in self.world.items():
            argument = argument.replace(f"${{{name}}}", text(value))
        return argument

    def fn_join(self, argument: Any) -> str:
        return str(argument[0]).join(text(item) for item in self.value(argument[1]))

    def fn_split(self, argument: Any) -> list[str]:
        return text(self.value(argument[1])).split(argument[0])

    def fn_select(self, argument: Any) -> Any:
        items = self.value(argument[1])
        if int(argument[0]) >= len(items):
            raise DeploymentError
        return items[int(argument[0])]

    def fn_length(self, argument: Any) -> int:
        return len(self.value(argument))

    def fn_findinmap(self, argument: Any) -> Any:
        try:
            return MAPPINGS[argument[0]][text(self.value(argument[1]))][text(self.value(argument[2]))]
        except KeyError:
            if len(argument) == 4:
                return self.value(argument[3]["DefaultValue"])
            raise DeploymentError from None

    def fn_tojsonstring(self, argument: Any) -> str:
        return json.dumps(self.value(argument), separators=(",", ":"))


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def in_world(value: Value, world: Assignment) -> Any:
    """A value under an assignment: the arm whose guard holds, the assigned value of an unknown."""
    if isinstance(value, Choice):
        holding = [arm for guard, arm in value.arms if world.decide(guard)]
        assert len(holding) == 1, "exactly one guard holds in every world"
        return in_world(holding[0], world)
    if isinstance(value, ListValue):
        return [item for item in (in_world(item, world) for item in value.items) if item is not None]
    if isinstance(value, MapValue):
        assert value.rest is None
        resolved = {key: in_world(item, world) for key, item in value.entries.items()}
        return {key: item for key, item in resolved.items() if item is not None}
    if isinstance(value, Unknown):
        if value.parts is not None:
            return "".join(text(in_world(part, world)) for part in value.parts)
        assigned = world.value(value.variable) if value.variable is not None else None
        return assigned[0] if assigned is not None else "?" + value.reason
    assert isinstance(value, Known)
    return value.value


class OneFile:
    def __init__(self, template: dict[str, Any]) -> None:
        self.template = template

    def document(self, path: Path) -> tuple[Node | None, list[Problem]]:
        from stanchion.syntax.document.json import parse_json

        return parse_json(Source(path.as_posix(), json.dumps(self.template)))

    def exists(self, path: Path) -> bool:
        return False

    def shown(self, path: Path) -> str:
        return path.as_posix()


names = st.sampled_from(list(VALUES))
literals = st.sampled_from(LITERALS)
refs = names.map(lambda name: {"Ref": name})


def compared(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda items: {"Fn::And": items}),
        st.lists(children, min_size=2, max_size=3).map(lambda items: {"Fn::Or": items}),
        children.map(lambda item: {"Fn::Not": [item]}),
    )


atoms = st.one_of(
    st.tuples(refs, literals).map(lambda pair: {"Fn::Equals": list(pair)}),
    st.tuples(literals, refs).map(lambda pair: {"Fn::Equals": list(pair)}),
    st.tuples(names, literals).map(lambda pair: {"Fn::Equals": [{"Fn::Sub": f"${{{pair[0]}}}"}, pair[1]]}),
    st.tuples(names, literals).map(lambda pair: {"Fn::Equals": [{"Fn::Sub": f"a-${{{pair[0]}}}"}, "a-" + pair[1]]}),
)
earlier = st.integers(0, 2).map(lambda index: {"Condition": f"C{index}"})


def expressions(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    branch = st.one_of(children, st.just({"Ref": "AWS::NoValue"}))
    words = st.one_of(literals, refs)
    lists = st.lists(st.one_of(words, branch.flatmap(lambda b: condition_names.map(lambda c: conditional(c, b)))))
    return st.one_of(
        st.tuples(condition_names, branch, branch).map(lambda three: {"Fn::If": list(three)}),
        st.lists(words, min_size=1, max_size=3).map(lambda items: {"Fn::Join": ["-", items]}),
        st.lists(words, min_size=1, max_size=3).map(lambda items: {"Fn::Select": [len(items) // 2, items]}),
        lists.map(lambda items: {"Fn::Length": items}),
        st.tuples(names, names).map(lambda two: {"Fn::Sub": f"x-${{{two[0]}}}/${{{two[1]}}}"}),
        st.tuples(st.sampled_from(list(MAPPINGS)), words).map(lambda two: {"Fn::FindInMap": [*two, "size"]}),
        st.tuples(st.sampled_from(list(MAPPINGS)), words, words).map(
            lambda three: {"Fn::FindInMap": [three[0], three[1], "size", {"DefaultValue": three[2]}]}
        ),
        st.just({"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "zones"]}),
        st.lists(children, max_size=3),
        st.dictionaries(st.sampled_from(["A", "B", "C"]), branch, max_size=3),
        st.dictionaries(st.sampled_from(["A", "B"]), words, max_size=2).map(lambda data: {"Fn::ToJsonString": data}),
    )


def conditional(condition: str, value: Any) -> Any:
    return {"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]}


condition_names = st.sampled_from(["C0", "C1", "C2", "C3"])
values = st.recursive(st.one_of(literals, refs), expressions, max_leaves=5)
conditions = st.recursive(atoms, compared, max_leaves=4)
templates = st.fixed_dictionaries(
    {
        "Parameters": st.just(PARAMETERS),
        "Mappings": st.just(MAPPINGS),
        "Conditions": st.fixed_dictionaries(
            {
                "C0": conditions,
                "C1": conditions,
                "C2": conditions,
                "C3": st.recursive(st.one_of(atoms, earlier), compared, max_leaves=4),
            }
        ),
        "Resources": st.fixed_dictionaries(
            {
                "R": st.fixed_dictionaries(
                    {
                        "Type": st.just("AWS::SQS::Queue"),
                        "Properties": st.dictionaries(st.sampled_from(["P", "Q"]), values, min_size=1),
                    },
                    optional={"Condition": condition_names},
                )
            }
        ),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(template=templates)
def test_every_world_is_what_substitution_gives(template: dict[str, Any]) -> None:
    unit = evaluate_template(Path("t.json"), OneFile(template), TemplateOptions())
    (resource,) = [d for d in unit.declarations if d.kind == "resource"]
    variables = {name: Undecided(name) for name in VALUES}
    domains = dict(VALUES)
    if "Cidr" not in json.dumps(template["Conditions"]):
        domains["Cidr"] = VALUES["Cidr"][:1]  # a default that nothing is compared with counts as the value
    for combination in itertools.product(*domains.values()):
        world = dict(zip(VALUES, combination, strict=True))
        assignment = Assignment({variables[name]: Extent(False, frozenset((value,))) for name, value in world.items()})
        resolver = Resolver(template, world)
        body = template["Resources"]["R"]
        exists = resolver.condition(body["Condition"]) if "Condition" in body else True
        assert assignment.decide(resource.exists) is exists
        if not exists:
            continue
        try:
            expected = resolver.value(body["Properties"])
        except DeploymentError:
            continue
        assert all(assignment.decide(constraint) for constraint in unit.constraints)
        found = in_world(resource.properties, assignment)
        if "combinations" not in json.dumps(found):  # more than are told apart: unknown, and said so
            assert worded(found) == worded(expected), world


def worded(data: Any) -> Any:
    """Data with scalars as text: whether a number is one is decided later, against the schema."""
    if isinstance(data, dict):
        return {key: worded(item) for key, item in data.items()}
    if isinstance(data, list):
        return [worded(item) for item in data]
    return text(data)
