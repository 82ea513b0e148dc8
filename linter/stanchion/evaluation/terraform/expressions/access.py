"""Reaching into values: `.name` and `[key]` on what is known, open, unknown or hangs on a choice."""

from __future__ import annotations

from decimal import Decimal

from stanchion.evaluation.conditions import Condition, Undecided, any_of, negate, scalar_text
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.operators import equality
from stanchion.evaluation.terraform.expressions.propagation import derive, lift, marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused, Repeated, not_refused
from stanchion.evaluation.terraform.types.conversion import UNKNOWN_TYPE, as_type, typed
from stanchion.evaluation.terraform.types.numbers import as_index
from stanchion.evaluation.terraform.types.types import ANY, NUMBER, PRIMITIVES, STRING, Type, part_type, type_of
from stanchion.evaluation.values import (
    MAX_ARMS,
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    choose,
)
from stanchion.syntax.source import Located

#: Attributes of these names are strings in whatever resource has them.
_TEXTS = ("id", "arn")


def attribute_of(value: Value, name: str, origin: Located) -> Value:
    """`value.name`. Raises EvaluationError where there is no such attribute."""
    if isinstance(value, MapValue):
        entry = value.entries.get(name)
        if entry is not None:
            return marked(entry, value.references, value.sensitive)
        if value.rest is not None:
            return part_of(value.rest, f".{name}", name, origin)
        have = ", ".join(sorted(value.entries)[:8])
        raise EvaluationError(f"there is no attribute {name} here; there are: {have or 'none'}", origin)
    if isinstance(value, Unknown):
        return _attribute_of_unknown(value, name, origin)
    if isinstance(value, Choice):
        return lift([value], lambda row: attribute_of(row[0], name, origin), origin)
    if isinstance(value, Known) and value.value is None:
        raise EvaluationError(f"cannot read .{name} of a null value", origin)
    raise EvaluationError(f"this value has no attributes, so no {name}", origin)


def _attribute_of_unknown(value: Unknown, name: str, origin: Located) -> Value:
    not_refused(value)
    if isinstance(value, Repeated) and value.type == "map" and value.element is not None:
        return value.element
    if value.type not in (None, "map"):
        raise EvaluationError(f"this value has no attributes, so no {name}; it is a {value.type}", origin)
    type_ = part_type(type_of(value), name)
    if type_ is None:
        have = ", ".join(attribute.name for attribute in type_of(value).attributes[:8])
        raise EvaluationError(f"there is no attribute {name} here; there are: {have or 'none'}", origin)
    return part_of(value, f".{name}", name, origin, type_)


def part_of(unknown: Unknown, suffix: str, attribute: str, origin: Located | None, type_: Type = ANY) -> Unknown:
    """What stands for a part of an unknown. A reference to a whole resource becomes one to its attribute."""
    variable = None
    if unknown.variable is not None:
        variable = Undecided(f"{unknown.variable.name}{suffix}")
    references = unknown.references
    if attribute and any(reference.attribute == "" for reference in references):
        references = tuple(
            Reference(reference.address, attribute) if reference.attribute == "" else reference
            for reference in references
        )
    coarse = UNKNOWN_TYPE[type_.kind]
    if coarse is None and references is not unknown.references and attribute.endswith(_TEXTS):
        coarse = "string"
    static = type_ if coarse in ("list", "map") else None
    return Unknown(unknown.reason, origin, references, unknown.sensitive, variable, None, coarse, None, static)


def element_of(value: Value, key: Value, origin: Located) -> Value:
    """`value[key]`. Raises EvaluationError where there is no such element."""
    return lift([value, key], lambda row: _element(row[0], row[1], origin), origin)


