"""Collection functions on maps and objects ("Collection Functions", Terraform language documentation)."""

from __future__ import annotations

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.access import by_open_key
from stanchion.evaluation.terraform.expressions.propagation import derive, marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused
from stanchion.evaluation.terraform.functions.lists import listed, sequence
from stanchion.evaluation.terraform.functions.signature import (
    SHAPE,
    TEXTS,
    Parameter,
    Surroundings,
    valued,
)
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import ANY, STRING, Type, type_of
from stanchion.evaluation.values import Known, MapValue, Unknown, Value, is_null
from stanchion.syntax.source import Located

#: Entries that an unknown map may override, counted once for each such map.
MAX_OVERRIDES = 5_000


def _mapping(value: Value) -> MapValue:
    if isinstance(value, MapValue):
        return value
    raise EvaluationError("a map or an object is required")


def _keys(arguments: list[Value], around: Surroundings) -> Value:
    given = _mapping(arguments[0])
    if given.rest is not None:
        return derive([given.rest], around.origin, "list", lambda names: f"keys({names[0]})")
    kind = "list" if given.kind == "map" else "tuple"
    return listed((Known(key, around.origin) for key in sorted(given.entries)), around.origin, kind)


def _values(arguments: list[Value], around: Surroundings) -> Value:
    given = _mapping(arguments[0])
    if given.rest is not None:
        return derive([given.rest], around.origin, "list", lambda names: f"values({names[0]})")
    kind = "list" if given.kind == "map" else "tuple"
    return listed((given.entries[key] for key in sorted(given.entries)), around.origin, kind)


def _lookup(arguments: list[Value], around: Surroundings) -> Value:
    given = _mapping(arguments[0])
    if len(arguments) > 3:
        raise EvaluationError("it takes two or three arguments")
    default = arguments[2] if len(arguments) == 3 else None
    element = type_of(given).element if given.kind == "map" else None
    if default is not None and element is not None and given.entries:
        default = as_type(default, element, around.origin)
    if isinstance(arguments[1], Unknown):
        return _looked_up(given, arguments[1], default, around)
    key = arguments[1].value if isinstance(arguments[1], Known) else None
    found = given.entries.get(key) if isinstance(key, str) else None
    if found is not None:
        return found
    if given.rest is not None:
        values = [given.rest, arguments[1], *([default] if default is not None else [])]
        return derive(values, around.origin, None, lambda names: f"lookup({', '.join(names)})")
    if default is None:
        raise EvaluationError(f'the given object has no attribute "{key}", and there is no default')
    return default


def _looked_up(given: MapValue, key: Unknown, default: Value | None, around: Surroundings) -> Value:
    """A lookup under a key that is still open."""
    missing = Refused("the given object has no such attribute, and there is no default", around.origin)
    found = by_open_key(given, key, default if default is not None else missing, around.origin)
    if found is not None:
        return found
    values = [given, key, *([default] if default is not None else [])]
    return derive(values, around.origin, None, lambda names: f"lookup({', '.join(names)})")


def _merge(arguments: list[Value], around: Surroundings) -> Value:
    """Later arguments win. After an unknown one its keys are open, and what came before it may be overridden."""
    open_ = sum(isinstance(argument, Unknown) or getattr(argument, "rest", None) is not None for argument in arguments)
    if open_ * sum(len(argument.entries) for argument in arguments if isinstance(argument, MapValue)) > MAX_OVERRIDES:
        raise BoundExceededError(f"more than {MAX_OVERRIDES:,} entries may be overridden by what is not known")
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}
    rest: Unknown | None = None
    types: list[Type] = []
    sensitive = False
    references: list[Value] = []
    for argument in arguments:
        if is_null(argument):
            types.append(ANY)
            continue
        if isinstance(argument, Unknown):
            if argument.type not in (None, "map"):
                raise EvaluationError("arguments must be maps or objects")
            entries = {key: _overridable(key, value, argument, around) for key, value in entries.items()}
            rest = _joined_rest(rest, argument)
            types.append(ANY)
            continue
        given = _mapping(argument)
        types.append(type_of(given))
        sensitive = sensitive or given.sensitive
        references.append(given)
        if given.rest is not None:
            entries = {key: _overridable(key, value, given.rest, around) for key, value in entries.items()}
            rest = _joined_rest(rest, given.rest)
        entries.update(given.entries)
        places.update(given.places or {})
    kind = "map" if types and types[0].kind == "map" and all(_alike(type_, types[0]) for type_ in types) else "object"
    if kind == "map":
        entries = {key: entries[key] for key in sorted(entries)}
    merged: Value = MapValue(entries, around.origin, (), sensitive, kind, places or None, rest)
    for value in references:
        merged = marked(merged, value.references, False)
    return merged


def _alike(one: Type, other: Type) -> bool:
    if one == other:
        return True
    return one.kind == other.kind == "map" and (one.element == ANY or other.element == ANY)


def _overridable(key: str, value: Value, by: Unknown, around: Surroundings) -> Value:
    """An entry that an unknown map coming after it may or may not override."""
    return derive(
        [by, value], around.origin, None, lambda names: f'merge({names[0]}, {{ "{key}" = {names[1]} }})["{key}"]'
    )


def _joined_rest(rest: Unknown | None, more: Unknown) -> Unknown:
    if rest is None:
        return more
    return derive([rest, more], rest.origin, "map", lambda names: f"merge({', '.join(names)})")


def _transpose(arguments: list[Value], around: Surroundings) -> Value:
    turned: dict[str, list[Value]] = {}
    given = _mapping(arguments[0])
    for key in sorted(given.entries):
        for item in sequence(given.entries[key]).items:
            text = item.value if isinstance(item, Known) else None
            if not isinstance(text, str):
                raise EvaluationError("input must not contain null string")
            turned.setdefault(text, []).append(Known(key, around.origin))
    entries: dict[str, Value] = {key: listed(turned[key], around.origin) for key in sorted(turned)}
    return MapValue(entries, around.origin, kind="map")


def _zip_map(arguments: list[Value], around: Surroundings) -> Value:
    keys, values = sequence(arguments[0]), sequence(arguments[1])
    if len(keys.items) != len(values.items):
        raise EvaluationError(
            f"number of keys ({len(keys.items)}) does not match number of values ({len(values.items)})"
        )
    entries: dict[str, Value] = {}
    for key, value in zip(keys.items, values.items, strict=True):
        if not isinstance(key, Known) or not isinstance(key.value, str):
            raise EvaluationError("keys must not be null")
        entries[key.value] = value
    return MapValue(entries, around.origin, kind="map" if values.kind == "list" else "object")


_MAP_OF_TEXTS = Parameter(Type("map", TEXTS.type))

FUNCTIONS = {
    "keys": valued(_keys, SHAPE, returns="list"),
    "lookup": valued(_lookup, SHAPE, Parameter(STRING, "raw"), variadic=Parameter(ANY, "raw", True)),
    "merge": valued(_merge, variadic=Parameter(ANY, "raw", True), returns="map"),
    "transpose": valued(_transpose, _MAP_OF_TEXTS, returns="map"),
    "values": valued(_values, SHAPE, returns="list"),
    "zipmap": valued(_zip_map, TEXTS, SHAPE, returns="map"),
}
