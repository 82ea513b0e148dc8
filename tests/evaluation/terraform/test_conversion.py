"""Type constraints, and converting what is not known; for known values there are the recorded answers."""

from __future__ import annotations

import pytest

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.types.conversion import convert
from stanchion.evaluation.terraform.types.types import (
    ANY,
    NUMBER,
    STRING,
    Type,
    describe_type,
    parse_type,
    type_of,
    unify,
)
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Reference, Unknown, Value, plain
from stanchion.syntax.hcl.nodes import Expression, Literal
from stanchion.syntax.hcl.parser import parse_expression
from stanchion.syntax.source import Source


def read(text: str) -> Type:
    node, problems = parse_expression(Source("variables.tf", text))
    assert not problems
    return parse_type(node, literal)


def literal(node: Expression) -> Value:
    assert isinstance(node, Literal)
    return Known(node.value)


X = Unknown("var.x has no default", variable=Undecided("var.x"))


@pytest.mark.parametrize(
    "text",
    [
        "string",
        "list(set(number))",
        "map(any)",
        "tuple([string, bool])",
        "object({a = string, b = list(object({c = number}))})",
    ],
)
def test_a_type_is_read_and_written_alike(text: str) -> None:
    assert describe_type(read(text)).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["strng", "list(string, number)", "object([])", "tuple(string)", "1", "set()", "optional(string)"]
)
def test_what_is_no_type_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        read(text)
    assert refused.value.origin is not None


def test_a_type_nested_without_end_is_refused() -> None:
    node, problems = parse_expression(Source("v.tf", "list(" * 50 + "string" + ")" * 50))
    assert not problems
    assert parse_type(node, literal).kind == "list"
    node, problems = parse_expression(Source("v.tf", "list(" * 70 + "string" + ")" * 70))
    assert not problems
    with pytest.raises(EvaluationError, match="nested deeper"):
        parse_type(node, literal)


def test_the_old_words_for_collections_mean_any_elements() -> None:
    assert read("list") == Type("list", ANY)
    assert read('"map"') == Type("map", ANY)


def test_defaults_are_filled_in_deep_and_in_place_of_null() -> None:
    type_ = read("object({name = string, port = optional(number, 443), tags = optional(map(string))})")
    made = convert(MapValue({"name": Known(1), "port": Known(None), "extra": X}), type_)
    assert plain(made) == {"name": "1", "port": 443, "tags": None}
    absent = Choice(((Is(Undecided("var.on"), True), Known(80)), (negate(Is(Undecided("var.on"), True)), Known(None))))
    port = convert(MapValue({"name": Known("a"), "port": absent}), type_)
    assert isinstance(port, MapValue)
    arms = port.entries["port"]
    assert isinstance(arms, Choice)
    assert [arm.value for _, arm in arms.arms if isinstance(arm, Known)] == [80, 443]


def test_an_unknown_becomes_an_unknown_of_the_type_with_the_same_name() -> None:
    made = convert(X, NUMBER)
    assert isinstance(made, Unknown)
    assert (made.type, made.variable, made.reason) == ("number", Undecided("var.x"), X.reason)
    text = convert(made, STRING)
    assert isinstance(text, Unknown)
    assert text.variable == Undecided("tostring(var.x)"), "the number 1 and the string 1 are two values"
    with pytest.raises(EvaluationError):
        convert(Unknown("?", type="list"), STRING)


def test_elements_that_are_unknown_leave_the_others_as_they_are() -> None:
    made = convert(ListValue((Known(1), X, Known("b"))), read("list(string)"))
    assert isinstance(made, ListValue)
    first, second, third = made.items
    assert isinstance(second, Unknown)
    assert (plain(first), second.type, plain(third)) == ("1", "string", "b")


def test_a_set_has_each_element_once_with_all_its_references() -> None:
    first, second = Reference("aws_subnet.a", "id"), Reference("aws_subnet.b", "id")
    items = (Known("b"), Known("a", references=(first,)), Known("a", references=(second,)), X, X)
    made = convert(ListValue(items), read("set(string)"))
    assert isinstance(made, ListValue)
    assert [item.value for item in made.items if isinstance(item, Known)] == ["a", "b"]
    assert made.items[0].references == (first, second)
    assert len(made.items) == 3


def test_sensitivity_references_and_places_survive() -> None:
    place = Literal(Source("x.tf", "a = 1"), 0, 5, None)
    value = MapValue({"a": Known(1)}, None, (Reference("x.y", "z"),), True, "object", {"a": place})
    made = convert(value, read("map(string)"))
    assert isinstance(made, MapValue)
    assert (made.references, made.sensitive, made.places) == (value.references, True, {"a": place})


def test_attributes_that_nobody_has_seen_are_unknown_and_not_missing() -> None:
    seen_from_outside = MapValue({"a": Known("x")}, rest=Unknown("known after apply"))
    made = convert(seen_from_outside, read("object({a = string, b = number})"))
    assert isinstance(made, MapValue)
    assert isinstance(made.entries["b"], Unknown)
    assert made.entries["b"].reason == "known after apply"


def test_a_value_that_is_too_large_to_convert_is_unknown() -> None:
    value: Value = Known("x")
    for _ in range(50):
        value = ListValue((value, value))
    made = convert(value, read("list(any)"))
    assert isinstance(made, Unknown)
    assert "more than" in made.reason


def test_types_are_told_and_unified() -> None:
    assert str(type_of(ListValue((Known(1), Known("a"))))) == "tuple([number, string])"
    assert unify([NUMBER, STRING]) == STRING
    assert unify([read("list(number)"), read("tuple([string])")]) == Type("list", STRING)
    assert unify([read("object({a = number})"), read("object({b = string})")]) == Type("map", STRING)
    assert unify([read("object({a = number})"), read("list(string)")]) is None
