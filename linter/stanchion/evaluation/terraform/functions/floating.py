"""Logarithm and power to the last bit as Go's `math` package computes them, which the C library's may differ from."""

from __future__ import annotations

from math import exp, frexp, isinf, ldexp, modf, sqrt

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_L = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def log(x: float) -> float:
    """The natural logarithm (FreeBSD's e_log.c); not a number below zero."""
    if x != x or x == float("inf"):
        return x
    if x < 0:
        return float("nan")
    if x == 0:
        return float("-inf")
    mantissa, exponent = frexp(x)
    if mantissa < sqrt(2) / 2:
        mantissa *= 2
        exponent -= 1
    f = mantissa - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_L[0] + s4 * (_L[2] + s4 * (_L[4] + s4 * _L[6])))
    even = s4 * (_L[1] + s4 * (_L[3] + s4 * _L[5]))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


def power(x: float, y: float) -> float:
    """x to the power of y; not a number for a fractional power of a negative one."""
    if y == 0 or x == 1:
        return 1.0
    if y == 1:
        return x
    if x == 0 or isinf(x) or isinf(y):
        return _extreme(x, y)
    if abs(y) == 0.5:
        root = sqrt(x) if x > 0 else float("nan")
        return root if y > 0 else 1 / root
    fraction, whole = modf(abs(y))
    if fraction and x < 0:
        return float("nan")
    if whole >= 2.0**63:
        return 1.0 if x == -1 else 0.0 if (abs(x) < 1) == (y > 0) else float("inf")
    result, exponent = 1.0, 0
    if fraction:
        if fraction > 0.5:
            fraction -= 1
            whole += 1
        result = exp(fraction * log(x))
    result, exponent = _whole_power(x, int(whole), result, exponent)
    if y < 0:
        result, exponent = 1 / result, -exponent
    try:
        return ldexp(result, exponent)
    except OverflowError:
        return float("-inf") if result < 0 else float("inf")


def _whole_power(x: float, count: int, result: float, exponent: int) -> tuple[float, int]:
    """Mantissa and exponent of a product with a whole power, by repeated squaring."""
    mantissa, place = frexp(x)
    while count:
        if not -(1 << 12) <= place <= 1 << 12:
            return result, exponent + place
        if count & 1:
            result *= mantissa
            exponent += place
        mantissa *= mantissa
        place <<= 1
        if mantissa < 0.5:
            mantissa += mantissa
            place -= 1
        count >>= 1
    return result, exponent


def _extreme(x: float, y: float) -> float:
    """Powers of zero and of infinity, and infinite powers."""
    odd = not isinf(y) and y == int(y) and int(y) % 2 == 1
    if isinf(y):
        if x == -1:
            return 1.0
        return 0.0 if (abs(x) < 1) == (y > 0) else float("inf")
    large = isinf(x) == (y > 0)
    size = float("inf") if large else 0.0
    return -size if odd and (x < 0 or str(x).startswith("-")) else size
