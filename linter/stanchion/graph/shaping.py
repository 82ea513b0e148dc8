"""Applying the rules of the mapping table: a body under its language's names becomes one under canonical names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stanchion.evaluation.conditions import Condition, negate
from stanchion.evaluation.values import (
    NULL,
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    choose,
    is_null,
    joined,
    unknown_like,
)
from stanchion.graph.conversions import SCALAR, elements, first, per_arm
from stanchion.graph.mappings import Rule
from stanchion.syntax.source import Located, covers


@dataclass(slots=True, eq=False)
class Shaped:
    """Properties under canonical names with their places, and what no rule was found for."""

    entries: dict[str, Value]
    places: dict[str, Located]
    left: dict[str, Value]


def shaped(body: MapValue, rules: Mapping[str, Rule], own: str = "") -> Shaped:
    """Apply rules to the attributes of a body, in the order in which they are written.

    `own` is the address of the resource, for a rule that mentions "itself". The rule under "*" reads the whole body,
    those under "=" are constants.
    """
    result = Shaped({}, {}, {})
    places = body.places or {}
    for path, constant in rules.get("=", {}).items():
        put(result.entries, result.places, path, Known(constant), None)
    whole = rules.get("*")
    if whole is not None:
        _apply(result, whole, body, body.origin, own)
    for name, value in body.entries.items():
        if is_null(value):
            continue
        rule = rules.get(name)
        if rule is not None:
            _apply(result, rule, value, places.get(name), own)
        elif whole is None or name not in _read_by(whole):
            result.left[name] = value
    return result


def _read_by(whole: Rule) -> frozenset[str]:
    """The attributes that a rule on the whole body reads."""
    argument = whole[2] if isinstance(whole, list) and len(whole) > 2 else {}
    return frozenset(name for part in ("each", "common", "itself", "ignored") for name in argument.get(part, ()))


def _apply(result: Shaped, rule: Rule, value: Value, place: Located | None, own: str) -> None:
    if isinstance(rule, str):
        put(result.entries, result.places, rule, value, place)
        return
    if isinstance(rule, Mapping):
        for each in rule["all"]:
            _apply(result, each, value, place, own)
        return
    conversion, path = rule[0], rule[1]
    argument = rule[2] if len(rule) > 2 else None
    convert = _conversion(conversion, argument, own)
    converted = per_arm(value, convert)
    if converted is None:
        return
    if path:
        put(result.entries, result.places, path, converted, place)
    else:
        _put_inline(result, converted, place)


def _conversion(name: str, argument: Any, own: str) -> Callable[[Value], Value | None]:
    if name == "one":
        return lambda value: one(value, argument, own)
    if name == "many":
        return lambda value: many(value, argument, own)
    if name == "spread":
        return lambda value: spread(value, argument, own)
    if name == "by_key":
        return lambda value: by_key(value, argument, own)
    scalar = SCALAR[name]
    return lambda value: scalar(value, argument)


def _put_inline(result: Shaped, value: Value, place: Located | None) -> None:
    """Entries of an object beside those of the object that encloses it; its unknown fate goes to each entry."""
    if isinstance(value, MapValue):
        for key, entry in value.entries.items():
            put(result.entries, result.places, key, entry, (value.places or {}).get(key) or place)
        return
    if isinstance(value, Choice):
        for guard, arm in value.arms:
            if isinstance(arm, MapValue):
                for key, entry in arm.entries.items():
                    merged = guarded(result.entries.get(key), entry, guard)
                    result.entries[key] = merged
                    result.places.setdefault(key, (arm.places or {}).get(key) or place or value.origin)  # type: ignore[arg-type]


def put(entries: dict[str, Value], places: dict[str, Located], path: str, value: Value, place: Located | None) -> None:
    """Set a property at a dotted path; what stands there already is merged with it."""
    head, _, rest = path.partition(".")
    if rest:
        inner_entries: dict[str, Value] = {}
        inner_places: dict[str, Located] = {}
        put(inner_entries, inner_places, rest, value, place)
        value = MapValue(
            inner_entries, place or value.origin, value.references, value.sensitive, "object", inner_places
        )
    before = entries.get(head)
    entries[head] = value if before is None else merge(before, value)
    if place is not None:
        places.setdefault(head, place)


def one(value: Value, rules: Mapping[str, Rule], own: str = "") -> Value | None:
    """A block that stands at most once, as an object."""
    single = first(value, None)
    if single is None or is_null(single):
        return None
    return per_arm(single, lambda inner: _object(inner, rules, own))


def many(value: Value, rules: Mapping[str, Rule] | None, own: str = "") -> Value | None:
    """Blocks as a list of objects."""
    if isinstance(value, Unknown):
        return value
    items = tuple(per_arm(item, lambda inner: _object(inner, rules or {}, own)) or NULL for item in elements(value))
    return ListValue(items, value.origin, value.references, value.sensitive)


def _object(value: Value, rules: Mapping[str, Rule], own: str, strict: bool = False) -> Value:
    if not isinstance(value, MapValue):
        return value
    inner = shaped(value, rules, own)
    # an attribute without a canonical name stays under its own: the two spellings cannot clash
    entries = inner.entries if strict else {**inner.entries, **inner.left}
    places = {**inner.places, **{k: p for k, p in (value.places or {}).items() if k in inner.left}}
    return MapValue(entries, value.origin, value.references, value.sensitive, "object", places, value.rest)


def spread(value: Value, argument: Mapping[str, Any], own: str = "") -> Value | None:
    """One object for every element of some list attributes: a security group rule with two CIDRs is two rules.

    The argument: `each` (attribute -> property of its elements), `common` (rules of the attributes that every object
    shares), `ignored` (attributes that are read elsewhere), `itself` (attribute that, when true, makes an object whose
    property refers to the resource itself; or, when `self_by` names an attribute, to what that one refers to).
    """
    if isinstance(value, Unknown):
        return value
    items: list[Value] = []
    for block in elements(value):
        spreaded = per_arm(block, lambda inner: ListValue(tuple(_spread_block(inner, argument, own)), inner.origin))
        items.extend(_flat(spreaded if spreaded is not None else NULL))
    return ListValue(tuple(items), value.origin, value.references, value.sensitive)


def _flat(value: Value) -> list[Value]:
    """A list, or a choice of lists, as elements each of which knows when it is there."""
    if isinstance(value, ListValue):
        return list(value.items)
    if not isinstance(value, Choice):
        return [] if is_null(value) else [value]
    found: list[Value] = []
    for guard, arm in value.arms:
        found.extend(_when(guard, item) for item in _flat(arm))
    return found


def _spread_block(block: Value, argument: Mapping[str, Any], own: str) -> list[Value]:
    if not isinstance(block, MapValue):
        return [block]
    read = {*argument["each"], *argument.get("itself", ()), *argument.get("ignored", ())}
    kept = {name: entry for name, entry in block.entries.items() if name not in read}
    common = shaped(MapValue(kept, block.origin, places=block.places), argument["common"], own)
    places = block.places or {}
    items: list[Value] = []

    def item(name: str, element: Value, place: Located | None) -> Value:
        where = place or element.origin or block.origin
        if place is not None and element.origin is not None and covers(place, element.origin):
            where = element.origin
        own_places = {**common.places, **({name: where} if where is not None else {})}
        entries = {**common.entries, name: element}
        return MapValue(entries, block.origin, element.references, False, "object", own_places)

    for attribute, name in argument["each"].items():
        entry = block.entries.get(attribute)
        if entry is None:
            continue
        for element in _each(entry):
            place = places.get(attribute)
            made = per_arm(element, lambda inner, n=name, p=place: NULL if is_null(inner) else item(n, inner, p))  # type: ignore[misc]
            if made is not None and not is_null(made):
                items.append(made)
    for attribute, name in argument.get("itself", {}).items():
        items.extend(_itself(block, attribute, argument, own, lambda v, n=name, a=attribute: item(n, v, places.get(a))))  # type: ignore[misc]
    if not items:
        items.append(MapValue(common.entries, block.origin, (), False, "object", common.places))
    return items


def _each(entry: Value) -> list[Value]:
    """The elements of a list, of a choice of lists, or an unknown list's one unknown element."""
    if isinstance(entry, Choice):
        return _flat(choose((g, a if isinstance(a, ListValue) else _listed(a)) for g, a in entry.arms))
    if isinstance(entry, Unknown) and entry.variable is not None and entry.type != "string":
        return [unknown_like(entry)]
    return list(elements(entry))


