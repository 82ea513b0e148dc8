"""Converting values to types, as cty's `convert` package does for Terraform ("Type Constraints", Terraform docs)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from stanchion.evaluation.conditions import Undecided
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import beyond, lift, marked, survey, words
from stanchion.evaluation.terraform.types.numbers import INFINITY, Number, is_number, normal, parse, text_of
from stanchion.evaluation.terraform.types.types import (
    ANY,
    PRIMITIVES,
    Attribute,
    Type,
    convertible,
    has_any,
    settled,
    type_of,
    unify,
)
from stanchion.evaluation.values import (
    UNREFINED,
    Choice,
    Known,
    ListValue,
    MapValue,
    Refinement,
    Unknown,
    Value,
    is_null,
)
from stanchion.syntax.source import Located

#: The coarse types that an Unknown carries, for the kinds of types.
UNKNOWN_TYPE = {
    "string": "string",
    "number": "number",
    "bool": "bool",
    "list": "list",
    "tuple": "list",
    "set": "list",
    "map": "map",
    "object": "map",
    "any": None,
}


def convert(value: Value, to: Type, origin: Located | None = None) -> Value:
    """The value as one of the wanted type: elements converted, optional attributes filled in, null kept null.

    An unknown stays unknown, of that type; so does a value that is too large to convert. Raises EvaluationError where
    Terraform refuses the conversion.
    """
    try:
        if isinstance(value, ListValue | MapValue | Choice):
            survey([value])
        return as_type(value, to, origin)
    except BoundExceededError as error:
        return beyond(error, [value], origin)
    except RecursionError:
        return beyond(BoundExceededError("it is nested too deeply to be converted"), [value], origin)


def as_type(value: Value, to: Type, origin: Located | None = None) -> Value:
    """As `convert`, for values that are known to be small enough. Raises BoundExceededError besides."""
    if isinstance(value, Known):
        return _scalar(value, to, origin)
    if isinstance(value, Choice):
        return lift([value], lambda row: as_type(row[0], to, origin), origin or value.origin)
    if to.kind == "any":
        return value
    if isinstance(value, Unknown):
        return _unknown(value, to, origin)
    if isinstance(value, ListValue):
        if to.kind in ("list", "set"):
            return _to_collection(value, to, origin)
        if to.kind == "tuple" and value.kind == "tuple":
            return _to_tuple(value, to, origin)
    elif to.kind == "map":
        return _to_map(value, to, origin)
    elif to.kind == "object":
        return _to_object(value, to, origin)
    raise EvaluationError(required(to), origin)


def required(to: Type) -> str:
    """What was expected, in Terraform's words."""
    if to.kind in PRIMITIVES:
        return f"a {to.kind} is required"
    if to.element is not None and to.element.kind != "any":
        return f"{to} is required"
    return f"{'an object' if to.kind == 'object' else 'a ' + to.kind} is required"


def to_text(scalar: str | Number | bool) -> str:
    """A scalar that is not null, as Terraform converts it to a string."""
    if isinstance(scalar, str):
        return scalar
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    return text_of(scalar)


def _scalar(value: Known, to: Type, origin: Located | None) -> Value:
    scalar = value.value
    if to.kind == "any":
        return value
    if scalar is None:
        return _null(value, to, origin)
    converted: str | int | Decimal | bool | None = None
    if to.kind == "string":
        if isinstance(scalar, str):
            return value
        converted = to_text(scalar)
    elif to.kind == "bool":
        if isinstance(scalar, bool):
            return value
        converted = (
            {"true": True, "1": True, "false": False, "0": False}.get(scalar) if isinstance(scalar, str) else None
        )
    elif to.kind == "number":
        if is_number(scalar):
            assert isinstance(scalar, int | Decimal)
            converted = normal(scalar)
            if converted is scalar:
                return value
        elif isinstance(scalar, str):
            converted = parse(scalar)
    if converted is None:
        raise EvaluationError(_scalar_advice(scalar, to), origin or value.origin)
    return Known(converted, value.origin, value.references, value.sensitive)


def _null(value: Known, to: Type, origin: Located | None) -> Known:
    """A null converted: it has the type that it was wanted as."""
    if value.static is None:
        return Known(None, value.origin, value.references, value.sensitive, None, to if not has_any(to) else None)
    if not convertible(value.static, to):
        raise EvaluationError(required(to), origin or value.origin)
    return Known(None, value.origin, value.references, value.sensitive, None, settled(value.static, to))


def _scalar_advice(scalar: str | Number | bool, to: Type) -> str:
    if to.kind == "bool" and isinstance(scalar, str) and scalar.lower() in ("true", "false"):
        return f'a bool is required; to convert from string, use lowercase "{scalar.lower()}"'
    return required(to)


