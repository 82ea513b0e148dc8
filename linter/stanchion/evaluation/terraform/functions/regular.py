"""`regex`, `regexall`, and `replace` with a pattern ("regex Function", Terraform language documentation)."""

from __future__ import annotations

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.lists import listed
from stanchion.evaluation.terraform.functions.matching import Matcher, Pattern, Spans, compile_pattern
from stanchion.evaluation.terraform.functions.signature import MAX_ELEMENTS, MAX_TEXT, TEXT, Surroundings, valued
from stanchion.evaluation.values import Known, MapValue, Value
from stanchion.syntax.source import Located


def _regex(arguments: list[Value], around: Surroundings) -> Value:
    pattern, text = _read(arguments)
    found = Matcher(pattern, text).search(0)
    if found is None:
        raise EvaluationError("pattern did not match any part of the given string")
    return _captured(pattern, text, found, around.origin)


def _regex_all(arguments: list[Value], around: Surroundings) -> Value:
    pattern, text = _read(arguments)
    found: list[Value] = []
    for spans in Matcher(pattern, text).matches():
        found.append(_captured(pattern, text, spans, around.origin))
        if len(found) > MAX_ELEMENTS:
            raise BoundExceededError(f"its result has more than {MAX_ELEMENTS:,} elements")
    return listed(found, around.origin)


def _read(arguments: list[Value]) -> tuple[Pattern, str]:
    pattern, text = (argument.value for argument in arguments if isinstance(argument, Known))
    assert isinstance(pattern, str)
    assert isinstance(text, str)
    compiled = compile_pattern(pattern)
    if None in compiled.names and any(compiled.names):
        raise EvaluationError("cannot mix both named and unnamed capturing groups in the same pattern")
    return compiled, text


def _captured(pattern: Pattern, text: str, spans: Spans, origin: Located | None) -> Value:
    """The match, or its groups: a tuple, or an object when they have names."""
    if not pattern.names:
        return Known(text[spans[0] : spans[1]], origin)
    groups = [
        Known(text[spans[at] : spans[at + 1]] if spans[at] >= 0 else None, origin) for at in range(2, len(spans), 2)
    ]
    if pattern.names[0] is None:
        return listed(groups, origin, "tuple")
    entries = {name: group for name, group in zip(pattern.names, groups, strict=True) if name is not None}
    return MapValue(dict(entries), origin)


def replace_all(pattern: str, by: str, text: str) -> str:
    """The text with every match replaced; `$1` and `${name}` in the replacement are groups (Go's ReplaceAllString)."""
    compiled = compile_pattern(pattern)
    matcher = Matcher(compiled, text)
    template = _template(by, compiled)
    pieces: list[str] = []
    length = last = at = 0
    while at <= len(text):
        spans = matcher.search(at)
        if spans is None:
            break
        pieces.append(text[last : spans[0]])
        if spans[1] > last or spans[0] == 0:
            for part in template:
                if isinstance(part, str):
                    pieces.append(part)
                elif spans[2 * part] >= 0:
                    pieces.append(text[spans[2 * part] : spans[2 * part + 1]])
                length += len(pieces[-1])
        if length > MAX_TEXT:
            raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
        last = spans[1]
        at = max(spans[1], at + 1)
    pieces.append(text[last:])
    return "".join(pieces)


def _template(text: str, pattern: Pattern) -> list[str | int]:
    """A replacement as literal pieces and numbers of groups; a group that does not exist is empty."""
    parts: list[str | int] = []
    at = 0
    while True:
        dollar = text.find("$", at)
        if dollar < 0 or dollar + 1 >= len(text):
            parts.append(text[at:])
            return parts
        parts.append(text[at:dollar])
        if text[dollar + 1] == "$":
            parts.append("$")
            at = dollar + 2
            continue
        braced = text[dollar + 1] == "{"
        start = end = dollar + (2 if braced else 1)
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        name = text[start:end]
        if not name or (braced and text[end : end + 1] != "}"):
            parts.append("$")
            at = dollar + 1
            continue
        at = end + 1 if braced else end
        number = _group(name, pattern)
        if number is not None:
            parts.append(number)


def _group(name: str, pattern: Pattern) -> int | None:
    if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
        return int(name) if len(name) < 6 and int(name) <= len(pattern.names) else None
    return pattern.names.index(name) + 1 if name in pattern.names else None


FUNCTIONS = {
    "regex": valued(_regex, TEXT, TEXT),
    "regexall": valued(_regex_all, TEXT, TEXT, returns="list"),
}
