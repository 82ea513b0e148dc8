"""The conversions of single values."""

from __future__ import annotations

from typing import Any

import pytest

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, choose, plain
from stanchion.graph.conversions import SCALAR, per_arm

OPEN = Is(Undecided("var.open"), True)


def value(given: Any) -> Value:
    if isinstance(given, dict):
        return MapValue({name: value(entry) for name, entry in given.items()})
    if isinstance(given, list):
        return ListValue(tuple(value(item) for item in given))
    return given if isinstance(given, Unknown | Choice) else Known(given)


@pytest.mark.parametrize(
    ("name", "argument", "given", "wanted"),
    [
        ("invert", None, True, False),
        ("invert", None, "false", True),
        ("invert", None, "maybe", "maybe"),
        ("enum", {"true": "Enabled", "false": "Suspended"}, False, "Suspended"),
        ("enum", {"all": "-1"}, "tcp", "tcp"),
        ("enum", {"a": "b"}, ["a", "c"], ["b", "c"]),
        ("pairs", ["Key", "Value"], {"Name": "x"}, [{"Key": "Name", "Value": "x"}]),
        ("pairs", ["Name", "Value"], {"A": "x", "B": None}, [{"Name": "A", "Value": "x"}]),
        ("wrap", None, "x", ["x"]),
        ("wrap", None, ["x"], ["x"]),
        ("first", None, ["x", "y"], "x"),
        ("json", None, '{"a": [1]}', {"a": [1]}),
        ("prefix", "arn:", "x", "arn:x"),
        ("present", "VPC", "vpc-1", "VPC"),
        ("item", {"Key": "k", "Value": "$"}, 60, [{"Key": "k", "Value": 60}]),
        ("each", {"Type": "$"}, ["api", "audit"], [{"Type": "api"}, {"Type": "audit"}]),
        (
            "json_words",
            ["DockerLabels"],
            '[{"name": "a", "portMappings": [{"hostPort": 1}], "dockerLabels": {"x": "y"}}]',
            [{"Name": "a", "PortMappings": [{"HostPort": 1}], "DockerLabels": {"x": "y"}}],
        ),
    ],
)
def test_known_values(name: str, argument: object, given: Any, wanted: Any) -> None:
    converted = SCALAR[name](value(given), argument)
    assert converted is not None
    assert plain(converted) == wanted


@pytest.mark.parametrize("name", [*SCALAR])
def test_an_unknown_never_becomes_known_but_by_its_presence(name: str) -> None:
    arguments: dict[str, object] = {"enum": {"a": "b"}, "pairs": ["Key", "Value"], "present": "there", "prefix": "p"}
    arguments |= {"item": {"Key": "k", "Value": "$"}, "each": {"Type": "$"}, "json_words": []}
    unknown = Unknown("not known", variable=Undecided("var.x"))
    converted = SCALAR[name](unknown, arguments.get(name))
    if name == "present":
        assert isinstance(converted, Known)
        return
    if isinstance(converted, ListValue):
        (converted,) = converted.items
        if isinstance(converted, MapValue):
            converted = converted.entries["Value"]
    assert isinstance(converted, Unknown)
    assert converted.reason == "not known"


def test_a_changed_unknown_is_another_one() -> None:
    unknown = Unknown("not known", variable=Undecided("var.x"))
    for name in ("invert", "enum", "prefix", "each"):
        converted = SCALAR[name](unknown, {"a": "b"})
        assert isinstance(converted, Unknown)
        assert converted.variable is None


def test_the_first_of_elements_that_may_be_missing() -> None:
    maybe = choose(((OPEN, Known("a")), (negate(OPEN), Known(None))))
    found = SCALAR["first"](ListValue((maybe, Known("b"))), None)
    assert isinstance(found, Choice)
    assert {(guard, arm.value) for guard, arm in found.arms if isinstance(arm, Known)} == {
        (OPEN, "a"),
        (negate(OPEN), "b"),
    }


def test_a_pair_goes_when_its_value_is_null() -> None:
    maybe = choose(((OPEN, Known("a")), (negate(OPEN), Known(None))))
    found = SCALAR["pairs"](MapValue({"Name": maybe}), ["Key", "Value"])
    assert isinstance(found, ListValue)
    (item,) = found.items
    assert isinstance(item, Choice)
    assert {guard for guard, arm in item.arms if isinstance(arm, MapValue)} == {OPEN}


def test_every_arm_is_converted() -> None:
    either = choose(((OPEN, Known(True)), (negate(OPEN), Known(False))))
    found = per_arm(either, lambda arm: SCALAR["invert"](arm, None))
    assert isinstance(found, Choice)
    assert {(guard, arm.value) for guard, arm in found.arms if isinstance(arm, Known)} == {
        (OPEN, False),
        (negate(OPEN), True),
    }
