"""What holds for every function and operator, whatever the arguments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.operators import binary, unary
from stanchion.evaluation.terraform.functions import FUNCTION_NAMES, LAZY_NAMES, Context, call
from stanchion.evaluation.terraform.functions.registry import _function
from stanchion.evaluation.terraform.types.conversion import convert
from stanchion.evaluation.terraform.types.types import ANY, BOOL, NUMBER, STRING, Type
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, wholly_known

CONTEXT = Context(
    read=lambda path: b"text" if path == "a" else None, render=lambda source, variables: Known(source.text)
)
NAMES = sorted(FUNCTION_NAMES - LAZY_NAMES)
WORDS = """|a|b|a,b|12|true|%s-%s|[a-z]+|(a)(b)?|10.0.0.0/16|2024-01-02T03:04:05Z|1h|YYYY|é👍🏽|{}|- 1|UTF-8|YQ==|a
b
"""
TEXTS = st.sampled_from(WORDS.split("|")) | st.text(max_size=6)
NUMBERS = st.integers(-3, 12) | st.decimals(-5, 5, places=2, allow_nan=False) | st.sampled_from([10**20, 2**70])
SCALARS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none()).map(Known)
KEYS = st.sampled_from(["a", "b", "name", "1"])
KINDS = st.sampled_from(["tuple", "list", "set"])


def listed(items: list[Value], kind: str) -> Value:
    """A list of a kind, which it has only when its elements have a common type."""
    made = ListValue(tuple(items))
    try:
        return made if kind == "tuple" else convert(made, Type(kind, ANY))
    except EvaluationError:
        return made


def mapped(entries: dict[str, Value], kind: str) -> Value:
    made = MapValue(entries)
    try:
        return made if kind == "object" else convert(made, Type("map", ANY))
    except EvaluationError:
        return made


def containers(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    lists = st.builds(listed, st.lists(inner, max_size=3), KINDS)
    maps = st.builds(mapped, st.dictionaries(KEYS, inner, max_size=3), st.sampled_from(["object", "map"]))
    return lists | maps


VALUES: st.SearchStrategy[Value] = st.recursive(SCALARS, containers, max_leaves=6)
_BY_KIND: dict[str, st.SearchStrategy[Value]] = {
    "string": TEXTS.map(Known),
    "number": NUMBERS.map(Known),
    "bool": st.booleans().map(Known),
    "list": st.builds(listed, st.lists(TEXTS.map(Known) | SCALARS, max_size=4), st.just("tuple")),
    "map": st.builds(mapped, st.dictionaries(KEYS, SCALARS, max_size=3), st.just("object")),
}


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, list[Value]]:
    """A function and arguments that mostly have the types it wants."""
    name = draw(st.sampled_from(NAMES))
    function = _function(name)
    assert function is not None
    parameters = list(function.parameters)
    if function.variadic is not None:
        parameters += [function.variadic] * draw(st.integers(0, 3))
    return name, [draw(st.one_of(_BY_KIND.get(each.type.kind, VALUES), VALUES)) for each in parameters]


def outcome(run: Callable[[], Value]) -> Value | None:
    try:
        return run()
    except EvaluationError:
        return None


@st.composite
def with_a_hole(draw: st.DrawFn, value: Value) -> Value:
    """The value with one part of it unknown."""
    if isinstance(value, ListValue) and value.items and draw(st.booleans()):
        at = draw(st.integers(0, len(value.items) - 1))
        items = list(value.items)
        items[at] = draw(with_a_hole(items[at]))
        return ListValue(tuple(items), kind=value.kind)
    if isinstance(value, MapValue) and value.entries and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value.entries)))
        return MapValue({**value.entries, key: draw(with_a_hole(value.entries[key]))}, kind=value.kind)
    variable = draw(st.sampled_from([None, Undecided("var.x")]))
    return Unknown("var.x has no default", variable=variable)


def agrees(partly: Value, whole: Value) -> bool:
    """Whether nothing that is known of one value contradicts the other."""
    if isinstance(partly, Unknown):
        return True
    if isinstance(partly, Choice):
        return any(agrees(arm, whole) for _, arm in partly.arms)
    if isinstance(partly, ListValue):
        if not isinstance(whole, ListValue):
            return False
        if partly.kind == "set":
            return not wholly_known(partly) or same(partly, whole)
        return len(partly.items) == len(whole.items) and all(
            agrees(a, b) for a, b in zip(partly.items, whole.items, strict=True)
        )
    if isinstance(partly, MapValue):
        if not isinstance(whole, MapValue) or not partly.entries.keys() <= whole.entries.keys():
            return False
        if partly.rest is None and partly.entries.keys() != whole.entries.keys():
            return False
        return all(agrees(each, whole.entries[key]) for key, each in partly.entries.items())
    return same(partly, whole)


def same(left: Value, right: Value) -> bool:
    """Whether two known values are the same, be they written as 1 or as "1".

    An unknown of any type leaves its siblings in a list as they are; were it a string, so would they be.
    """
    if isinstance(left, Known) and isinstance(right, Known) and None not in (left.value, right.value):
        return as_text(left) == as_text(right)
    return as_text(call("jsonencode", [left], None, CONTEXT)) == as_text(call("jsonencode", [right], None, CONTEXT))


def as_text(value: Value) -> object:
    text = convert(value, STRING)
    assert isinstance(text, Known)
    return text.value


@settings(max_examples=600, deadline=None)
@given(calls())
def test_a_call_gives_a_value_or_an_evaluation_error(made: tuple[str, list[Value]]) -> None:
    name, arguments = made
    result = outcome(lambda: call(name, arguments, None, CONTEXT))
    assert result is None or isinstance(result, Known | ListValue | MapValue | Unknown | Choice)


@pytest.mark.parametrize("name", ["setsubtract", "setunion", "setintersection"])
def test_sets_of_what_nobody_knows_are_not_refused(name: str) -> None:
    open_ = ListValue((Unknown("var.x has no default"),), kind="tuple")
    empty = ListValue((ListValue((), kind="tuple"),), kind="tuple")
    assert outcome(lambda: call(name, [open_, empty], None, CONTEXT)) is not None


@settings(max_examples=600, deadline=None)
@given(st.data(), calls())
def test_knowing_less_of_an_argument_never_gives_another_result(
    data: st.DataObject, made: tuple[str, list[Value]]
) -> None:
    name, arguments = made
    if not arguments or name in ("issensitive", "type"):
        return
    whole = outcome(lambda: call(name, arguments, None, CONTEXT))
    at = data.draw(st.integers(0, len(arguments) - 1))
    holed = [*arguments[:at], data.draw(with_a_hole(arguments[at])), *arguments[at + 1 :]]
    partly = outcome(lambda: call(name, holed, None, CONTEXT))
    if whole is not None and partly is not None:
        assert agrees(partly, whole), f"{name}: {partly} but {whole}"
    if whole is not None:
        assert partly is not None, f"{name}: refused with an unknown, and gives {whole} without"


@settings(max_examples=300, deadline=None)
@given(st.data(), calls(), VALUES)
def test_a_choice_gives_what_its_arms_give(data: st.DataObject, made: tuple[str, list[Value]], other: Value) -> None:
    name, arguments = made
    if not arguments:
        return
    at = data.draw(st.integers(0, len(arguments) - 1))
    guard = Is(Undecided("var.on"), True)
    chosen = [
        *arguments[:at],
        Choice(((guard, arguments[at]), (negate(guard), other))),
        *arguments[at + 1 :],
    ]
    ways = [
        outcome(lambda: call(name, arguments, None, CONTEXT)),
        outcome(lambda: call(name, [*arguments[:at], other, *arguments[at + 1 :]], None, CONTEXT)),
    ]
    result = outcome(lambda: call(name, chosen, None, CONTEXT))
    if result is None:
        assert ways == [None, None]
    else:
        for way in ways:
            assert way is None or not wholly_known(way) or agrees(result, way) or isinstance(result, Unknown)


@settings(max_examples=500, deadline=None)
@given(st.data(), st.sampled_from(["==", "!=", "<", ">=", "+", "-", "*", "/", "%", "&&", "||"]), VALUES, VALUES)
def test_knowing_less_of_an_operand_never_gives_another_result(
    data: st.DataObject, operator: str, left: Value, right: Value
) -> None:
    whole = outcome(lambda: binary(operator, left, right))
    partly = outcome(lambda: binary(operator, left, data.draw(with_a_hole(right))))
    mirrored = outcome(lambda: binary(operator, data.draw(with_a_hole(left)), right))
    for result in (partly, mirrored):
        if whole is not None and result is not None:
            assert agrees(result, whole)


@given(st.sampled_from(["-", "!"]), VALUES)
def test_an_operator_gives_a_value_or_an_evaluation_error(operator: str, operand: Value) -> None:
    result = outcome(lambda: unary(operator, operand))
    assert result is None or isinstance(result, Known)


@settings(max_examples=300, deadline=None)
@given(st.data(), VALUES)
def test_conversion_is_idempotent_and_keeps_what_is_known(data: st.DataObject, value: Value) -> None:
    to = data.draw(
        st.sampled_from(
            [STRING, NUMBER, BOOL, Type("list", ANY), Type("set", STRING), Type("map", ANY), Type("map", STRING)]
        )
    )
    converted = outcome(lambda: convert(value, to))
    if converted is None:
        return
    assert same(convert(converted, to), converted) or not wholly_known(converted)
    partly = outcome(lambda: convert(data.draw(with_a_hole(value)), to))
    assert partly is not None
    # one set among the elements of a map makes sets of all: nobody can tell while that one is not known
    assert agrees(partly, converted) or any(
        isinstance(each, ListValue) and each.kind == "set"
        for each in (converted.entries.values() if isinstance(converted, MapValue) else ())
    )
