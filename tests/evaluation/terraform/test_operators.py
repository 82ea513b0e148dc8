"""Operators on what is not known: what they still tell, and which conditions they make."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, negate
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.operators import binary, unary
from stanchion.evaluation.terraform.types.numbers import add, divide, from_float, multiply, normal, parse, text_of
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    condition_of,
)


def variable(name: str, type_: str | None = None) -> Unknown:
    return Unknown(f"{name} has no default", variable=Undecided(name), type=type_)


ENVIRONMENT = variable("var.env", "string")
NAMELESS = Unknown("known after apply")
ON = Is(Undecided("var.on"), True)


def when(value: Value) -> Condition:
    condition = condition_of(value)
    assert condition is not None
    return condition


def test_an_unknown_beside_a_literal_makes_a_condition_on_it() -> None:
    prod = Is(Undecided("var.env"), "prod")
    assert when(binary("==", ENVIRONMENT, Known("prod"))) == prod
    assert when(binary("!=", Known("prod"), ENVIRONMENT)) == negate(prod)
    assert when(binary("==", ENVIRONMENT, Known(None))) == Is(Undecided("var.env"), None)


def test_an_unknown_of_another_type_is_never_equal() -> None:
    assert binary("==", ENVIRONMENT, Known(1)).value is False  # type: ignore[union-attr]
    assert binary("==", ENVIRONMENT, ListValue(())).value is False  # type: ignore[union-attr]
    assert isinstance(binary("==", variable("var.any"), Known(1)), Choice)


def test_the_same_unknown_equals_itself() -> None:
    assert binary("==", ENVIRONMENT, variable("var.env", "string")).value is True  # type: ignore[union-attr]
    assert isinstance(binary("==", NAMELESS, Unknown("known after apply")), Unknown)
    left, right = binary("==", ENVIRONMENT, variable("var.b")), binary("==", variable("var.b"), ENVIRONMENT)
    assert when(left) == when(right) == Is(Undecided("var.b == var.env"), True)
    assert when(binary("!=", ENVIRONMENT, variable("var.b"))) == negate(when(left))


def test_a_partly_known_text_is_not_what_it_cannot_be() -> None:
    name = Unknown("var.x has no default", parts=(Known("web-"), variable("var.x")), type="string")
    assert binary("==", name, Known("db-1")).value is False  # type: ignore[union-attr]
    assert when(binary("==", name, Known("web-1"))) == Is(Undecided('"web-${var.x}"'), "web-1")


def test_orders_that_exclude_each_other_are_one_condition() -> None:
    count = variable("var.count", "number")
    less = when(binary("<", count, Known(3)))
    assert less == Is(Undecided("var.count < 3"), True)
    assert when(binary(">=", count, Known(3))) == negate(less)


def test_arithmetic_on_an_unknown_has_a_name() -> None:
    total = binary("+", variable("var.count", "number"), Known(1))
    assert isinstance(total, Unknown)
    assert total.variable == Undecided("var.count + 1")
    assert total.type == "number"
    assert total.reason == "var.count has no default"


def test_what_settles_a_connective_settles_it() -> None:
    assert binary("&&", NAMELESS, Known(False)).value is False  # type: ignore[union-attr]
    assert binary("||", Known("true"), NAMELESS).value is True  # type: ignore[union-attr]
    assert isinstance(binary("&&", NAMELESS, Known(True)), Unknown)
    on, off = variable("var.on", "bool"), Is(Undecided("var.other"), True)
    assert when(binary("&&", on, variable("var.other", "bool"))) == all_of(ON, off)
    assert when(binary("||", on, variable("var.other", "bool"))) == any_of(ON, off)
    assert when(unary("!", on)) == negate(ON)
    half = binary("&&", on, NAMELESS)
    assert isinstance(half, Choice)
    assert [(guard, type(arm)) for guard, arm in half.arms] == [(negate(ON), Known), (ON, Unknown)]


def test_choices_are_compared_arm_by_arm() -> None:
    size = Choice(((ON, Known(1)), (negate(ON), Known(2))))
    assert when(binary("==", size, Known(1))) == ON
    assert when(binary("<", size, Known(2))) == ON
    assert binary("<", size, Known(5)).value is True  # type: ignore[union-attr]
    doubled = binary("*", size, Known(2))
    assert isinstance(doubled, Choice)
    assert [arm.value for _, arm in doubled.arms if isinstance(arm, Known)] == [2, 4]


def test_structures_with_an_unknown_inside_hang_on_it() -> None:
    left = MapValue({"env": ENVIRONMENT, "n": Known(1)})
    assert when(binary("==", left, MapValue({"env": Known("prod"), "n": Known(1)}))) == Is(Undecided("var.env"), "prod")
    assert binary("==", left, MapValue({"env": Known("prod"), "n": Known(2)})).value is False  # type: ignore[union-attr]
    assert binary("==", ListValue((NAMELESS,)), ListValue(())).value is False  # type: ignore[union-attr]


def test_references_and_sensitivity_are_handed_on() -> None:
    secret = Known(2, references=(Reference("aws_db_instance.d", "port"),), sensitive=True)
    result = binary("+", secret, Known(1))
    assert result.references == secret.references
    assert result.sensitive
    assert binary("==", ListValue((secret,)), ListValue((Known(2),))).sensitive


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("+", Known("a"), Known(1)),
        ("&&", Known(1), Known(True)),
        ("<", Known(None), Known(1)),
        ("/", Known(0), Known(0)),
    ],
)
def test_what_terraform_refuses_is_an_error(operator: str, left: Value, right: Value) -> None:
    with pytest.raises(EvaluationError):
        binary(operator, left, right)


def test_numbers_beyond_what_is_worked_out_are_unknown() -> None:
    value: Value = Known(10)
    for _ in range(20):
        value = binary("*", value, value)
    assert isinstance(value, Unknown)
    assert "1e1200" in value.reason
    assert isinstance(binary("+", Known(Decimal("1e999999")), Known(1)), Unknown)


def test_numbers_are_printed_as_short_as_they_can_be() -> None:
    assert text_of(add(Decimal("0.1"), Decimal("0.2"))) == "0.3"
    assert text_of(multiply(divide(1, 3), 3)) == "1"
    assert len(text_of(divide(1, 3))) == 157
    assert text_of(from_float(2.0**64)) == "18446744073709550000"
    assert add(from_float(2.0**64), 1) == 2**64 + 1
    assert text_of(Decimal("1e-7")) == "0.0000001"
    assert normal(Decimal("12.0")) == 12
    assert isinstance(normal(Decimal("12.0")), int)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1p3", 8), (".5", Decimal("0.5")), ("5.", 5), ("+1", 1), ("1e3", 1000), ("0x10", None), ("1_0", None), ("", None),
     ("1e", None), (" 1", None), ("-", None), ("٣", None), ("inf", Decimal("Infinity"))],
)  # fmt: skip
def test_strings_are_read_as_numbers_in_gos_way(text: str, number: int | Decimal | None) -> None:
    assert parse(text) == number


def test_a_condition_that_grows_without_end_is_given_up_with_a_reason() -> None:
    value: Value = Known(True)
    for number in range(200):
        value = binary("||" if number % 2 else "&&", value, variable(f"var.b{number}", "bool"))
        if isinstance(value, Unknown):
            break
    assert isinstance(value, Unknown)
    assert value.reason == "it hangs on more than 64 comparisons"
