"""Numeric functions ("Numeric Functions", Terraform language documentation)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.signature import NUM, WHOLE, Surroundings, scalar, valued
from stanchion.evaluation.terraform.types import numbers
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.numbers import Number, is_number
from stanchion.evaluation.terraform.types.types import NUMBER
from stanchion.evaluation.values import Known, ListValue, MapValue, Value, is_null


def _abs(number: Number) -> Number:
    return numbers.negate(number) if number < 0 else number


def _ceil(number: Number) -> Number:
    return _whole(number, ROUND_CEILING)


def _floor(number: Number) -> Number:
    return _whole(number, ROUND_FLOOR)


def _whole(number: Number, rounding: str) -> Number:
    if isinstance(number, int) or not number.is_finite():
        return number
    return int(number.to_integral_value(rounding))


def _float(number: Number) -> float:
    try:
        if isinstance(number, int):
            return float(number)
        numerator, denominator, _ = numbers.exact(number) if number.is_finite() else (0, 1, 0)
        return numerator / denominator if number.is_finite() else float(number)
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _log(number: Number, base: Number) -> Number:
    from stanchion.evaluation.terraform.functions.floating import log

    dividend, divisor = log(_float(number)), log(_float(base))
    if divisor == 0:
        return _checked(dividend * float("inf"))
    return _checked(dividend / divisor)


def _pow(number: Number, power: Number) -> Number:
    from stanchion.evaluation.terraform.functions.floating import power as raised

    return _checked(raised(_float(number), _float(power)))


def _checked(result: float) -> Number:
    if result != result:
        raise EvaluationError("the result is not a number")
    return numbers.from_float(result)


def _max(*given: Number) -> Number:
    if not given:
        raise EvaluationError("must pass at least one number")
    return max(given)


def _min(*given: Number) -> Number:
    if not given:
        raise EvaluationError("must pass at least one number")
    return min(given)


def _signum(number: Number) -> int:
    whole = numbers.as_index(number)
    if whole is None or abs(whole) >= 1 << 63:
        raise EvaluationError("a whole number is required")
    return (whole > 0) - (whole < 0)


def _parseint(arguments: list[Value], around: Surroundings) -> Value:
    given, base_value = arguments
    text = given.value if isinstance(given, Known) else None
    base = base_value.value if isinstance(base_value, Known) else None
    if not isinstance(text, str):
        raise EvaluationError("the first argument must be a string")
    whole = numbers.as_index(base) if isinstance(base, int | Decimal) else None
    if whole is None or not (2 <= whole <= 62):
        raise EvaluationError("base must be a whole number between 2 and 62 inclusive")
    if len(text) > numbers.MAX_NUMERAL:
        raise BoundExceededError(f"a numeral of more than {numbers.MAX_NUMERAL} characters is not read")
    return Known(_integer(text, whole), around.origin)


def _integer(text: str, base: int) -> Number:
    """Digits beyond 9 are letters; above base 36 the small ones come first, then the capitals (Go's big.Int)."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    result = 0
    for digit in digits:
        value = -1
        if digit.isascii() and digit.isdigit():
            value = int(digit)
        elif "a" <= digit <= "z":
            value = ord(digit) - ord("a") + 10
        elif "A" <= digit <= "Z":
            value = ord(digit) - ord("A") + (10 if base <= 36 else 36)
        if not 0 <= value < base:
            raise EvaluationError(f'cannot parse "{text[:40]}" as a base {base} integer')
        result = result * base + value
    if not digits:
        raise EvaluationError(f'cannot parse "{text}" as a base {base} integer')
    return numbers.normal(-result if text[0] == "-" else result)


def _sum(arguments: list[Value], around: Surroundings) -> Value:
    given = arguments[0]
    if isinstance(given, MapValue) or not isinstance(given, ListValue):
        raise EvaluationError("it takes a list, set or tuple of numbers")
    if not given.items:
        raise EvaluationError("cannot sum an empty list")
    total: Number = 0
    for item in given.items:
        if is_null(item):
            raise EvaluationError("cannot sum a list with a null in it")
        number = as_type(item, NUMBER, around.origin)
        value = number.value if isinstance(number, Known) else None
        if isinstance(value, int | Decimal) and is_number(value):
            total = numbers.add(total, value)
    return Known(total, around.origin)


FUNCTIONS = {
    "abs": scalar(_abs, NUM, returns="number"),
    "ceil": scalar(_ceil, NUM, returns="number"),
    "floor": scalar(_floor, NUM, returns="number"),
    "log": scalar(_log, NUM, NUM, returns="number"),
    "max": scalar(_max, variadic=NUM, returns="number"),
    "min": scalar(_min, variadic=NUM, returns="number"),
    "parseint": valued(_parseint, WHOLE, NUM, returns="number"),
    "pow": scalar(_pow, NUM, NUM, returns="number"),
    "signum": scalar(_signum, NUM, returns="number"),
    "sum": valued(_sum, WHOLE, returns="number"),
}