def _listed(value: Value) -> Value:
    return ListValue(elements(value), value.origin, value.references)


def _itself(
    block: MapValue, attribute: str, argument: Mapping[str, Any], own: str, item: Callable[[Value], Value]
) -> list[Value]:
    flag = block.entries.get(attribute)
    if flag is None or is_null(flag):
        return []
    by = block.entries.get(argument.get("self_by", ""))
    references = by.references if by is not None else (Reference(own, "id"),)
    itself = Unknown("the id is known only after apply", flag.origin, references)

    def made(value: Value) -> Value:
        if isinstance(value, Known):
            return item(itself) if str(value.value).lower() == "true" else NULL
        return item(itself)

    converted = per_arm(flag, made)
    return [] if converted is None or is_null(converted) else [converted]


def by_key(value: Value, argument: Mapping[str, Any], own: str = "") -> Value | None:
    """Blocks as a map: from the attribute `key` of each to its attribute `value`, or to an object by those rules."""
    if not isinstance(value, ListValue):
        return value
    said = argument["value"]
    found = MapValue({}, value.origin, value.references, value.sensitive, "map", {})
    for element in value.items:
        # a block that may be missing is an entry that may be null
        for guard, arm in element.arms if isinstance(element, Choice) else ((True, element),):
            key = arm.entries.get(argument["key"]) if isinstance(arm, MapValue) else None
            if isinstance(arm, MapValue) and isinstance(key, Known) and isinstance(key.value, str):
                held = arm.entries.get(said, NULL) if isinstance(said, str) else _object(arm, said, own, True)
                found.entries[key.value] = guarded(found.entries.get(key.value), held, guard)
                if arm.origin is not None and found.places is not None:
                    found.places[key.value] = arm.origin
            elif not is_null(arm):
                found.rest = unknown_like(key if key is not None else arm)
    return found


