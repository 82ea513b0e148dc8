"""How one value changes shape between a source language and the canonical schema.

A conversion takes a value and an argument from the mapping table and gives the canonical value, or None when nothing
is left. A choice is converted arm by arm; an unknown stays unknown, without the variable that names it, because the
converted value is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from stanchion.evaluation.values import (
    NULL,
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    is_null,
    unknown_like,
)
from stanchion.graph.jsontext import MAX_DEPTH, structured

Argument: TypeAlias = object
Conversion: TypeAlias = Callable[[Value, Argument], Value | None]


def per_arm(value: Value, convert: Callable[[Value], Value | None]) -> Value | None:
    """Convert a value, or every arm of a choice; an arm that converts to nothing becomes null."""
    if not isinstance(value, Choice):
        return convert(value)
    arms = []
    for guard, arm in value.arms:
        converted = convert(arm)
        arms.append((guard, converted if converted is not None else NULL))
    return choose(arms, value.origin)


def elements(value: Value) -> tuple[Value, ...]:
    """The elements of a list; anything else that is not null counts as a list of one."""
    if isinstance(value, ListValue):
        return value.items
    return () if is_null(value) else (value,)


def invert(value: Value, _: Argument) -> Value | None:
    """True for false and the reverse, also when they are spelt as text."""
    if isinstance(value, Known):
        spelt = str(value.value).lower()
        if spelt in ("true", "false"):
            return Known(spelt == "false", value.origin, value.references, value.sensitive)
        return value
    return unknown_like(value) if isinstance(value, Unknown) else value


def enumerated(value: Value, words: Argument) -> Value | None:
    """A word of one language as that of the other; words that the table does not list stay as they are.

    The argument maps text to a scalar; booleans are looked up as "true" and "false".
    """
    if isinstance(value, Known):
        spelt = str(value.value).lower() if isinstance(value.value, bool) else str(value.value)
        if isinstance(words, Mapping) and spelt in words:
            return Known(words[spelt], value.origin, value.references, value.sensitive)
        return value
    if isinstance(value, ListValue):
        items = tuple(per_arm(item, lambda inner: enumerated(inner, words)) or NULL for item in value.items)
        return ListValue(items, value.origin, value.references, value.sensitive, value.kind)
    return unknown_like(value) if isinstance(value, Unknown) else value


def pairs(value: Value, names: Argument) -> Value | None:
    """A map as the list of `{Key, Value}` objects that CloudFormation has; the argument gives the two names."""
    key_name, value_name = names if isinstance(names, list | tuple) else ("Key", "Value")
    if not isinstance(value, MapValue):
        return value
    places = value.places or {}
    items: list[Value] = []
    for key, entry in value.entries.items():
        place = places.get(key) or entry.origin or value.origin
        both = {key_name: Known(key, place), value_name: entry}
        # null removes the entry in the source language, so it must remove the pair here
        item = MapValue(both, place, entry.references, entry.sensitive)
        if isinstance(entry, Choice) and any(is_null(arm) for _, arm in entry.arms):
            items.append(choose((guard, NULL if is_null(arm) else item) for guard, arm in entry.arms))
        elif not is_null(entry):
            items.append(item)
    if value.rest is not None:
        items.append(unknown_like(value.rest))
    return ListValue(tuple(items), value.origin, value.references, value.sensitive)


def wrap(value: Value, _: Argument) -> Value | None:
    """A scalar as a list of one."""
    if isinstance(value, ListValue) or is_null(value):
        return value
    return ListValue((value,), value.origin, value.references, value.sensitive)


def first(value: Value, _: Argument) -> Value | None:
    """The first element of a list that exists."""
    if not isinstance(value, ListValue):
        return value
    found: Value | None = None
    for item in reversed(value.items):
        if not isinstance(item, Choice):
            found = item if not is_null(item) else found
            continue
        fallback = found if found is not None else NULL
        found = choose((guard, fallback if is_null(arm) else arm) for guard, arm in item.arms)
    return found


def json_text(value: Value, _: Argument) -> Value | None:
    """A JSON document given as text, as the structure it spells; see `jsontext.structured`."""
    return structured(value)


def prefixed(value: Value, prefix: Argument) -> Value | None:
    """Text with something before it: canned names that the canonical schema has in full."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return Known(f"{prefix}{value.value}", value.origin, value.references, value.sensitive)
    return unknown_like(value) if isinstance(value, Unknown) else value


def present(value: Value, constant: Argument) -> Value | None:
    """A constant, for something that is switched on by its mere presence."""
    if is_null(value) or (isinstance(value, ListValue) and not value.items):
        return None
    if isinstance(constant, str | int | bool):
        return Known(constant, value.origin, value.references)
    return value


def item(value: Value, template: Argument) -> Value | None:
    """A list of one object made from a template of names, in which "$" stands for the value."""
    if is_null(value) or not isinstance(template, Mapping):
        return None
    made: dict[str, Value] = {name: value if word == "$" else Known(word) for name, word in template.items()}
    return ListValue((MapValue(made, value.origin, value.references, value.sensitive),), value.origin)


def each(value: Value, template: Argument) -> Value | None:
    """`item` for every element of a list."""
    if isinstance(value, Unknown):
        return unknown_like(value)
    found: list[Value] = []
    for element in elements(value):
        made = per_arm(element, lambda inner: _only(item(inner, template)))
        if made is not None and not is_null(made):
            found.append(made)
    return ListValue(tuple(found), value.origin, value.references, value.sensitive)


def _only(value: Value | None) -> Value | None:
    return value.items[0] if isinstance(value, ListValue) else value


def json_words(value: Value, free: Argument) -> Value | None:
    """`json_text`, and every key with a capital first letter, as CloudFormation spells the words of an API."""
    return _capital(structured(value), frozenset(free) if isinstance(free, list | tuple) else frozenset(), 0)


def _capital(value: Value, free: frozenset[str], depth: int) -> Value:
    if isinstance(value, MapValue) and depth < MAX_DEPTH:
        entries: dict[str, Value] = {}
        for key, entry in value.entries.items():
            name = key[:1].upper() + key[1:]
            entries[name] = entry if name in free else _capital(entry, free, depth + 1)
        return MapValue(entries, value.origin, value.references, value.sensitive, value.kind, None, value.rest)
    if isinstance(value, ListValue) and depth < MAX_DEPTH:
        items = tuple(_capital(inner, free, depth + 1) for inner in value.items)
        return ListValue(items, value.origin, value.references, value.sensitive, value.kind)
    if isinstance(value, Choice) and depth < MAX_DEPTH:
        return Choice(tuple((guard, _capital(arm, free, depth + 1)) for guard, arm in value.arms), value.origin)
    return value


SCALAR: Mapping[str, Conversion] = {
    "invert": invert,
    "enum": enumerated,
    "pairs": pairs,
    "wrap": wrap,
    "first": first,
    "json": json_text,
    "prefix": prefixed,
    "present": present,
    "item": item,
    "each": each,
    "json_words": json_words,
}
