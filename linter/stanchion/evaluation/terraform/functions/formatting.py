"""`format` and `formatlist` ("format Function", Terraform documentation; cty's `function/stdlib/format.go`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import concatenated, derive, marked, survey
from stanchion.evaluation.terraform.functions.lists import listed
from stanchion.evaluation.terraform.functions.signature import (
    MAX_ELEMENTS,
    MAX_TEXT,
    RAW,
    TEXT,
    Surroundings,
    valued,
)
from stanchion.evaluation.terraform.functions.strings import graphemes
from stanchion.evaluation.terraform.types import numbers
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.numbers import Number
from stanchion.evaluation.terraform.types.types import BOOL, NUMBER, STRING
from stanchion.evaluation.values import Known, ListValue, Unknown, Value, is_null
from stanchion.syntax.source import Located

_WIDE = Context(prec=6000, rounding=ROUND_HALF_EVEN)


@dataclass(slots=True, frozen=True)
class Verb:
    """One `%...x` of a format: which argument it shows and how."""

    text: str
    argument: int
    flags: str
    width: int | None
    precision: int | None
    mode: str


def read_format(text: str) -> list[str | Verb]:
    """A format as literal pieces and verbs. Raises EvaluationError for what is no verb."""
    parts: list[str | Verb] = []
    at, following = 0, 0
    verb = re.compile(r"%([0 +#-]*)(\d*)(\.\d*)?(?:\[(\d+)\])?(.)", re.DOTALL | re.ASCII)
    while True:
        percent = text.find("%", at)
        parts.append(text[at : percent if percent >= 0 else len(text)])
        if percent < 0:
            return parts
        if text.startswith("%%", percent):
            parts.append("%")
            at = percent + 2
            continue
        match = verb.match(text, percent)
        if match is None:
            raise EvaluationError(f"unterminated verb at the end of the format: {text[percent:]}")
        flags, width, precision, index, mode = match.groups()
        if mode not in "vtbdoxXeEfgGsq":
            raise EvaluationError(f'unrecognized format character "{mode}" in {match[0]}')
        following = int(index[:9]) if index else following + 1
        if following == 0:
            raise EvaluationError(f"argument index 0 in {match[0]}; the first argument is 1")
        digits = (precision or ".")[1:]
        parts.append(
            Verb(
                match[0],
                following,
                flags,
                _size(width) if width else None,
                None if precision is None else _size(digits or "0"),
                mode,
            )
        )
        at = match.end()


def _size(digits: str) -> int:
    if len(digits) > 7 or int(digits) > MAX_TEXT:
        raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
    return int(digits)


def format_values(form: list[str | Verb], arguments: list[Value], origin: Located | None) -> Value:
    """The text that a format gives with these arguments, partly known when an argument is unknown."""
    parts: list[Value] = []
    highest = length = 0
    for part in form:
        if isinstance(part, str):
            parts.append(Known(part, origin))
            length += len(part)
            continue
        if part.argument > len(arguments):
            raise EvaluationError(f"not enough arguments for {part.text}: there are {len(arguments)}")
        highest = max(highest, part.argument)
        parts.append(_shown(part, arguments[part.argument - 1], origin))
        shown = parts[-1]
        length += len(shown.value) if isinstance(shown, Known) and isinstance(shown.value, str) else 0
        if length > MAX_TEXT:
            raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
    if highest < len(arguments):
        used = f"only {highest} used by format string" if highest else "no verbs in format string"
        raise EvaluationError(f"too many arguments; {used}")
    return concatenated(parts, origin)


def _shown(verb: Verb, argument: Value, origin: Located | None) -> Value:
    """One argument as text; an unknown stays a part of the result, named after the verb unless shown as it is."""
    seen = survey([argument])
    if seen.unknown is None and seen.choice is None:
        return Known(_text(verb, argument), origin, seen.references, seen.sensitive)
    if isinstance(argument, Unknown) and verb.text == "%s":
        return as_type(argument, STRING, origin)
    if isinstance(argument, Unknown) and verb.text in ("%d", "%v") and argument.type in ("number", "string"):
        return as_type(argument, STRING, origin)
    return derive([argument], origin, "string", lambda names: f'format("{verb.text}", {names[0]})')


def _text(verb: Verb, argument: Value) -> str:
    if verb.mode == "v":
        return _as_is(verb, argument)
    if is_null(argument):
        raise EvaluationError(f"unsupported value for {verb.text}: null value cannot be formatted")
    wanted = BOOL if verb.mode == "t" else STRING if verb.mode in "sq" else NUMBER
    try:
        value = as_type(argument, wanted)
    except EvaluationError as error:
        raise EvaluationError(f"unsupported value for {verb.text}: {error.message}") from None
    scalar = value.value if isinstance(value, Known) else None
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, str):
        if verb.precision:
            scalar = "".join(graphemes(scalar)[: verb.precision])
        return _padded(verb, _json(Known(scalar)) if verb.mode == "q" else scalar)
    assert isinstance(scalar, int | Decimal)
    return _integer(verb, scalar) if verb.mode in "bdoxX" else _float(verb, scalar)


def _json(value: Value) -> str:
    from stanchion.evaluation.terraform.functions.json_text import encode

    return encode(value)


def _as_is(verb: Verb, argument: Value) -> str:
    scalar = argument.value if isinstance(argument, Known) else None
    if "#" not in verb.flags:
        if isinstance(scalar, str):
            return _padded(verb, scalar)
        if isinstance(scalar, int | Decimal) and not isinstance(scalar, bool):
            return _padded(verb, _general(scalar, None))
    return _padded(verb, _json(argument))


def _padded(verb: Verb, text: str) -> str:
    """The text filled up to the verb's width, counted in what a reader calls characters."""
    if verb.width is None:
        return text
    missing = verb.width - len(graphemes(text))
    if missing <= 0:
        return text
    fill = ("0" if "0" in verb.flags else " ") * missing
    return text + fill if "-" in verb.flags else fill + text