def _unknown(value: Unknown, to: Type, origin: Located | None) -> Value:
    wanted = UNKNOWN_TYPE[to.kind]
    own = type_of(value)
    if not convertible(own, to) or (own == ANY and value.type is not None and value.type != wanted):
        raise EvaluationError(required(to), origin or value.origin)
    static = settled(own, to)
    if value.type == wanted:
        return value if own == static or to.kind in PRIMITIVES else replace(value, static=static)
    parts = value.parts if to.kind == "string" else None
    variable = value.variable
    if value.type is not None and variable is not None:
        variable = None  # the number 1 and the string "1" are not the same value
        name = words(value)
        if name is not None:
            variable = Undecided(f"to{to.kind}({name})") if to.kind in PRIMITIVES else None
    refined = _kept(value.refined, own, to)
    return Unknown(
        value.reason, value.origin, value.references, value.sensitive, variable, parts, wanted, None, static, refined
    )


def typed(value: Unknown, type_: Type, refined: Refinement | None = None) -> Unknown:
    """An unknown that is of this type, and of which that much is known."""
    coarse = UNKNOWN_TYPE[type_.kind]
    if coarse is None and refined is None:
        return value
    static = type_ if coarse in ("list", "map") else None
    coarse = coarse if coarse is not None else value.type
    return replace(value, type=coarse, static=static, refined=value.refined if refined is None else refined)


def _kept(refined: Refinement, own: Type, to: Type) -> Refinement:
    """What is still known of an unknown that is converted."""
    if refined is UNREFINED or own.kind == to.kind:
        return refined
    least, most = refined.least, refined.most
    if own.element is None or to.element is None:
        least = most = None
    elif to.kind == "set" and least:
        least = 1  # elements may be the same
    return Refinement(refined.present, "", least, most)


def _to_collection(value: ListValue, to: Type, origin: Located | None) -> Value:
    element = to.element or ANY
    if value.kind == "set" and to.kind == "list" and len(value.items) > 1 and _has_open(value.items):
        return Unknown(
            "the order of a set is not known before its elements are",
            value.origin, value.references, value.sensitive, None, None, "list", None,
            settled(type_of(value), to), Refinement(True, "", 1, len(value.items)),
        )  # fmt: skip
    alike = element.kind == "any" and value.kind != "tuple"  # elements of one type, whichever that is
    items = value.items if alike else _converted(value.items, element, to.kind, origin)
    element_type = value.element if alike else _element(element)
    if to.kind == "set":
        return make_set(items, value, element_type)
    if value.kind == "list" and items is value.items and value.element is element_type:
        return value
    return ListValue(tuple(items), value.origin, value.references, value.sensitive, "list", element_type)


def _element(element: Type) -> Type | None:
    """The type that all elements were converted to, where it is wholly known."""
    return element if not has_any(element) else None


def _has_open(items: Sequence[Value]) -> bool:
    return any(isinstance(item, Unknown | Choice) for item in items)


def _converted(items: Sequence[Value], element: Type, kind: str, origin: Located | None) -> Sequence[Value]:
    """Elements of one type: the wanted one, with what it leaves open (`any`) unified over all elements."""
    if element.kind != "any":
        items = [as_type(item, element, origin) for item in items]
    if has_any(element):
        types = [type_of(item) for item in items]
        common = unify(types)
        guessed = common == ANY and element.kind == "any" and kind != "map" and _only_null(items, types)
        if types and (common is None or guessed):
            raise EvaluationError(f"all {kind} elements must have the same type", origin)
        if common is not None and common.kind != "any" and any(type_ != common for type_ in types):
            items = [as_type(item, common, origin) for item in items]
            if has_any(common) and any(type_of(item) != common for item in items):
                # each took the place of what was open by what it holds: these have to agree as well
                again = unify([type_of(item) for item in items])
                items = [as_type(item, again, origin) for item in items] if again is not None else items
    return items


def _only_null(items: Sequence[Value], types: Sequence[Type]) -> bool:
    """Whether nulls alone keep structures from having a common type: Terraform does not guess the type of a null."""
    return any(type_ != ANY for type_ in types) and all(
        is_null(item) for item, type_ in zip(items, types, strict=True) if type_ == ANY
    )


def _to_tuple(value: ListValue, to: Type, origin: Located | None) -> Value:
    if len(value.items) != len(to.items):
        raise EvaluationError(f"a tuple of length {len(to.items)} is required", origin)
    items = tuple(as_type(item, type_, origin) for item, type_ in zip(value.items, to.items, strict=True))
    return ListValue(items, value.origin, value.references, value.sensitive, "tuple")


