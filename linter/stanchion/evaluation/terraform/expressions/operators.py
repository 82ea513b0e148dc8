"""Terraform's operators ("Arithmetic and Logical Operators", Terraform language documentation; Terraform 1.11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, negate, same
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import beyond, derive, lift, marked, survey, truth, words
from stanchion.evaluation.terraform.types import numbers
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.numbers import Number
from stanchion.evaluation.terraform.types.types import BOOL, NUMBER, Type
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Scalar,
    Unknown,
    Value,
    choose,
    condition_of,
    is_null,
)
from stanchion.syntax.source import Located

_ARITHMETIC: dict[str, Callable[[Number, Number], Number]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}
_COMPARISON: dict[str, Callable[[Number, Number], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def binary(operator: str, left: Value, right: Value, origin: Located | None = None) -> Value:
    """What `left operator right` gives: operands converted, choices mapped over, unknowns kept apart by name.

    A comparison with an unknown is decided by a condition on it. Raises EvaluationError where Terraform does.
    """
    try:
        if operator in ("==", "!="):
            return _compared(operator, left, right, origin)
        if operator in ("&&", "||"):
            return _logical(operator, left, right, origin)
        return lift([left, right], lambda row: _numeric(operator, row[0], row[1], origin), origin)
    except BoundExceededError as error:
        return beyond(error, [left, right], origin)
    except RecursionError:
        return beyond(BoundExceededError("it is nested too deeply to be compared"), [left, right], origin)


def unary(operator: str, operand: Value, origin: Located | None = None) -> Value:
    """What `-operand` or `!operand` gives. Raises EvaluationError where Terraform does."""
    try:
        return lift([operand], lambda row: _unary(operator, row[0], origin), origin)
    except BoundExceededError as error:
        return beyond(error, [operand], origin)


def _unary(operator: str, operand: Value, origin: Located | None) -> Value:
    if operator == "!":
        converted = _operand(operand, BOOL, operator, origin)
        if isinstance(converted, Known):
            return Known(not converted.value, origin, converted.references, converted.sensitive)
        condition = condition_of(converted)
        if condition is not None:
            return truth(negate(condition), [converted], origin)
        return derive([converted], origin, "bool")
    converted = _operand(operand, NUMBER, operator, origin)
    if isinstance(converted, Known):
        return Known(numbers.negate(_number(converted)), origin, converted.references, converted.sensitive)
    return derive([converted], origin, "number", lambda named: f"-{named[0]}")


def _operand(value: Value, type_: Type, operator: str, origin: Located | None) -> Value:
    if is_null(value):
        raise EvaluationError(f"the operand of {operator} is null, and a {type_} is required", origin)
    try:
        return as_type(value, type_, origin)
    except EvaluationError as error:
        raise EvaluationError(f"unsuitable value for the operand of {operator}: {error.message}", origin) from None


def _number(value: Known) -> Number:
    number = value.value
    assert isinstance(number, int | Decimal)
    return number


def _numeric(operator: str, left: Value, right: Value, origin: Located | None) -> Value:
    left = _operand(left, NUMBER, operator, origin)
    right = _operand(right, NUMBER, operator, origin)
    comparison = _COMPARISON.get(operator)
    if isinstance(left, Known) and isinstance(right, Known):
        result: Scalar
        if comparison is not None:
            result = comparison(_number(left), _number(right))
        else:
            try:
                result = _ARITHMETIC[operator](_number(left), _number(right))
            except EvaluationError as error:
                raise EvaluationError(error.message, origin) from None
        plain = Known(result, origin)
        return marked(marked(plain, left.references, left.sensitive), right.references, right.sensitive)
    if comparison is None:
        return derive([left, right], origin, "number", lambda named: f"{named[0]} {operator} {named[1]}")
    return _ordered(operator, left, right, origin)


#: The order that holds exactly when another does not.
_OPPOSITE = {">=": "<", ">": "<="}


def _ordered(operator: str, left: Value, right: Value, origin: Located | None) -> Value:
    """A comparison with an unknown: `a >= b` is said as not `a < b`, so that the two exclude each other."""
    opposite = operator in _OPPOSITE
    base = _OPPOSITE.get(operator, operator)
    named = derive([left, right], origin, "bool", lambda names: f"{names[0]} {base} {names[1]}")
    if named.variable is None:
        return named
    atom: Condition = Is(named.variable, True)
    return truth(negate(atom) if opposite else atom, [left, right], origin)


def _logical(operator: str, left: Value, right: Value, origin: Located | None) -> Value:
    """`&&` and `||`: the operand that settles the result does so whatever the other is."""
    operands = [lift([value], lambda row: _operand(row[0], BOOL, operator, origin), origin) for value in (left, right)]
    settles = operator == "||"
    for operand in operands:
        if isinstance(operand, Known) and operand.value is settles:
            seen = survey(operands)
            return Known(settles, origin, operand.references, seen.sensitive)
    conditions = [condition_of(operand) for operand in operands]
    if conditions[0] is not None and conditions[1] is not None:
        return truth(any_of(*_pair(conditions)) if settles else all_of(*_pair(conditions)), operands, origin)
    for condition in conditions:
        if condition is not None and not isinstance(condition, bool):
            return _half_known(operator, condition, operands, origin)
    return derive(operands, origin, "bool", lambda names: f"{names[0]} {operator} {names[1]}")


def _pair(conditions: Sequence[Condition | None]) -> tuple[Condition, Condition]:
    left, right = conditions
    assert left is not None
    assert right is not None
    return left, right


def _half_known(operator: str, condition: Condition, operands: list[Value], origin: Located | None) -> Value:
    """One operand hangs on a condition and the other on nothing that has a name: settled where the one settles it."""
    settles = operator == "||"
    seen = survey(operands)
    open_ = derive(operands, origin, "bool")
    settled = Known(settles, origin, seen.references, seen.sensitive)
    guard = condition if settles else negate(condition)
    return choose(((guard, settled), (negate(guard), open_)), origin)


def _compared(operator: str, left: Value, right: Value, origin: Located | None) -> Value:
    survey([left, right])  # what is too large to walk is too large to compare
    condition = equality(left, right)
    if condition is None:
        unknown = derive([left, right], origin, "bool", lambda names: " == ".join(sorted(names)))
        if unknown.variable is None:
            return unknown
        condition = Is(unknown.variable, True)
    return truth(condition if operator == "==" else negate(condition), [left, right], origin)


def equality(left: Value, right: Value) -> Condition | None:
    """When two values are equal as `==` has it, as a condition; None when that cannot be told.

    Values of different types are never equal, not even 1 and "1"; nulls always are.
    """
    if isinstance(left, Choice):
        return _any_arm(left.arms, right)
    if isinstance(right, Choice):
        return _any_arm(right.arms, left)
    if isinstance(left, Unknown):
        return _with_unknown(left, right)
    if isinstance(right, Unknown):
        return _with_unknown(right, left)
    if isinstance(left, Known) or isinstance(right, Known):
        if not (isinstance(left, Known) and isinstance(right, Known)):
            return False
        if isinstance(left.value, str) != isinstance(right.value, str):
            return False
        return same(left.value, right.value)
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        return _equal_lists(left, right)
    if isinstance(left, MapValue) and isinstance(right, MapValue):
        return _equal_maps(left, right)
    return False


def _any_arm(arms: Sequence[tuple[Condition, Value]], other: Value) -> Condition | None:
    ways: list[Condition] = []
    for guard, arm in arms:
        equal = equality(arm, other)
        if equal is None:
            return None
        ways.append(all_of(guard, equal))
    return any_of(*ways)


_SCALAR_KIND = {str: "string", bool: "bool", int: "number", Decimal: "number"}


def _with_unknown(unknown: Unknown, other: Known | ListValue | MapValue | Unknown) -> Condition | None:
    if isinstance(other, Unknown):
        if unknown is other or (unknown.variable is not None and unknown.variable == other.variable):
            return True
        if unknown.type is not None and other.type is not None and unknown.type != other.type:
            return None  # two nulls are equal whatever their types
        name = words(unknown)
        return True if name is not None and name == words(other) else None
    if isinstance(other, ListValue | MapValue):
        kind = "list" if isinstance(other, ListValue) else "map"
        return False if unknown.type is not None and unknown.type != kind else None
    if other.value is not None:
        kind = _SCALAR_KIND.get(type(other.value), "number")
        if unknown.type is not None and unknown.type != kind:
            return False
        if unknown.parts is not None and not _may_be(unknown.parts, other.value):
            return False
    elif unknown.parts is not None:
        return False
    variable = unknown.variable
    if variable is None and unknown.parts is not None and isinstance(other.value, str):
        piece = _only_piece(unknown.parts, other.value)
        if piece is not None:
            return piece
    if variable is None and unknown.parts is not None:
        name = words(unknown)
        variable = Undecided(name) if name is not None else None
    return Is(variable, other.value) if variable is not None else None


def _only_piece(parts: Sequence[Value], text: str) -> Condition | None:
    """When a text with a single unknown piece, which is a string itself, is this one: the piece is what is left."""
    open_ = [part for part in parts if isinstance(part, Unknown)]
    if len(open_) != 1 or open_[0].variable is None or open_[0].type != "string":
        return None
    at = next(number for number, part in enumerate(parts) if part is open_[0])
    before = sum(len(str(part.value)) for part in parts[:at] if isinstance(part, Known))
    end = len(text) - sum(len(str(part.value)) for part in parts[at + 1 :] if isinstance(part, Known))
    return Is(open_[0].variable, text[before:end]) if before <= end else False


def _may_be(parts: Sequence[Value], text: Scalar) -> bool:
    """Whether a partly known string may be a text, judged by how the string begins and ends."""
    if not isinstance(text, str):
        return False
    first, last = parts[0], parts[-1]
    if isinstance(first, Known) and isinstance(first.value, str):
        if not text.startswith(first.value):
            return False
        text = text[len(first.value) :]
    return not (isinstance(last, Known) and isinstance(last.value, str)) or text.endswith(last.value)


def _equal_lists(left: ListValue, right: ListValue) -> Condition | None:
    if left.kind != right.kind:
        return False
    if left.kind == "set":
        return _equal_sets(left, right)
    if len(left.items) != len(right.items):
        return False
    return _all_equal(zip(left.items, right.items, strict=True))


def _equal_sets(left: ListValue, right: ListValue) -> Condition | None:
    if survey(left.items).unknown is None and survey(right.items).unknown is None:
        if len(left.items) != len(right.items) and survey((left, right)).choice is None:
            return False
        if survey((left, right)).choice is None:
            return _all_equal(zip(left.items, right.items, strict=True))
    return None


def _equal_maps(left: MapValue, right: MapValue) -> Condition | None:
    if left.kind != right.kind:
        return False
    if left.rest is not None or right.rest is not None:
        return True if left is right else None
    if left.entries.keys() != right.entries.keys():
        return False
    return _all_equal((item, right.entries[key]) for key, item in left.entries.items())


def _all_equal(pairs: Iterable[tuple[Value, Value]]) -> Condition | None:
    conditions: list[Condition] = []
    open_ = False
    for one, other in pairs:
        condition = equality(one, other)
        if condition is False:
            return False
        if condition is None:
            open_ = True
        elif condition is not True:
            conditions.append(condition)
    if open_:
        return None
    return all_of(*conditions)
