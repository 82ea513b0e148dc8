"""`count` and `for_each`: which instances a block makes, and under which conditions.

Source: Terraform language documentation, "The count Meta-Argument" and "The for_each Meta-Argument".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from stanchion.evaluation.conditions import Condition, Undecided, all_of, any_of
from stanchion.evaluation.deciding import satisfiable
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.evaluate import safely
from stanchion.evaluation.terraform.expressions.guards import any_at_all
from stanchion.evaluation.terraform.expressions.propagation import decided
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused
from stanchion.evaluation.terraform.expressions.scope import MAX_INSTANCES, MAX_REPEATS, Scope
from stanchion.evaluation.terraform.types.conversion import as_type, make_set
from stanchion.evaluation.terraform.types.numbers import as_index
from stanchion.evaluation.terraform.types.types import NUMBER
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
from stanchion.syntax.source import Located

#: Characters that the addresses of the instances of one block may have together.
MAX_ADDRESSES = 2_000_000
OUT_OF_INSTANCES = f"more than {MAX_INSTANCES:,} instances in one configuration; the rest are left out"

Key: TypeAlias = str | int | None


@dataclass(slots=True)
class Place:
    """One instance to be: its key (None for a single one), the names it sees, and when it exists."""

    suffix: str
    key: Key
    names: dict[str, Value]
    exists: Condition


@dataclass(slots=True)
class Expansion:
    """How a block expands: "single", "count" or "each".

    `arms` are the possible sets of keys with their guards; None in the place of keys means that nobody knows them. Then
    one place stands for all instances there may be, under the key None, written `[count.index]` or `[each.key]`;
    `unknown` says why.
    """

    form: str
    places: list[Place]
    arms: list[tuple[Condition, list[Key] | None]]
    unknown: Unknown | None = None


def expand(body: Body, scope: Scope, address: str) -> Expansion:
    """The instances that a resource, data source or module block makes."""
    count, each = body.attributes.get("count"), body.attributes.get("for_each")
    if count is not None:
        return _by_count(count, scope, address)
    if each is not None:
        return _by_each(each, scope, address)
    if not _room(1, body, scope, address, repeated=False):
        return Expansion("single", [], [(True, [])])
    return Expansion("single", [Place("", None, {}, True)], [(True, [None])])


def _arms(value: Value) -> tuple[tuple[Condition, Value], ...]:
    return value.arms if isinstance(value, Choice) else ((True, value),)


def _by_count(attribute: Attribute, scope: Scope, address: str) -> Expansion:
    value = scope.module.here(safely(attribute.value, scope, f" (count of {address})"))
    arms: list[tuple[Condition, list[Key] | None]] = []
    unknown: Unknown | None = None
    most = 0
    for guard, arm in _arms(value):
        number = _whole(arm, attribute, scope, guard)
        if isinstance(number, Unknown):
            if type(number) is not Refused:
                unknown = unknown or number
                arms.append((guard, None))
            continue
        if number > most:
            most += _room(number - most, attribute, scope, address)
        arms.append((guard, list(range(min(number, most)))))

    def names(key: Key) -> dict[str, Value]:
        index = Known(key, attribute) if unknown is None or key is not None else _part(unknown, address, "count.index")
        return {"count": MapValue({"index": index}, attribute)}

    _explain(unknown, address, scope)
    some = any_at_all(unknown, attribute.value, scope, counted=True) if unknown is not None else True
    return Expansion("count", _places("[count.index]", arms, names, some), arms, unknown)


def _explain(unknown: Unknown | None, address: str, scope: Scope) -> None:
    """Say what keeps the number of instances from being known."""
    if unknown is not None:
        number = Undecided(f"length({address})")
        scope.module.state.undecided(Unknown(unknown.reason, unknown.origin, unknown.references, variable=number))


def _part(unknown: Unknown, address: str, name: str) -> Unknown:
    return Unknown(unknown.reason, unknown.origin, unknown.references, False, Undecided(f"{address}:{name}"))


def _refused(message: str, consequence: str, guard: Condition, attribute: Attribute, scope: Scope) -> Unknown:
    """What stands for instances that Terraform refuses to make: with a guard a world less, else a problem."""
    state = scope.module.state
    if guard is not True:
        state.refuse(all_of(scope.module.exists, guard))
        return Refused(message, attribute)
    state.problem("evaluation", f"{message}; {consequence}", attribute)
    return Unknown(message, attribute)


def _whole(value: Value, attribute: Attribute, scope: Scope, guard: Condition) -> int | Unknown:
    if isinstance(value, Unknown):
        return value
    try:
        number = as_type(value, NUMBER, attribute.value)
        if isinstance(number, Unknown):
            return number
        whole = number.value if isinstance(number, Known) else None
        index = as_index(whole) if isinstance(whole, int | Decimal) else None
        if index is None or index < 0:
            raise EvaluationError("count must be a whole number, zero or more", attribute.value)
        return index
    except EvaluationError as error:
        return _refused(error.message, "the count is taken as unknown", guard, attribute, scope)


def _room(number: int, place: Located, scope: Scope, address: str, repeated: bool = True) -> int:
    """How many of so many more instances are made. One block that repeats leaves room for all the others."""
    state = scope.module.state
    room = max(0, MAX_INSTANCES - state.instances)
    for_one = min(MAX_REPEATS, room // 2, MAX_ADDRESSES // len(address))
    if repeated and number > for_one:
        room = for_one
        state.problem("bound", f"more than {room:,} instances of one block; the rest are left out", place)
        number = room
    elif number > room:
        if OUT_OF_INSTANCES not in state.exhausted:  # said once, and not of all that follows
            state.exhausted.add(OUT_OF_INSTANCES)
            state.problem("bound", OUT_OF_INSTANCES, place)
        number = room
    state.instances += number
    return number


def _by_each(attribute: Attribute, scope: Scope, address: str) -> Expansion:
    value = scope.module.here(safely(attribute.value, scope, f" (for_each of {address})"))
    arms: list[tuple[Condition, list[Key] | None]] = []
    elements: dict[Key, list[tuple[Condition, Value]]] = {}
    unknown: Unknown | None = None
    for guard, arm in _each_arms(value):
        found = _elements(arm, attribute, scope, guard)
        if isinstance(found, Unknown):
            if type(found) is not Refused:
                unknown = unknown or found
                arms.append((guard, None))
            continue
        new = [key for key in found if key not in elements]
        left_out = set(new[_room(len(new), attribute, scope, address) :])
        keys: list[Key] = [key for key in found if key not in left_out]
        arms.append((guard, keys))
        for key in keys:
            elements.setdefault(key, []).append((guard, found[str(key)]))

    def names(key: Key) -> dict[str, Value]:
        if unknown is not None and key is None:
            parts = {name: _part(unknown, address, f"each.{name}") for name in ("key", "value")}
            return {"each": MapValue({**parts}, attribute)}
        item = elements[key][0][1] if len(elements[key]) == 1 else choose(elements[key], attribute)
        return {"each": MapValue({"key": Known(key, attribute), "value": item}, attribute)}

    _explain(unknown, address, scope)
    some = any_at_all(unknown, attribute.value, scope) if unknown is not None else True
    return Expansion("each", _places("[each.key]", arms, names, some), arms, unknown)


def _each_arms(value: Value) -> Iterator[tuple[Condition, Value]]:
    """The arms of a collection, those of a set's elements too: they decide which keys there are."""
    for guard, arm in _arms(value):
        if isinstance(arm, ListValue) and any(isinstance(item, Choice) for item in arm.items):
            rows = decided([arm])
            if rows is not None:
                for inner, (row,) in rows:
                    both = all_of(guard, inner)
                    if both is True or (both is not False and satisfiable(both)):
                        yield both, _as_set(row)
                continue
        yield guard, arm


def _as_set(row: Value) -> Value:
    """A set whose elements are decided, each of them once."""
    return make_set(row.items, row) if isinstance(row, ListValue) and row.kind == "set" else row


def _elements(value: Value, attribute: Attribute, scope: Scope, guard: Condition) -> dict[str, Value] | Unknown:
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
    return _refused(message, "its instances are taken as unknown", guard, attribute, scope)


def _places(
    open_suffix: str,
    arms: list[tuple[Condition, list[Key] | None]],
    names: Callable[[Key], dict[str, Value]],
    some: Condition,
) -> list[Place]:
    """The instances of all arms. The one that stands for any is there when there are `some` at all."""
    guards: dict[Key, list[Condition]] = {}
    for guard, arm in arms:
        for key in (None,) if arm is None else arm:
            guards.setdefault(key, []).append(guard if key is not None else all_of(guard, some))
    return [
        Place(suffix_of(key) if key is not None else open_suffix, key, names(key), any_of(*found))
        for key, found in guards.items()
    ]


def suffix_of(key: Key) -> str:
    """An instance key as addresses write it: `[0]`, `["web"]`."""
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{json.dumps(key, ensure_ascii=False)}]"