def _to_map(value: MapValue, to: Type, origin: Located | None) -> Value:
    if value.kind == "map" and (to.element is None or to.element.kind == "any"):
        return value
    items = _converted(list(value.entries.values()), to.element or ANY, "map", origin)
    entries = dict(zip(value.entries, items, strict=True))
    ordered = {key: entries[key] for key in sorted(entries)}
    element = _element(to.element or ANY)
    return MapValue(ordered, value.origin, value.references, value.sensitive, "map", value.places, value.rest, element)


def _to_object(value: MapValue, to: Type, origin: Located | None) -> Value:
    entries: dict[str, Value] = {}
    for attribute in to.attributes:
        entries[attribute.name] = _attribute(value, attribute, origin)
    return MapValue(entries, value.origin, value.references, value.sensitive, "object", value.places)


def _attribute(value: MapValue, attribute: Attribute, origin: Located | None) -> Value:
    given = value.entries.get(attribute.name)
    if given is None and value.rest is not None:
        rest = value.rest
        given = Unknown(rest.reason, value.origin, rest.references, rest.sensitive)
    if given is None and not attribute.optional:
        raise EvaluationError(f'attribute "{attribute.name}" is required', origin or value.origin)
    if attribute.default is not None:
        if given is None or is_null(given):
            given = attribute.default
        elif isinstance(given, Choice):
            filled = tuple((guard, attribute.default if is_null(arm) else arm) for guard, arm in given.arms)
            given = Choice(filled, given.origin)
    if given is None:
        return _null(Known(None, value.origin), attribute.type, origin)
    try:
        return as_type(given, attribute.type, origin)
    except EvaluationError as error:
        raise EvaluationError(f'attribute "{attribute.name}": {error.message}', error.origin) from None


def make_set(items: Sequence[Value], like: ListValue | None = None, element: Type | None = None) -> ListValue:
    """A set of elements of one type: each once, in the order in which Terraform iterates over them.

    References of equal elements are joined. Elements that are not known come last. A set is as secret as its most
    secret element: which elements there are tells what they are.
    """
    keyed: dict[object, Value] = {}
    open_: list[Value] = []
    named: set[str] = set()
    for item in items:
        key = set_key(item)
        if key is None:
            name = words(item)
            if name is None or name not in named:
                open_.append(item)
            if name is not None:
                named.add(name)
        elif key in keyed:
            keyed[key] = marked(keyed[key], item.references, item.sensitive)
        else:
            keyed[key] = item
    ordered = [keyed[key] for key in sorted(keyed)]  # type: ignore[type-var]  # keys of one set compare
    references = like.references if like is not None else ()
    secret = (like is not None and like.sensitive) or any(item.sensitive for item in items)
    origin = like.origin if like is not None else None
    return ListValue((*ordered, *open_), origin, references, secret, "set", element)


def set_key(value: Value) -> tuple[int, object] | None:
    """What orders and identifies an element of a set, or None when the element is not wholly known.

    Strings go by code points, numbers and booleans by size, anything else by the bytes that cty hashes; null is last.
    """
    if isinstance(value, Known):
        scalar = value.value
        if scalar is None:
            return (9, "")
        if isinstance(scalar, str):
            return (2, scalar)
        return (0, scalar) if isinstance(scalar, bool) else (1, scalar)
    text = _hash_text(value)
    return (3, text.encode("utf-8", "surrogatepass")) if text is not None else None


def _hash_text(value: Value) -> str | None:
    """The bytes of cty's `appendSetHashBytes`, by which sets of structures are ordered."""
    if isinstance(value, Known):
        return _hash_scalar(value.value)
    if isinstance(value, Unknown | Choice):
        return None
    if isinstance(value, ListValue):
        items = [_hash_text(item) for item in value.items]
        opening, closing = ("<", ">") if value.kind == "tuple" else ("[", "]")
    else:
        if value.rest is not None:
            return None
        items = []
        for key in sorted(value.entries):
            text = _hash_text(value.entries[key])
            items.append(f"{_hash_scalar(key)}:{text}" if text is not None and value.kind == "map" else text)
        opening, closing = ("{", "}") if value.kind == "map" else ("<", ">")
    pieces = [item for item in items if item is not None]
    if len(pieces) != len(items):
        return None
    return opening + "".join(piece + ";" for piece in pieces) + closing


def _hash_scalar(scalar: str | int | Decimal | bool | None) -> str:
    if scalar is None:
        return "~"
    if isinstance(scalar, str):
        from json import dumps

        return dumps(scalar, ensure_ascii=False)
    if isinstance(scalar, bool):
        return "T" if scalar else "F"
    if scalar in (INFINITY, -INFINITY) or isinstance(scalar, int):
        return to_text(scalar)
    return format(scalar, ".10g")
