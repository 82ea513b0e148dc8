"""JSON documents that a configuration writes as text: policies, container definitions, assume-role documents."""

from __future__ import annotations

import json
from decimal import Decimal

from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.syntax.source import Located

# Private-use characters stand for the unknown pieces while the text around them is decoded.
_OPEN, _CLOSE = "\ue000", "\ue001"
#: How long a document may be before it is left as text.
MAX_TEXT = 1_000_000
#: How deep a document may nest before it is left as text.
MAX_DEPTH = 64


def structured(value: Value) -> Value:
    """The structure that a JSON text spells, every part with the text's place.

    A text with unknown pieces is decoded around them: a piece that fills a whole string or stands where a value
    belongs becomes that unknown value. Text that is no JSON stays as it is. Where the configuration made the text of a
    structure (`jsonencode`, `aws_iam_policy_document`), it is that structure, with its own places.
    """
    if isinstance(value, Choice):
        return choose(((guard, structured(arm)) for guard, arm in value.arms), value.origin)
    if isinstance(value, Known | Unknown) and value.document is not None:
        return value.document
    if isinstance(value, Known) and isinstance(value.value, str):
        pieces: tuple[Value, ...] = (value,)
    elif isinstance(value, Unknown) and value.parts is not None:
        pieces = value.parts
    else:
        return value
    text = _with_holes(pieces)
    if text is None or len(text) > MAX_TEXT:
        return value
    try:
        decoded = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return value
    if not isinstance(decoded, dict | list):
        return value
    if _deeper(decoded, MAX_DEPTH):
        return value
    result = _value(decoded, pieces, value.origin, value.sensitive)
    if isinstance(result, MapValue | ListValue):
        result.references = value.references
    return result


def _with_holes(pieces: tuple[Value, ...]) -> str | None:
    """The text with a mark for each unknown piece, quoted where it does not stand inside a string already."""
    found: list[str] = []
    inside = False
    for index, piece in enumerate(pieces):
        if isinstance(piece, Known) and piece.value is not None:
            text = str(piece.value).lower() if isinstance(piece.value, bool) else str(piece.value)
            if _OPEN in text or _CLOSE in text:
                return None
            inside = _inside_string(text, inside)
            found.append(text)
        else:
            mark = f"{_OPEN}{index}{_CLOSE}"
            found.append(mark if inside else f'"{mark}"')
    return "".join(found)


def _inside_string(text: str, inside: bool) -> bool:
    """Whether the end of a piece of JSON stands inside a string."""
    at = 0
    while True:
        at = text.find('"', at)
        if at == -1:
            return inside
        back = at - 1
        while back >= 0 and text[back] == "\\":
            back -= 1
        if not inside or (at - back - 1) % 2 == 0:
            inside = not inside
        at += 1


def _deeper(decoded: object, limit: int) -> bool:
    level: list[object] = [decoded]
    for _ in range(limit):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
        ]
        if not level:
            return False
    return True


def _value(decoded: object, pieces: tuple[Value, ...], origin: Located | None, sensitive: bool) -> Value:
    if isinstance(decoded, dict):
        entries = {_key(key, pieces): _value(entry, pieces, origin, sensitive) for key, entry in decoded.items()}
        return MapValue(entries, origin, (), sensitive)
    if isinstance(decoded, list):
        return ListValue(tuple(_value(item, pieces, origin, sensitive) for item in decoded), origin, (), sensitive)
    if isinstance(decoded, str) and _OPEN in decoded:
        return _filled(decoded, pieces, origin, sensitive)
    if decoded is None or isinstance(decoded, str | int | Decimal | bool):
        return Known(decoded, origin, (), sensitive)
    return Unknown("the text is no JSON that a policy can hold", origin)


def _filled(text: str, pieces: tuple[Value, ...], origin: Located | None, sensitive: bool) -> Value:
    """A string with marks in it: the piece itself when it is all of the string, else a partly known string."""
    parts: list[Value] = []
    for chunk in text.split(_OPEN):
        head, closed, tail = chunk.partition(_CLOSE)
        if closed:
            parts.append(pieces[int(head)])
        else:
            tail = head
        if tail:
            parts.append(Known(tail, origin))
    if len(parts) == 1:
        return parts[0]
    reason = next((part.reason for part in parts if isinstance(part, Unknown)), "a part of the text is not known")
    references = tuple(dict.fromkeys(ref for part in parts for ref in part.references))
    return Unknown(reason, origin, references, sensitive, None, tuple(parts), "string")


def _key(key: str, pieces: tuple[Value, ...]) -> str:
    """A key with unknown pieces, written as their reasons, since a map must have some name for it."""
    if _OPEN not in key:
        return key
    filled = _filled(key, pieces, None, False)
    parts = filled.parts if isinstance(filled, Unknown) and filled.parts else (filled,)
    return "".join(
        str(part.value) if isinstance(part, Known) else f"${{{part.reason if isinstance(part, Unknown) else '?'}}}"
        for part in parts
    )
