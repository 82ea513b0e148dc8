"""Terraform's types as data: read from type constraints, told from values, and unified.

The rules are those of cty, Terraform's value library ("Type Constraints" in the Terraform language documentation;
`convert/unify.go` in cty).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.values import Choice, Known, ListValue, Unknown, Value
from stanchion.syntax.hcl.nodes import Expression, FunctionCall, Literal, ObjectCons, TupleCons, Variable

#: How deep a type may be nested.
MAX_DEPTH = 60


@dataclass(slots=True, frozen=True)
class Attribute:
    """One attribute of an object type; `default` is what an optional one has when it is left out or null."""

    name: str
    type: Type
    optional: bool = field(default=False, compare=False)
    default: Value | None = field(default=None, compare=False)


@dataclass(slots=True, frozen=True)
class Type:
    """A type or type constraint.

    `kind`: "string", "number", "bool", "any", "list", "set", "map", "object" or "tuple". `element` is set for the
    three collections, `attributes` (sorted by name) for objects, `items` for tuples.
    """

    kind: str
    element: Type | None = None
    attributes: tuple[Attribute, ...] = ()
    items: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return describe_type(self)


ANY = Type("any")
STRING = Type("string")
NUMBER = Type("number")
BOOL = Type("bool")
PRIMITIVES = {"string": STRING, "number": NUMBER, "bool": BOOL}
COLLECTIONS = ("list", "set", "map")


def object_of(attributes: dict[str, Type]) -> Type:
    """An object type with these attributes, none of them optional."""
    return Type("object", attributes=tuple(Attribute(name, attributes[name]) for name in sorted(attributes)))


def describe_type(type_: Type) -> str:
    """A type as one writes it: `list(object({ name = string }))`."""
    if type_.element is not None:
        return f"{type_.kind}({describe_type(type_.element)})"
    if type_.kind == "object":
        return "object({" + ", ".join(f"{a.name} = {describe_type(a.type)}" for a in type_.attributes) + "})"
    if type_.kind == "tuple":
        return "tuple([" + ", ".join(describe_type(item) for item in type_.items) + "])"
    return type_.kind


def has_any(type_: Type) -> bool:
    """Whether `any` stands somewhere in a type."""
    if type_.kind == "any":
        return True
    if type_.element is not None:
        return has_any(type_.element)
    return any(has_any(a.type) for a in type_.attributes) or any(has_any(item) for item in type_.items)


def parse_type(node: Expression, evaluate: Callable[[Expression], Value], depth: int = 0) -> Type:
    """The type that a `type = ...` argument names; `evaluate` gives the value of a default in `optional(T, default)`.

    Raises EvaluationError, with the place, for what is no type.
    """
    if depth > MAX_DEPTH:
        raise EvaluationError(f"a type nested deeper than {MAX_DEPTH} is not read", node)
    name = _bare_name(node)
    if name in PRIMITIVES or name == "any":
        return PRIMITIVES.get(name, ANY)
    if name in COLLECTIONS:  # deprecated short forms: `list` for `list(any)`
        return Type(name, ANY)
    if not isinstance(node, FunctionCall):
        raise EvaluationError("expected a type constraint such as string, list(string) or object({ ... })", node)
    if len(node.arguments) != 1 or node.expand_final:
        raise EvaluationError(f"the {node.name} type constructor requires exactly one argument", node)
    argument = node.arguments[0]
    if node.name in COLLECTIONS:
        return Type(node.name, parse_type(argument, evaluate, depth + 1))
    if node.name == "tuple" and isinstance(argument, TupleCons):
        return Type("tuple", items=tuple(parse_type(item, evaluate, depth + 1) for item in argument.items))
    if node.name == "object" and isinstance(argument, ObjectCons):
        return _object_type(argument, evaluate, depth)
    raise EvaluationError(f"expected a type constraint, and {node.name}(...) is none", node)


def _bare_name(node: Expression) -> str:
    """The keyword that an expression consists of; older Terraform also took it in quotes."""
    if isinstance(node, Variable):
        return node.name
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else ""


def _object_type(node: ObjectCons, evaluate: Callable[[Expression], Value], depth: int) -> Type:
    attributes: dict[str, Attribute] = {}
    for item in node.items:
        name = _bare_name(item.key)
        if not name:
            raise EvaluationError("object type attribute names must be plain names", item.key)
        value, optional, default = item.value, False, None
        if isinstance(value, FunctionCall) and value.name == "optional":
            if not 1 <= len(value.arguments) <= 2:
                raise EvaluationError("optional() takes a type and, if wanted, a default", value)
            optional = True
            default = evaluate(value.arguments[1]) if len(value.arguments) == 2 else None
            value = value.arguments[0]
        type_ = parse_type(value, evaluate, depth + 1)
        attributes[name] = Attribute(name, type_, optional, default)
    return Type("object", attributes=tuple(attributes[name] for name in sorted(attributes)))


def type_of(value: Value) -> Type:
    """The type of a value; what is open in it is `any`: a bare null, an untyped unknown, a resource's attributes."""
    if isinstance(value, Known):
        return _scalar_type(value)
    if isinstance(value, Unknown):
        return value.static or PRIMITIVES.get(value.type or "", ANY)
    if isinstance(value, Choice):
        return unify([type_of(arm) for _, arm in value.arms]) or ANY
    if isinstance(value, ListValue):
        if value.kind == "tuple":
            return Type("tuple", items=tuple(type_of(item) for item in value.items))
        return Type(value.kind, value.element or _element_type([type_of(item) for item in value.items]))
    if value.rest is not None:
        return ANY
    if value.kind == "object":
        return object_of({name: type_of(item) for name, item in value.entries.items()})
    return Type("map", value.element or _element_type([type_of(item) for item in value.entries.values()]))