def _integer(verb: Verb, number: Number) -> str:
    """As Go's big.Int formats itself."""
    if isinstance(number, Decimal) and not number.is_finite():
        raise EvaluationError(f"unsupported value for {verb.text}: an integer is required")
    numerator, denominator, _ = numbers.exact(number)
    if numerator % denominator:
        raise EvaluationError(f"unsupported value for {verb.text}: an integer is required")
    whole = numerator // denominator
    digits = format(abs(whole), verb.mode)
    prefix = {"b": "0b", "o": "0", "x": "0x", "X": "0X"}.get(verb.mode, "") if "#" in verb.flags else ""
    sign = _sign(verb, whole < 0)
    if verb.precision is not None:
        if whole == 0 and verb.precision == 0:
            return ""
        digits = digits.rjust(verb.precision, "0")
    missing = (verb.width or 0) - len(sign) - len(prefix) - len(digits)
    if missing <= 0:
        return sign + prefix + digits
    if "-" in verb.flags:
        return sign + prefix + digits + " " * missing
    if "0" in verb.flags and verb.precision is None:
        return sign + prefix + "0" * missing + digits
    return " " * missing + sign + prefix + digits


def _sign(verb: Verb, negative: bool) -> str:
    return "-" if negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _float(verb: Verb, number: Number) -> str:
    """As Go's big.Float formats itself."""
    if isinstance(number, Decimal) and not number.is_finite():
        text = "Inf"
    elif verb.mode in "gG":
        text = _general(abs_(number), verb.precision)
    elif verb.mode == "f":
        exact = _exact(abs_(number))
        text = format(exact.quantize(Decimal(1).scaleb(-_precision(verb)), context=_WIDE), "f")
    else:
        text = _exponent(_exact(abs_(number)), _precision(verb))
    if verb.mode in "GE":
        text = text.upper()
    sign = "+" if text == "Inf" and number > 0 and " " not in verb.flags else _sign(verb, number < 0)
    missing = (verb.width or 0) - len(sign) - len(text)
    if missing <= 0:
        return sign + text
    if "-" in verb.flags:
        return sign + text + " " * missing
    if "0" in verb.flags and text != "Inf":
        return sign + "0" * missing + text
    return " " * missing + sign + text


