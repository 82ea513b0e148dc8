"""What a plain YAML scalar means.

CloudFormation reads YAML 1.1 without its timestamps (CloudFormation User Guide, "CloudFormation template format"), so
`yes` is true, `010` is eight and `1:30` is ninety, but `2012-10-17` is text. Source of the forms: YAML 1.1,
"Language-Independent Types". Infinities and "not a number" stay text, since no JSON value stands for them.
"""

from __future__ import annotations

import math
import re

Plain = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    word: value
    for value, spellings in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")), (None, ("null",)))
    for spelling in spellings
    for word in (spelling, spelling.capitalize(), spelling.upper())
}
_WORDS[""] = _WORDS["~"] = None
#: What a number can begin with; a scalar that begins otherwise need not be matched.
_FIRST = frozenset("-+.0123456789")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?:"
    r"0b(?P<binary>[01_]+)"
    r"|0x(?P<hexadecimal>[0-9a-fA-F_]+)"
    r"|(?P<octal>0[0-7_]+)"
    r"|(?P<decimal>0|[1-9][0-9_]*)"
    r"|(?P<sexagesimal>[1-9][0-9_]*(?::[0-5]?[0-9])+)"
    r"|(?P<real>(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?)"
    r"|(?P<clock>[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)"
    r")\Z"
)
_BASES = {"binary": 2, "hexadecimal": 16, "octal": 8, "decimal": 10}
#: Longer digit strings are no quantities, and reading them takes time that grows with the square of their length.
_MAX_DIGITS = 300


def plain(text: str) -> Plain:
    """The value of a scalar without quotes and without a tag."""
    if text[:1] in _FIRST:
        found = _NUMBER.match(text)
        return text if found is None else _number(found)
    return _WORDS.get(text, text)


def _number(found: re.Match[str]) -> int | float | str:
    form = found.lastgroup or ""
    digits = found.group(form).replace("_", "")
    if not digits or len(digits) > _MAX_DIGITS:
        return found.string
    sign = -1 if found.group("sign") == "-" else 1
    base = _BASES.get(form)
    if base is not None:
        return sign * int(digits, base)
    if form == "real":
        value = float(digits)
        return sign * value if value != math.inf else found.string
    if form == "sexagesimal":
        return sign * int(_sixties(digits.split(":")))
    return sign * (_sixties(digits.partition(".")[0].split(":")) + float("0." + (digits.partition(".")[2] or "0")))


def _sixties(digits: list[str]) -> int:
    total = 0
    for part in digits:
        total = total * 60 + int(part)
    return total


def standard(name: str, text: str) -> tuple[Plain, bool]:
    """The value of a scalar under a tag of YAML's own such as `!!int`, and whether its text fits the tag."""
    value = plain(text)
    if name == "int":
        return (value, True) if isinstance(value, int) and not isinstance(value, bool) else (text, False)
    if name == "float":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return (float(value), True) if fits and value is not None else (text, False)
    if name == "bool":
        return (value, True) if isinstance(value, bool) else (text, False)
    if name == "null":
        return None, True
    return text, True
