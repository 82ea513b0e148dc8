"""JSON as Terraform writes and reads it (cty's `json` package on Go's `encoding/json`)."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.types.numbers import normal, text_of
from stanchion.evaluation.values import Known, ListValue, MapValue, Value
from stanchion.syntax.source import Located

#: How deep a document may be nested.
MAX_DEPTH = 200


def encode(value: Value) -> str:
    """A wholly known value as Terraform's `jsonencode` writes it. Raises EvaluationError for an infinite number."""
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces)


def _write(value: Value, pieces: list[str]) -> None:
    if isinstance(value, Known):
        pieces.append(scalar_text(value.value))
    elif isinstance(value, ListValue):
        pieces.append("[")
        for index, item in enumerate(value.items):
            if index:
                pieces.append(",")
            _write(item, pieces)
        pieces.append("]")
    elif isinstance(value, MapValue):
        pieces.append("{")
        for index, key in enumerate(sorted(value.entries)):
            pieces.append(("," if index else "") + quoted(key) + ":")
            _write(value.entries[key], pieces)
        pieces.append("}")
    else:
        raise EvaluationError("a value that is not known cannot be written as JSON")


def scalar_text(scalar: str | int | Decimal | bool | None) -> str:
    """A scalar in JSON."""
    if isinstance(scalar, str):
        return quoted(scalar)
    if scalar is None:
        return "null"
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, Decimal) and not scalar.is_finite():
        raise EvaluationError("an infinite number cannot be written as JSON")
    return text_of(scalar)


_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def quoted(text: str) -> str:
    """A string in JSON, with the characters escaped that Go escapes for the sake of HTML."""
    written = json.dumps(text, ensure_ascii=False)
    for character, escape in _HTML.items():
        if character in written:
            written = written.replace(character, escape)
    return written


def decode(text: str, origin: Located | None) -> Value:
    """The value of a JSON document: tuples and objects. Raises EvaluationError when it is none."""
    _check_depth(text)
    try:
        document = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_refuse)
    except (ValueError, InvalidOperation) as error:
        raise EvaluationError(f"it is not valid JSON: {error}") from None
    return from_plain(document, origin)


def _check_depth(text: str) -> None:
    depth = 0
    quoted_ = escaped = False
    for character in text:
        if quoted_:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted_ = False
        elif character == '"':
            quoted_ = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BoundExceededError(f"a document nested deeper than {MAX_DEPTH} is not read")
        elif character in "]}":
            depth -= 1


def _number(text: str) -> int | Decimal:
    if len(text) > 4000:
        raise BoundExceededError("a numeral of more than 4,000 characters is not read")
    return normal(Decimal(text))


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no JSON value")


def from_plain(document: object, origin: Located | None) -> Value:
    """A decoded document as a value: lists are tuples, mappings objects."""
    if isinstance(document, list):
        return ListValue(tuple(from_plain(item, origin) for item in document), origin)
    if isinstance(document, dict):
        return MapValue({normal_text(str(key)): from_plain(item, origin) for key, item in document.items()}, origin)
    assert document is None or isinstance(document, str | int | Decimal | bool)
    return Known(normal_text(document) if isinstance(document, str) else document, origin)


def normal_text(text: str) -> str:
    """A text in Unicode's normal form C; halves of a surrogate pair become the replacement character, as in Go."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
