"""Terraform's numbers: binary floating point with a 512-bit mantissa (Go's `big.Float`), printed as short as possible.

A number is an `int` when it is whole and a `Decimal` when it is not. The decimal stands for the 512-bit number that
is nearest to it, and is always the shortest decimal that does: what Terraform prints. So two numbers are equal when
their decimals are, and nothing is lost on the way from arithmetic to text and back.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import TypeAlias

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError

Number: TypeAlias = int | Decimal

#: Bits of a mantissa, as cty (the value library of Terraform) parses and computes.
PRECISION = 512
#: Numbers from 1e-1200 to 1e1200 are worked out; what lies beyond would cost too much to print.
LARGEST_EXPONENT = 1200
#: A decimal of so many digits is always the shortest for its 512-bit number: floor(511 * log10(2)).
SAFE_DIGITS = 153
#: Digits of a numeral that are looked at.
MAX_NUMERAL = 4000

INFINITY = Decimal("Infinity")
#: Zero with a sign, which Terraform prints; it equals zero.
MINUS_ZERO = Decimal("-0")


class Rounded(Decimal):
    """A number that was computed with fewer than 512 bits (`log` and `pow` compute with 53).

    As a decimal it is what Terraform prints, which at powers of two does not read back as the same number
    (Go's `big.Float.Text`); `ratio` is the number itself.
    """

    __slots__ = ("bits", "ratio")
    bits: int
    ratio: tuple[int, int]


def rounded(decimal: Decimal, bits: int, numerator: int, denominator: int) -> Rounded:
    """The number numerator / denominator of so many bits, which is printed as the decimal."""
    number = Rounded(decimal)
    number.bits = bits
    number.ratio = (numerator, denominator)
    return number


def is_number(value: object) -> bool:
    """Whether a scalar is a number: true and false are not, though Python says so."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def normal(number: Number) -> Number:
    """A number as written, as the number Terraform reads from it.

    Raises BoundExceededError for magnitudes beyond 1e1200.
    """
    if isinstance(number, int):
        if number.bit_length() <= PRECISION:
            return number
    elif isinstance(number, Rounded) or not number.is_finite():
        return number
    elif not number:
        return MINUS_ZERO if number.is_signed() else 0
    else:
        _check(number.adjusted())
        if len(number.as_tuple().digits) <= SAFE_DIGITS:
            return int(number) if number == number.to_integral_value() else number.normalize(_WIDE)
    numerator, denominator = number.as_integer_ratio()
    return nearest(numerator, denominator)


def exact(number: Number) -> tuple[int, int, int]:
    """Numerator, denominator and precision in bits of the binary number that a finite number stands for."""
    if isinstance(number, Rounded):
        return *number.ratio, number.bits
    if isinstance(number, int) and number.bit_length() <= PRECISION:
        return number, 1, PRECISION
    numerator, denominator = number.as_integer_ratio()
    if numerator == 0:
        return 0, 1, PRECISION
    mantissa, exponent = _round(abs(numerator), denominator, PRECISION)
    if numerator < 0:
        mantissa = -mantissa
    return (mantissa << exponent, 1, PRECISION) if exponent >= 0 else (mantissa, 1 << -exponent, PRECISION)


def nearest(numerator: int, denominator: int, bits: int = PRECISION) -> Number:
    """The number of so many bits that is nearest to a quotient, ties to even.

    Raises BoundExceededError when it is too large or too small to work with.
    """
    if numerator == 0:
        return 0
    scale = numerator.bit_length() - denominator.bit_length()
    _check(scale * 3 // 10)
    magnitude = abs(numerator)
    if denominator == 1 and magnitude.bit_length() <= bits:
        return numerator
    mantissa, exponent = _round(magnitude, denominator, bits)
    while mantissa & 1 == 0:
        mantissa, exponent = mantissa >> 1, exponent + 1
    if exponent >= 0 and mantissa.bit_length() + exponent <= bits:
        return mantissa << exponent if numerator > 0 else -(mantissa << exponent)
    digits, point = _shortest(mantissa, exponent, bits)
    shortest = Decimal((0 if numerator > 0 else 1, tuple(map(int, digits)), point - len(digits)))
    if bits != PRECISION:
        sign = 1 if numerator > 0 else -1
        return rounded(shortest, bits, sign * (mantissa << max(exponent, 0)), 1 << max(-exponent, 0))
    return int(shortest) if point >= len(digits) else shortest


def from_float(value: float) -> Number:
    """A number that Terraform computed as a 64-bit float."""
    if value != value or value in (float("inf"), float("-inf")):
        return INFINITY if value > 0 else -INFINITY
    if value == 0:
        return MINUS_ZERO if str(value).startswith("-") else 0
    return nearest(*value.as_integer_ratio(), bits=53)


def parse(text: str) -> Number | None:
    """The number that a string holds as Terraform converts strings, or None when it holds none."""
    if len(text) > MAX_NUMERAL:
        raise BoundExceededError(f"a numeral of more than {MAX_NUMERAL} characters is not read")
    if text.isdecimal() and text.isascii() and len(text) <= SAFE_DIGITS:
        return int(text)
    match = re.fullmatch(r"([+-]?)(\d*)(?:\.(\d*))?(?:([eEpP])([+-]?\d{1,12}))?", text, re.ASCII)
    if match is None or not (match[2] or match[3]):
        return {"inf": INFINITY, "Inf": INFINITY, "+inf": INFINITY, "+Inf": INFINITY}.get(
            text, -INFINITY if text in ("-inf", "-Inf") else None
        )
    mantissa = Decimal(f"{match[1]}{match[2] or '0'}.{match[3] or '0'}")
    exponent = int(match[5] or 0)
    if match[4] in ("p", "P"):
        _check(exponent // 3)
        numerator, denominator = mantissa.as_integer_ratio()
        return nearest(numerator << max(exponent, 0), denominator << max(-exponent, 0))
    if not mantissa:
        return normal(mantissa)
    _check(mantissa.adjusted() + exponent)
    sign, digits, point = mantissa.as_tuple()
    return normal(Decimal((sign, digits, int(point) + exponent)))


def text_of(number: Number) -> str:
    """A number as Terraform writes it in a string: never with an exponent."""
    if isinstance(number, int):
        if number.bit_length() <= PRECISION:
            return str(number)
        number = normal(number)
        return str(number)
    if not number.is_finite():
        return "+Inf" if number > 0 else "-Inf"
    shortest = number if isinstance(number, Rounded) else normal(number)
    return str(shortest) if isinstance(shortest, int) else format(shortest, "f")


def add(left: Number, right: Number) -> Number:
    """The sum, rounded to 512 bits."""
    if isinstance(left, int) and isinstance(right, int):
        return normal(left + right)
    if not (_finite(left) and _finite(right)):
        return _with_infinity(left, right, "add")
    if left == 0 and right == 0:
        return MINUS_ZERO if is_negative(left) and is_negative(right) else 0
    ln, ld, lb = exact(left)
    rn, rd, rb = exact(right)
    return nearest(ln * rd + rn * ld, ld * rd, max(lb, rb))


def subtract(left: Number, right: Number) -> Number:
    """The difference, rounded to 512 bits."""
    return add(left, negate(right))


def multiply(left: Number, right: Number) -> Number:
    """The product, rounded to 512 bits."""
    if _finite(left) and _finite(right) and (left == 0 or right == 0):
        return MINUS_ZERO if is_negative(left) != is_negative(right) else 0
    if isinstance(left, int) and isinstance(right, int):
        return normal(left * right)
    if not (_finite(left) and _finite(right)):
        return _with_infinity(left, right, "multiply")
    ln, ld, lb = exact(left)
    rn, rd, rb = exact(right)
    product = ln * rn
    needed = (product >> _trailing_zeros(product)).bit_length() if product else 1
    return nearest(product, ld * rd, min(PRECISION, max(lb, rb, needed)))


def divide(left: Number, right: Number) -> Number:
    """The quotient, rounded to 512 bits; a number divided by zero is infinite.

    Raises EvaluationError for zero by zero.
    """
    if not (_finite(left) and _finite(right)):
        return _with_infinity(left, right, "divide")
    if right == 0:
        if left == 0:
            raise EvaluationError("can't divide zero by zero or infinity by infinity")
        return INFINITY if left > 0 else -INFINITY
    if left == 0:
        return MINUS_ZERO if is_negative(left) != is_negative(right) else 0
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return normal(left // right)
    ln, ld, lb = exact(left)
    rn, rd, rb = exact(right)
    numerator, denominator = ln * rd, ld * rn
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    return nearest(numerator, denominator, max(lb, rb))


def modulo(left: Number, right: Number) -> Number:
    """The remainder of the division that truncates; by zero, the number itself (as cty does)."""
    if not _finite(left) or not _finite(right) or right == 0:
        return left
    quotient = truncate(divide(left, right))
    return subtract(left, multiply(quotient, right))


def negate(number: Number) -> Number:
    """The number with the other sign."""
    if isinstance(number, int):
        return -number if number else MINUS_ZERO
    if isinstance(number, Rounded):
        numerator, denominator = number.ratio
        return rounded(number.copy_negate(), number.bits, -numerator, denominator)
    return normal(number.copy_negate())


def is_negative(number: Number) -> bool:
    """Whether a number has a minus sign."""
    return number < 0 if isinstance(number, int) else number.is_signed()


def truncate(number: Number) -> int:
    """A finite number without its fraction."""
    return int(number)


def as_index(number: Number) -> int | None:
    """A number as a whole index, or None when it has a fraction or is infinite."""
    if isinstance(number, int):
        return number
    return int(number) if number.is_finite() and number == number.to_integral_value() else None


_WIDE = Context(prec=5000)


def _finite(number: Number) -> bool:
    return isinstance(number, int) or number.is_finite()


def _check(exponent: int) -> None:
    if abs(exponent) > LARGEST_EXPONENT:
        raise BoundExceededError(
            f"a number beyond 1e{LARGEST_EXPONENT} or below 1e-{LARGEST_EXPONENT} is not worked out"
        )


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _with_infinity(left: Number, right: Number, operation: str) -> Number:
    from decimal import InvalidOperation

    a, b = Decimal(left), Decimal(right)
    try:
        result = a + b if operation == "add" else a * b if operation == "multiply" else a / b
    except InvalidOperation:
        raise EvaluationError("the result of this arithmetic on infinity is not defined") from None
    return result if not result.is_finite() else 0


def _round(numerator: int, denominator: int, bits: int) -> tuple[int, int]:
    """Mantissa of exactly `bits` bits and exponent of two of a positive quotient, ties to even."""
    shift = bits - (numerator.bit_length() - denominator.bit_length())
    while True:
        if shift >= 0:
            mantissa, rest = divmod(numerator << shift, denominator)
            divisor = denominator
        else:
            divisor = denominator << -shift
            mantissa, rest = divmod(numerator, divisor)
        if mantissa.bit_length() <= bits:
            break
        shift -= 1
    if rest * 2 > divisor or (rest * 2 == divisor and mantissa & 1):
        mantissa += 1
    if mantissa.bit_length() > bits:
        return mantissa >> 1, 1 - shift
    return mantissa, -shift


def _decimal(mantissa: int, exponent: int) -> tuple[str, int]:
    """Digits without trailing zeros, and the place of the decimal point counted from their start."""
    if exponent >= 0:
        whole = str(mantissa << exponent)
        return whole.rstrip("0"), len(whole)
    digits = str(mantissa * 5**-exponent)
    return digits.rstrip("0"), len(digits) + exponent


def _shortest(mantissa: int, exponent: int, bits: int) -> tuple[str, int]:
    """The shortest digits that read back as mantissa * 2**exponent with so many bits, as Go's `roundShortest`."""
    digits, point = _decimal(mantissa, exponent)
    widened = bits + 1 - mantissa.bit_length()
    mantissa, exponent = (mantissa << widened), exponent - widened
    lower, _ = _decimal(mantissa - 1, exponent)
    upper, _ = _decimal(mantissa + 1, exponent)
    inclusive = mantissa & 2 == 0
    for i, digit in enumerate(digits):
        low = lower[i] if i < len(lower) else "0"
        high = upper[i] if i < len(upper) else "0"
        down = low != digit or (inclusive and i + 1 == len(lower))
        up = digit != high and (inclusive or int(digit) + 1 < int(high) or i + 1 < len(upper))
        if down and up:
            up = _rounds_up(digits, i + 1)
        if down or up:
            return _cut(digits, point, i + 1, up)
    return digits, point


def _rounds_up(digits: str, count: int) -> bool:
    if count >= len(digits):
        return False
    if digits[count] == "5" and count + 1 == len(digits):
        return int(digits[count - 1]) & 1 == 1
    return digits[count] >= "5"


def _cut(digits: str, point: int, count: int, up: bool) -> tuple[str, int]:
    kept = digits[:count]
    if not up or count >= len(digits):
        return kept.rstrip("0"), point
    raised = str(int(kept) + 1)
    return raised.rstrip("0"), point + len(raised) - count
