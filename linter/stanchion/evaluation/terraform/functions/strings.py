"""String functions ("String Functions", Terraform language documentation)."""

from __future__ import annotations

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import concatenated, derive
from stanchion.evaluation.terraform.functions.signature import (
    MAX_TEXT,
    NUM,
    TEXT,
    Parameter,
    Surroundings,
    scalar,
    valued,
)
from stanchion.evaluation.terraform.types.numbers import Number, as_index
from stanchion.evaluation.terraform.types.types import STRING, Type
from stanchion.evaluation.values import Known, ListValue, Unknown, Value, is_null

#: What Go's unicode.IsSpace counts as a space (strings.TrimSpace, strings.Title).
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)


def whole(number: Number, what: str) -> int:
    """A number as an index or a count. Raises EvaluationError when it has a fraction."""
    index = as_index(number)
    if index is None:
        raise EvaluationError(f"{what} must be a whole number")
    return index


def _chomp(text: str) -> str:
    return text.rstrip("\r\n") if text.endswith(("\n", "\r")) else text


def _indent(spaces: Number, text: str) -> str:
    count = whole(spaces, "the number of spaces")
    if count < 0:
        raise EvaluationError("the number of spaces must not be negative")
    lines = text.count("\n")
    if lines * count > MAX_TEXT:
        raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
    return text.replace("\n", "\n" + " " * count) if lines else text


def _replace(text: str, part: str, by: str) -> str:
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        from stanchion.evaluation.terraform.functions.regular import replace_all

        return replace_all(part[1:-1], by, text)
    count = text.count(part)
    if count * len(by) > MAX_TEXT:
        raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
    return text.replace(part, by)


def _starts_with(arguments: list[Value], around: Surroundings) -> Value:
    """Of a text that begins with a known part, that part may be enough to tell."""
    text, prefix = arguments
    wanted = prefix.value if isinstance(prefix, Known) else None
    assert isinstance(wanted, str)
    beginning = text.parts[0] if isinstance(text, Unknown) and text.parts else text
    if isinstance(beginning, Known) and isinstance(beginning.value, str):
        known = beginning.value
        if beginning is text or len(known) >= len(wanted) or not wanted.startswith(known):
            return Known(known.startswith(wanted), around.origin, text.references, text.sensitive)
    return derive(arguments, around.origin, "bool", lambda names: f"startswith({', '.join(names)})")


def _split(arguments: list[Value], around: Surroundings) -> Value:
    separator, text = (value.value for value in arguments if isinstance(value, Known))
    assert isinstance(separator, str)
    assert isinstance(text, str)
    pieces = (text.split(separator) if separator else list(text)) if text or separator else []
    if len(pieces) > MAX_TEXT // 10:
        raise BoundExceededError(f"its result has more than {MAX_TEXT // 10:,} elements")
    return ListValue(tuple(Known(piece, around.origin) for piece in pieces), around.origin, kind="list")


def _join(arguments: list[Value], around: Surroundings) -> Value:
    if len(arguments) < 2:
        raise EvaluationError("at least one list is required")
    separator = arguments[0]
    parts: list[Value] = []
    length = 0
    for argument in arguments[1:]:
        if not isinstance(argument, ListValue):
            return Unknown(argument.reason if isinstance(argument, Unknown) else "", around.origin, type="string")
        for item in argument.items:
            if is_null(item):
                raise EvaluationError("an element is null; a null value cannot be joined")
            if parts:
                parts.append(separator)
            parts.append(item)
            for value in (separator, item):
                length += len(value.value) if isinstance(value, Known) and isinstance(value.value, str) else 0
            if length > MAX_TEXT:
                raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
    return concatenated(parts, around.origin)


def _strrev(text: str) -> str:
    return "".join(reversed(graphemes(text)))


def _substr(text: str, offset: Number, length: Number) -> str:
    """A negative offset counts from the end, and a length of zero then means all the rest (as cty has it)."""
    start = whole(offset, "the offset")
    count = whole(length, "the length")
    characters = graphemes(text)
    if start < 0:
        start = max(start + len(characters), 0)
        count = count or -1
    return "".join(characters[start : len(characters) if count < 0 else start + count])


def graphemes(text: str) -> list[str]:
    """A text split into what a reader calls characters (Unicode's extended grapheme clusters)."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    from stanchion.evaluation.terraform.functions.clusters import split

    return split(text)


def _title(text: str) -> str:
    """Every letter that follows no letter, digit, underscore or apostrophe in its title case (Go's strings.Title)."""
    result: list[str] = []
    previous = " "
    for character in text:
        result.append(_title_case(character) if _separates(previous) else character)
        previous = character
    return "".join(result)


def _separates(character: str) -> bool:
    if character.isascii():
        return not (character.isalnum() or character == "_")
    if character.isalpha() or character.isdecimal():
        return False
    return character in _SPACES


def _title_case(character: str) -> str:
    raised = character.title()
    return raised if len(raised) == 1 else character


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(_simple(character, character.lower()) for character in text)


def _upper(text: str) -> str:
    if text.isascii():
        return text.upper()
    return "".join(_simple(character, character.upper()) for character in text)


def _simple(character: str, mapped: str) -> str:
    """Go maps one character to one; where Unicode's full mapping makes several, the first of a lone letter stays."""
    if len(mapped) == 1:
        return mapped
    return {"İ": "i"}.get(character, character)


def _trim(text: str, characters: str) -> str:
    return text.strip(characters) if characters else text


FUNCTIONS = {
    "chomp": scalar(_chomp, TEXT),
    "endswith": scalar(lambda text, suffix: text.endswith(suffix), TEXT, TEXT, returns="bool"),
    "indent": scalar(_indent, NUM, TEXT),
    "join": valued(_join, TEXT, variadic=Parameter(Type("list", STRING), "shape"), returns="string"),
    "lower": scalar(_lower, TEXT),
    "replace": scalar(_replace, TEXT, TEXT, TEXT),
    "split": valued(_split, TEXT, TEXT, returns="list"),
    "startswith": valued(_starts_with, Parameter(STRING, "raw"), TEXT, returns="bool"),
    "strcontains": scalar(lambda text, part: part in text, TEXT, TEXT, returns="bool"),
    "strrev": scalar(_strrev, TEXT),
    "substr": scalar(_substr, TEXT, NUM, NUM),
    "title": scalar(_title, TEXT),
    "trim": scalar(_trim, TEXT, TEXT),
    "trimprefix": scalar(lambda text, prefix: text.removeprefix(prefix), TEXT, TEXT),
    "trimspace": scalar(lambda text: text.strip(_SPACES), TEXT),
    "trimsuffix": scalar(lambda text, suffix: text.removesuffix(suffix), TEXT, TEXT),
    "upper": scalar(_upper, TEXT),
}