def _element(value: Value, key: Value, origin: Located) -> Value:
    if isinstance(value, Known):
        if value.value is None:
            raise EvaluationError("cannot index a null value", origin)
        raise EvaluationError("this value has no elements", origin)
    if isinstance(key, Known) and key.value is None:
        raise EvaluationError("the index is null", origin)
    if isinstance(value, Repeated) and value.element is not None:
        return marked(value.element, key.references, key.sensitive)
    if isinstance(value, Unknown):
        return _of_unknown(value, key, origin)
    if isinstance(value, ListValue):
        return _of_list(value, key, origin)
    assert isinstance(value, MapValue)  # the choices are lifted off by now
    return _of_map(value, key, origin)


def _of_unknown(value: Unknown, key: Value, origin: Located) -> Value:
    if value.type in PRIMITIVES:
        raise EvaluationError(f"this value has no elements; it is a {value.type}", origin)
    type_ = type_of(value)
    if type_.kind == "set":
        raise EvaluationError("elements of a set have no index", origin)
    if type_.kind != "any":
        key = as_type(key, STRING if value.type == "map" else NUMBER, origin)
    if not isinstance(key, Known):
        found = derive([value, key], origin, None, lambda names: f"{names[0]}[{names[1]}]")
        return typed(found, type_.element or ANY)
    element = type_.element or ANY
    if type_.kind == "tuple":
        element = type_.items[_index(key, len(type_.items), origin)]
    part = part_of(value, f"[{scalar_text(key.value)}]", "", origin, element)
    return marked(part, key.references, key.sensitive)


def _of_list(value: ListValue, key: Value, origin: Located) -> Value:
    if value.kind == "set":
        raise EvaluationError("elements of a set have no index", origin)
    if isinstance(key, Unknown):
        key = as_type(key, NUMBER, origin)
        return typed(derive([value, key], origin, None), value.element or ANY)
    item = value.items[_index(as_type(key, NUMBER, origin), len(value.items), origin)]
    return marked(item, value.references, value.sensitive or key.sensitive)


def _index(key: Value, length: int, origin: Located) -> int:
    index = as_index(key.value) if isinstance(key, Known) and isinstance(key.value, int | Decimal) else None
    if index is None or not 0 <= index < length:
        raise EvaluationError(f"the index is out of range: the list has {length} elements", origin)
    return index


def _of_map(value: MapValue, key: Value, origin: Located) -> Value:
    if isinstance(key, Unknown):
        as_type(key, STRING, origin)
        refusal = Refused(f"there is no such key here; {_there_are(value)}", origin)
        found = by_open_key(value, key, refusal, origin)
        return found if found is not None else derive([value, key], origin, None)
    text = as_type(key, STRING, origin)
    name = text.value if isinstance(text, Known) else None
    assert isinstance(name, str)
    entry = value.entries.get(name)
    if entry is not None:
        # a secret key of an object only says which attribute is meant; cty marks elements of maps and lists
        return marked(entry, value.references, value.sensitive or (key.sensitive and value.kind == "map"))
    if value.rest is not None:
        return part_of(value.rest, f"[{scalar_text(name)}]", name, origin)
    raise EvaluationError(f"there is no key {scalar_text(name)} here; {_there_are(value)}", origin)


def _there_are(value: MapValue) -> str:
    return f"there are: {', '.join(sorted(value.entries)[:8]) or 'none'}"


def by_open_key(value: MapValue, key: Unknown, otherwise: Value, origin: Located | None) -> Value | None:
    """What stands in a map under a key that is still open: an arm for each key that it may be, and what is there
    `otherwise`. None where the keys cannot be told apart by it, or are too many."""
    if value.rest is not None or len(value.entries) >= MAX_ARMS:
        return None
    arms: list[tuple[Condition, Value]] = []
    for name, entry in value.entries.items():
        same = equality(key, Known(name))
        if same is None:
            return None
        if same is not False:
            arms.append((same, entry))
    if not arms:
        return None
    arms.append((negate(any_of(*(guard for guard, _ in arms))), otherwise))
    found = choose(arms, origin)
    return marked(found, value.references, value.sensitive or (key.sensitive and value.kind == "map"))