def merge(before: Value, after: Value) -> Value:
    """Two statements about one property: objects are joined, lists follow each other, of scalars the later holds."""
    if is_null(after):
        return before
    if is_null(before):
        return after
    if isinstance(before, Choice):
        return choose(((guard, merge(arm, after)) for guard, arm in before.arms), before.origin)
    if isinstance(after, Choice):
        return choose(((guard, merge(before, arm)) for guard, arm in after.arms), after.origin)
    if isinstance(before, MapValue) and isinstance(after, MapValue):
        return _joined_maps(before, after)
    if isinstance(before, ListValue) or isinstance(after, ListValue):
        return ListValue(
            elements(before) + elements(after),
            before.origin or after.origin,
            joined((before.references, after.references)),
            before.sensitive or after.sensitive,
        )
    return after


def _joined_maps(before: MapValue, after: MapValue) -> MapValue:
    entries = dict(before.entries)
    for key, entry in after.entries.items():
        entries[key] = merge(entries[key], entry) if key in entries else entry
    return MapValue(
        entries,
        before.origin or after.origin,
        joined((before.references, after.references)),
        before.sensitive or after.sensitive,
        before.kind,
        {**(after.places or {}), **(before.places or {})},
        before.rest or after.rest,
    )


def guarded(before: Value | None, after: Value, guard: Condition) -> Value:
    """`merge` where the second statement holds only under a condition."""
    if guard is True:
        return after if before is None else merge(before, after)
    if isinstance(after, ListValue):
        items = tuple(_when(guard, item) for item in after.items)
        kept = ListValue(items, after.origin, after.references, after.sensitive)
        return kept if before is None else merge(before, kept)
    if before is None:
        return choose(((guard, after), (negate(guard), NULL)), after.origin)
    return choose(((guard, merge(before, after)), (negate(guard), before)), after.origin)


def _when(guard: Condition, value: Value) -> Value:
    """A value that is null unless a condition holds."""
    return value if guard is True else choose(((guard, value), (negate(guard), NULL)))


def gathered(before: Value | None, additions: list[tuple[Value, Condition]]) -> Value:
    """`guarded` for many statements about one property; lists are strung together in one go."""
    lists = [before] if before is not None else []
    lists.extend(value for value, _ in additions)
    if len(additions) > 1 and all(isinstance(value, ListValue) for value in lists):
        items: list[Value] = list(elements(before)) if before is not None else []
        for value, guard in additions:
            items.extend(_when(guard, item) for item in elements(value))
        references = tuple(dict.fromkeys(reference for value in lists for reference in value.references))
        return ListValue(tuple(items), lists[0].origin, references, any(value.sensitive for value in lists))
    result = before
    for value, guard in additions:
        result = guarded(result, value, guard)
    return result if result is not None else NULL
