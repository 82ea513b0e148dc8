"""A configuration held against its schema, with every mistake in plain words.

The schema's own few keywords are read here: importing a whole JSON Schema validator takes longer than linting a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

#: How a table that says one of these is described when it says none of them.
_PLAIN = {"string": "a string", "array": "an array", "object": "a table", "boolean": "true or false"}
_PYTHON: dict[str, type] = {"string": str, "array": list, "object": dict, "boolean": bool}


@dataclass(slots=True, eq=False)
class Mistake:
    """What is wrong at a path of keys and indices; `path` ends with an unknown key itself."""

    path: Path
    message: str


def mistakes(value: object, schema: Mapping[str, Any], path: Path = ()) -> Iterator[Mistake]:
    """Every way in which a value breaks a schema: types, enumerations, dates, unknown and missing keys."""
    if "anyOf" in schema and "type" not in schema:
        fitting = [one for one in schema["anyOf"] if isinstance(value, _PYTHON[one["type"]])]
        if not fitting:
            wanted = " or ".join(_PLAIN[one["type"]] for one in schema["anyOf"])
            yield Mistake(path, f"expected {wanted}; found {described(value)}")
        for one in fitting[:1]:
            yield from mistakes(value, one, path)
    elif not isinstance(value, _PYTHON[schema["type"]]):
        yield Mistake(path, f"expected {_expected(schema)}; found {described(value)}")
    elif isinstance(value, str):
        yield from _text(value, schema, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mistakes(item, schema["items"], (*path, index))
    elif isinstance(value, dict):
        yield from _table(value, schema, path)


def _text(value: str, schema: Mapping[str, Any], path: Path) -> Iterator[Mistake]:
    allowed = schema.get("enum", ())
    if allowed and value not in allowed:
        yield Mistake(path, f"expected one of {', '.join(allowed)}; found {value!r}{meant(value, allowed)}")
    if len(value.strip()) < schema.get("minLength", 0):
        yield Mistake(path, "expected a text that is not empty")
    if schema.get("format") == "date" and not is_date(value):
        yield Mistake(path, f"expected a date such as 2027-01-31; found {value!r}")


def _table(value: Mapping[str, object], schema: Mapping[str, Any], path: Path) -> Iterator[Mistake]:
    known: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key, item in value.items():
        if key in known:
            yield from mistakes(item, known[key], (*path, key))
        elif isinstance(others, Mapping):
            yield from mistakes(item, others, (*path, key))
        else:
            hint = meant(key, known) or f"; expected one of {', '.join(known)}"
            yield Mistake((*path, key), f"there is no such key{hint}")
    for key in schema.get("required", ()):
        if key not in value:
            yield Mistake(path, f"expected {key!r} here too: {known[key]['description']}")
    choices = [name for one in schema.get("anyOf", ()) for name in one["required"]]
    if choices and not any(name in value for name in choices):
        yield Mistake(path, f"expected at least one of {', '.join(choices)}")


def _expected(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if schema["type"] == "array" and schema["items"].get("type") == "string":
        return "an array of strings"
    return _PLAIN[schema["type"]]


def described(value: object) -> str:
    """A value's type in TOML's words."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    for name, kind in _PYTHON.items():
        if isinstance(value, kind):
            return _PLAIN[name]
    return "a date or a time"


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, as YYYY-MM-DD."""
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def meant(text: str, known: Mapping[str, object] | Sequence[str]) -> str:
    """The ending of a message that names the known word closest to a text, or ""."""
    import difflib

    close = difflib.get_close_matches(text, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
