"""`count` and `for_each`: which instances a block makes, and under which conditions.

Source: Terraform language documentation, "The count Meta-Argument" and "The for_each Meta-Argument".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from stanchion.evaluation.conditions import Condition, Undecided, any_of
from stanchion.evaluation.terraform.conversion import as_type
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions import safely
from stanchion.evaluation.terraform.numbers import as_index
from stanchion.evaluation.terraform.scope import MAX_INSTANCES, Scope
from stanchion.evaluation.terraform.types import NUMBER
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    unknown_like,
)
from stanchion.syntax.hcl.nodes import Attribute, Body


@dataclass(slots=True)
class Place:
    """One instance to be: its key ("" and form "single" for none), the names it sees, and when it exists."""

    suffix: str
    key: str | int | None
    names: dict[str, Value]
    exists: Condition


@dataclass(slots=True)
class Expansion:
    """How a block expands: "single", "count" or "each".

    `arms` are the possible sets of keys with their guards. `unknown` is set when nobody knows the instances; then there
    is one place that stands for all of them, written `[count.index]` or `[each.key]`.
    """

    form: str
    places: list[Place]
    arms: list[tuple[Condition, list[str | int | None]]]
    unknown: Unknown | None = None


def expand(body: Body, scope: Scope, address: str) -> Expansion:
    """The instances that a resource, data source or module block makes."""
    count, each = body.attributes.get("count"), body.attributes.get("for_each")
    if count is not None:
        return _by_count(count, scope, address)
    if each is not None:
        return _by_each(each, scope, address)
    return Expansion("single", [Place("", None, {}, True)], [(True, [None])])


def _arms(value: Value) -> tuple[tuple[Condition, Value], ...]:
    return value.arms if isinstance(value, Choice) else ((True, value),)


def _by_count(attribute: Attribute, scope: Scope, address: str) -> Expansion:
    value = safely(attribute.value, scope, f" (count of {address})")
    arms: list[tuple[Condition, list[str | int | None]]] = []
    for guard, arm in _arms(value):
        number = _whole(arm, attribute, scope)
        if isinstance(number, Unknown):
            return _symbolic("count", "[count.index]", number, address)
        number = _bounded(number, attribute, scope)
        arms.append((guard, list(range(number))))
    return Expansion("count", _places(arms, lambda key, _: {"count": _count(key, attribute)}), arms)


def _count(key: str | int | None, attribute: Attribute) -> MapValue:
    index = Known(key, attribute)
    return MapValue({"index": index}, attribute)


def _whole(value: Value, attribute: Attribute, scope: Scope) -> int | Unknown:
    if isinstance(value, Unknown):
        return value
    try:
        number = as_type(value, NUMBER, attribute.value)
        whole = number.value if isinstance(number, Known) else None
        index = as_index(whole) if isinstance(whole, int | Decimal) else None
        if index is None or index < 0:
            raise EvaluationError("count must be a whole number, zero or more", attribute.value)
        return index
    except EvaluationError as error:
        scope.module.state.problem("evaluation", f"{error.message}; the count is taken as unknown", attribute)
        return Unknown(error.message, attribute)


def _bounded(number: int, attribute: Attribute, scope: Scope) -> int:
    state = scope.module.state
    room = max(0, MAX_INSTANCES - state.instances)
    if number > room:
        message = f"more than {MAX_INSTANCES} instances in one configuration; the rest are left out"
        state.problem("bound", message, attribute)
        number = room
    state.instances += number
    return number


def _by_each(attribute: Attribute, scope: Scope, address: str) -> Expansion:
    value = safely(attribute.value, scope, f" (for_each of {address})")
    arms: list[tuple[Condition, list[str | int | None]]] = []
    elements: dict[str, list[tuple[Condition, Value]]] = {}
    for guard, arm in _arms(value):
        found = _elements(arm, attribute, scope)
        if isinstance(found, Unknown):
            return _symbolic("each", "[each.key]", found, address)
        keys = list(found)[: _bounded(len(found), attribute, scope)]
        arms.append((guard, [*keys]))
        for key in keys:
            elements.setdefault(key, []).append((guard, found[key]))

    def names(key: str | int | None, guards: Condition) -> dict[str, Value]:
        name = str(key)
        item = elements[name][0][1] if len(elements[name]) == 1 else choose(elements[name], attribute)
        return {"each": MapValue({"key": Known(name, attribute), "value": item}, attribute)}

    return Expansion("each", _places(arms, names), arms)


def _elements(value: Value, attribute: Attribute, scope: Scope) -> dict[str, Value] | Unknown:
    if isinstance(value, Unknown):
        return value
    if isinstance(value, MapValue):
        return {key: value.entries[key] for key in sorted(value.entries)} if value.rest is None else value.rest
    if isinstance(value, ListValue):
        texts: dict[str, Value] = {}
        for item in value.items:
            if not isinstance(item, Known):
                return unknown_like(item)
            if not isinstance(item.value, str):
                break
            texts[item.value] = item
        else:
            if value.kind == "set":
                return {key: texts[key] for key in sorted(texts)}
    message = "for_each must be a map, or a set of strings"
    scope.module.state.problem("evaluation", f"{message}; its instances are taken as unknown", attribute)
    return Unknown(message, attribute)


def _symbolic(form: str, suffix: str, unknown: Unknown, address: str) -> Expansion:
    def part(name: str) -> Unknown:
        return Unknown(unknown.reason, unknown.origin, unknown.references, False, Undecided(f"{address}:{form}.{name}"))

    if form == "count":
        names: dict[str, Value] = {"count": MapValue({"index": part("index")})}
    else:
        names = {"each": MapValue({"key": part("key"), "value": part("value")})}
    return Expansion(form, [Place(suffix, None, names, True)], [], unknown)


def _places(arms: list[tuple[Condition, list[str | int | None]]], names: object) -> list[Place]:
    keys: dict[str | int | None, list[Condition]] = {}
    for guard, arm in arms:
        for key in arm:
            keys.setdefault(key, []).append(guard)
    places = []
    for key, guards in keys.items():
        exists = any_of(*guards)
        made = names(key, exists)  # type: ignore[operator]
        places.append(Place(suffix_of(key), key, made, exists))
    return places


def suffix_of(key: str | int | None) -> str:
    """An instance key as addresses write it: `[0]`, `["web"]`."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{json.dumps(key, ensure_ascii=False)}]"