def _scalar_type(value: Known) -> Type:
    scalar = value.value
    if isinstance(scalar, str):
        return STRING
    if isinstance(scalar, bool):
        return BOOL
    if isinstance(scalar, int | Decimal):
        return NUMBER
    return value.static or ANY


def _element_type(types: list[Type]) -> Type:
    """The element type of a collection, whose elements have one type but for what nulls and unknowns leave open."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) == 1:
        return distinct[0]
    return (unify(distinct) or ANY) if distinct else ANY


def unify(types: Sequence[Type]) -> Type | None:
    """The one type that values of all these types convert to, or None when there is none (cty's `UnifyUnsafe`)."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) <= 1:
        return distinct[0] if distinct else None
    kinds = {type_.kind for type_ in distinct}
    open_ = "any" in kinds
    solid = kinds - {"any"}
    if solid == {"map", "object"}:
        found = _unify_disguised(distinct, "object")
        if found is not None:
            return found
    if solid == {"list", "tuple"}:
        found = _unify_disguised(distinct, "tuple")
        if found is not None:
            return found
    if len(solid) == 1:
        (kind,) = solid
        if open_ and kind not in PRIMITIVES:
            return ANY
        if kind in COLLECTIONS:
            element = unify([type_.element or ANY for type_ in distinct])
            return Type(kind, element) if element is not None else None
        if kind == "object":
            return _unify_objects(distinct)
        if kind == "tuple":
            return _unify_tuples(distinct)
    if {"object", "tuple"} <= kinds:
        return None
    return _most_preferred(distinct)


def _unify_disguised(types: list[Type], kind: str) -> Type | None:
    """Objects among maps are maps that were not told apart by the language, and tuples among lists are lists."""
    structural = [type_ for type_ in types if type_.kind == kind]
    merged = _objects_to_map(structural) if kind == "object" else _tuples_to_list(structural)
    return unify([merged if type_.kind == kind else type_ for type_ in types]) if merged is not None else None


def _unify_objects(types: list[Type]) -> Type | None:
    names = [attribute.name for attribute in types[0].attributes]
    if any([attribute.name for attribute in type_.attributes] != names for type_ in types):
        return _objects_to_map(types)
    attributes: dict[str, Type] = {}
    for index, name in enumerate(names):
        type_ = unify([each.attributes[index].type for each in types])
        if type_ is None:
            return None
        attributes[name] = type_
    return object_of(attributes)


def _objects_to_map(types: list[Type]) -> Type | None:
    element = unify([attribute.type for type_ in types for attribute in type_.attributes])
    return Type("map", element) if element is not None else None


def _unify_tuples(types: list[Type]) -> Type | None:
    if any(len(type_.items) != len(types[0].items) for type_ in types):
        return _tuples_to_list(types)
    items: list[Type] = []
    for across in zip(*(type_.items for type_ in types), strict=True):
        type_ = unify(across)
        if type_ is None:
            return None
        items.append(type_)
    return Type("tuple", items=tuple(items))


def _tuples_to_list(types: list[Type]) -> Type | None:
    element = unify([item for type_ in types for item in type_.items])
    return Type("list", element) if element is not None else None


_PREFERENCE = {"list": 0, "map": 0, "tuple": 1, "object": 1, "set": 2, "string": 3, "number": 4, "bool": 4, "any": 5}


def _most_preferred(types: list[Type]) -> Type | None:
    """The first of the types, in cty's order of preference, that all others convert to."""
    for wanted in sorted(types, key=lambda type_: _PREFERENCE[type_.kind]):
        if all(convertible(type_, wanted) for type_ in types):
            return wanted
    return None


def convertible(given: Type, wanted: Type) -> bool:
    """Whether values of one type convert to another, as far as the types tell (cty's `GetConversionUnsafe`)."""
    if given == wanted or "any" in (given.kind, wanted.kind):
        return True
    if wanted.kind in PRIMITIVES:
        return given.kind in PRIMITIVES and "string" in (given.kind, wanted.kind)
    if wanted.kind in ("list", "set"):
        if given.kind in ("list", "set"):
            return convertible(given.element or ANY, wanted.element or ANY)
        return given.kind == "tuple" and all(convertible(item, wanted.element or ANY) for item in given.items)
    if wanted.kind == "map":
        if given.kind == "map":
            return convertible(given.element or ANY, wanted.element or ANY)
        return given.kind == "object" and all(
            convertible(attribute.type, wanted.element or ANY) for attribute in given.attributes
        )
    if wanted.kind == "tuple":
        return (
            given.kind == "tuple"
            and len(given.items) == len(wanted.items)
            and all(convertible(a, b) for a, b in zip(given.items, wanted.items, strict=True))
        )
    if given.kind == "map":
        return all(convertible(given.element or ANY, attribute.type) for attribute in wanted.attributes)
    have = {attribute.name: attribute.type for attribute in given.attributes}
    return given.kind == "object" and all(
        convertible(have[attribute.name], attribute.type) if attribute.name in have else attribute.optional
        for attribute in wanted.attributes
    )


def part_type(type_: Type, name: str) -> Type | None:
    """The type of what stands under a name in values of a type, `any` where that is open; None where nothing does."""
    if type_.kind == "object":
        return next((attribute.type for attribute in type_.attributes if attribute.name == name), None)
    if type_.kind == "map":
        return type_.element
    return ANY if type_.kind == "any" else None


def settled(given: Type, wanted: Type) -> Type:
    """The type that values of one type have once they are converted to another: what that leaves open is filled in."""
    if wanted.kind == "any":
        return given
    if not has_any(wanted):
        return wanted
    if wanted.element is not None:
        inner = _element_of(given)
        return Type(wanted.kind, settled(inner, wanted.element)) if inner is not None else wanted
    if wanted.kind == "object":
        have = _attribute_types(given, wanted)
        return object_of({a.name: settled(have.get(a.name, ANY), a.type) for a in wanted.attributes})
    if given.kind == "tuple" and len(given.items) == len(wanted.items):
        return Type("tuple", items=tuple(map(settled, given.items, wanted.items)))
    return wanted


def _element_of(given: Type) -> Type | None:
    if given.element is not None:
        return given.element
    if given.kind == "tuple":
        return unify(given.items)
    return unify([attribute.type for attribute in given.attributes]) if given.kind == "object" else None


def _attribute_types(given: Type, wanted: Type) -> dict[str, Type]:
    if given.element is not None:
        return {attribute.name: given.element for attribute in wanted.attributes}
    return {attribute.name: attribute.type for attribute in given.attributes}