def abs_(number: Number) -> Number:
    """The number without its sign."""
    return numbers.negate(number) if number < 0 else number


def _precision(verb: Verb) -> int:
    if verb.precision is not None and verb.precision > 1000:
        raise BoundExceededError("more than 1,000 digits of a number are not worked out")
    return 6 if verb.precision is None else verb.precision


def _exact(number: Number) -> Decimal:
    numerator, denominator, _ = numbers.exact(number)
    return _WIDE.divide(Decimal(numerator), Decimal(denominator))


def _exponent(number: Decimal, precision: int) -> str:
    """One digit, the fraction and an exponent of at least two digits."""
    if not number:
        return "0" + ("." + "0" * precision if precision else "") + "e+00"
    rounded = Context(prec=precision + 1, rounding=ROUND_HALF_EVEN).plus(number)
    digits = "".join(map(str, rounded.as_tuple().digits)).ljust(precision + 1, "0")
    exponent = rounded.adjusted()
    fraction = "." + digits[1 : precision + 1] if precision else ""
    return f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _general(number: Number, precision: int | None) -> str:
    """The shortest text, with an exponent for what is very small or has many digits (Go's 'g')."""
    if isinstance(number, Decimal) and not number.is_finite():
        return numbers.text_of(number)
    if precision is None:
        shortest = Decimal(numbers.text_of(number)).normalize(_WIDE)
    else:
        shortest = Context(prec=max(precision, 1), rounding=ROUND_HALF_EVEN).plus(_exact(number)).normalize(_WIDE)
    if not shortest:
        return "0"
    digits = "".join(map(str, shortest.as_tuple().digits))
    point = shortest.adjusted() + 1
    limit = 6 if precision is None else max(precision, 1)
    if precision is not None and limit > len(digits) >= point:
        limit = len(digits)
    exponent = point - 1
    if exponent < -4 or exponent >= limit:
        sign = "-" if shortest < 0 else ""
        return sign + _exponent(shortest.copy_abs(), len(digits) - 1)
    return format(shortest, "f")


def _format(arguments: list[Value], around: Surroundings) -> Value:
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    return format_values(read_format(text), arguments[1:], around.origin)


def _format_list(arguments: list[Value], around: Surroundings) -> Value:
    """One text for each element of the lists among the arguments, which must be equally long."""
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    if any(isinstance(argument, Unknown) and argument.type in (None, "list") for argument in arguments[1:]):
        return derive(arguments, around.origin, "list", lambda names: f"formatlist({', '.join(names)})")
    lengths = {len(argument.items) for argument in arguments[1:] if isinstance(argument, ListValue)}
    if len(lengths) > 1:
        raise EvaluationError("the lists among the arguments must be equally long")
    count = lengths.pop() if lengths else 1
    form = read_format(text)
    if count > MAX_ELEMENTS or count * (len(form) + len(arguments)) > MAX_ELEMENTS * 20:
        raise BoundExceededError(f"its result has more than {MAX_ELEMENTS:,} elements, or they take too long to write")
    results: list[Value] = []
    length = 0
    for index in range(count):
        row = [
            marked(argument.items[index], argument.references, argument.sensitive)
            if isinstance(argument, ListValue)
            else argument
            for argument in arguments[1:]
        ]
        results.append(format_values(form, row, around.origin))
        made = results[-1]
        length += len(made.value) if isinstance(made, Known) and isinstance(made.value, str) else 0
        if length > MAX_TEXT * 4:
            raise BoundExceededError(f"its result is longer than {MAX_TEXT * 4:,} characters")
    return listed(results, around.origin)


FUNCTIONS = {
    "format": valued(_format, TEXT, variadic=RAW, returns="string"),
    "formatlist": valued(_format_list, TEXT, variadic=RAW, returns="list"),
}
