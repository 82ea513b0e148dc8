"""Folding satellites: resources that only configure another one join the resource that they configure.

A satellite joins the resource that one of its attributes refers to, or whose literal name that attribute holds. What
it contributes keeps its own places; when it exists only under a condition, so does what it contributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from stanchion.evaluation.conditions import All, Condition, all_of
from stanchion.evaluation.deciding import satisfiable
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, is_null
from stanchion.graph.mappings import Fold, Mappings, TypeMapping
from stanchion.graph.resource import Resource, Shape
from stanchion.graph.shaping import gathered
from stanchion.syntax.source import Span, covers


@dataclass(slots=True, eq=False)
class Node:
    """A declaration on its way to becoming a resource: what it says itself, and which satellites join it when."""

    declaration: Declaration
    mapping: TypeMapping | None
    resource: Resource = field(init=False)
    satellites: list[tuple[Node, Fold, Condition]] = field(default_factory=list)
    own: Shape | None = None

    def shape(self, own_shape: Callable[[Declaration, TypeMapping | None], Shape]) -> Shape:
        """Everything that it and its satellites say."""
        if self.own is None:
            self.own = own_shape(self.declaration, self.mapping)
        given: list[tuple[MapValue, Condition]] = []
        fold = self.mapping.fold if self.mapping is not None else None
        if fold is not None and fold.item:
            given.append((_contribution(self, fold, own_shape), True))
        given.extend((_contribution(node, how, own_shape), guard) for node, how, guard in self.satellites)
        return Shape(_with(self.own.properties, given), self.own.unmapped)


def _contribution(
    satellite: Node, fold: Fold, own_shape: Callable[[Declaration, TypeMapping | None], Shape]
) -> MapValue:
    """What a satellite adds to its parent, under the parent's property names."""
    if satellite.own is None:
        satellite.own = own_shape(satellite.declaration, satellite.mapping)
    own = satellite.own.properties
    declaration, places = satellite.declaration, own.places or {}
    block = satellite.resource.parts[0].block
    if fold.take:
        kept = {name: _owned(own.entries[name], block) for name in fold.take if name in own.entries}
        return MapValue(kept, block, places={n: places.get(n, declaration.header) for n in kept})
    pointers = _pointers(satellite.mapping, fold)
    kept = {name: entry for name, entry in own.entries.items() if name not in pointers}
    item = MapValue(kept, block, own.references, own.sensitive, "object", places, own.rest)
    if not fold.item:
        item.places = {name: places.get(name, declaration.header) for name in kept}
        return item
    listed = ListValue((item,), block)
    return MapValue({fold.item: listed}, block, places={fold.item: declaration.header})


def _owned(value: Value, block: Span) -> Value:
    """The objects of a list that were written as the whole block, as this instance's: its block is their origin."""
    if isinstance(value, Choice):
        return Choice(tuple((guard, _owned(arm, block)) for guard, arm in value.arms), value.origin)
    if isinstance(value, ListValue):
        items = tuple(_owned(item, block) for item in value.items)
        return ListValue(items, value.origin, value.references, value.sensitive, value.kind)
    origin = value.origin
    if isinstance(value, MapValue) and origin is not None and covers(origin, block) and covers(block, origin):
        entries, places = value.entries, value.places
        return MapValue(entries, block, value.references, value.sensitive, value.kind, places, value.rest)
    return value


def _pointers(mapping: TypeMapping | None, fold: Fold) -> set[str]:
    """The properties under which a satellite names its parent."""
    rules = mapping.attributes if mapping is not None else {}
    return {rule if isinstance(rule := rules.get(name, name), str) else name for name in fold.by}


def _with(properties: MapValue, given: list[tuple[MapValue, Condition]]) -> MapValue:
    """Properties with everything that satellites give, each property put together once."""
    if not given:
        return properties
    entries, places = dict(properties.entries), dict(properties.places or {})
    additions: dict[str, list[tuple[Value, Condition]]] = {}
    for contribution, guard in given:
        for name, value in contribution.entries.items():
            additions.setdefault(name, []).append((value, guard))
        for name, place in (contribution.places or {}).items():
            places.setdefault(name, place)
    for name, values in additions.items():
        entries[name] = gathered(entries.get(name), values)
    return MapValue(
        entries,
        properties.origin,
        properties.references,
        properties.sensitive,
        properties.kind,
        places,
        properties.rest,
    )


class Folding:
    """The search for every satellite's parent."""

    __slots__ = ("_by_address", "_by_bare", "_by_name", "_mappings", "_nodes")

    def __init__(self, nodes: list[Node], mappings: Mappings) -> None:
        self._nodes = nodes
        self._mappings = mappings
        self._by_address: dict[str, Node] = {}
        self._by_bare: dict[str, list[Node]] = {}
        self._by_name: dict[str, dict[str, Node | None]] = {}
        for node in nodes:
            if node.declaration.kind == "resource":
                address = node.declaration.address
                self._by_address.setdefault(address, node)
                self._by_bare.setdefault(bare(address), []).append(node)

    def fold(self) -> None:
        """Give every satellite to the resources that it configures."""
        for node in self._nodes:
            fold = node.mapping.fold if node.mapping is not None else None
            if fold is not None and node.declaration.kind == "resource":
                self._fold_node(node, fold)

    def _fold_node(self, node: Node, fold: Fold) -> None:
        joined: set[tuple[str, Condition]] = set()
        for attribute in fold.by:
            value = node.declaration.properties.entries.get(attribute)
            if value is None or is_null(value):
                continue
            for guard, pointer in _leaves(value):
                parent = self._parent(pointer, fold)
                if parent is None or parent is node or (parent.declaration.address, guard) in joined:
                    continue
                joined.add((parent.declaration.address, guard))
                self._join(node, fold, parent, guard)

    def _join(self, node: Node, fold: Fold, parent: Node, guard: Condition) -> None:
        both = _beyond(all_of(node.declaration.exists, guard), parent.declaration.exists)
        if both is False or not satisfiable(all_of(both, parent.declaration.exists)):
            return
        parent.satellites.append((node, fold, both))
        parent.resource.parts.append(node.resource.parts[0])
        if node.resource.folded_into is None and not fold.keep:
            node.resource.folded_into = parent.declaration.address

    def _parent(self, pointer: Value, fold: Fold, steps: int = 3) -> Node | None:
        """The one resource that a value points to: by reference, or by its literal name.

        A reference to another satellite of the same parent points to that parent, at most so many steps away.
        """
        for reference in pointer.references:
            found = self._at(reference.address)
            if found is not None and found.resource.type not in fold.into and steps:
                found = self._beside(found, fold, steps)
            if found is not None and found.resource.type in fold.into:
                return found
        if isinstance(pointer, Known) and isinstance(pointer.value, str) and not pointer.references:
            for type_ in fold.into:
                found = self._named(type_).get(pointer.value)
                if found is not None:
                    return found
        return None

    def _beside(self, satellite: Node, fold: Fold, steps: int) -> Node | None:
        """The parent of another satellite, when it is of a type that is asked for."""
        own = satellite.mapping.fold if satellite.mapping is not None else None
        if own is None or not set(own.into) & set(fold.into):
            return None
        for attribute in own.by:
            value = satellite.declaration.properties.entries.get(attribute)
            if isinstance(value, Known | Unknown):
                return self._parent(value, fold, steps - 1)
        return None

    def _at(self, address: str) -> Node | None:
        found = self._by_address.get(address)
        if found is not None:
            return found
        instances = self._by_bare.get(bare(address), ())
        return instances[0] if len(instances) == 1 else None

    def _named(self, type_: str) -> dict[str, Node | None]:
        """The resources of a type by their literal names; two of one name stand for none."""
        known = self._by_name.get(type_)
        if known is None:
            known = self._by_name[type_] = {}
            properties = self._mappings.names(type_)
            for node in self._nodes:
                if properties and node.resource.type == type_ and node.declaration.kind == "resource":
                    for name in self._names_of(node, properties):
                        known[name] = None if name in known else node
        return known

    def _names_of(self, node: Node, properties: tuple[str, ...]) -> Iterator[str]:
        rules = node.mapping.attributes if node.mapping is not None else {}
        terraform = node.declaration.framework.startswith("terraform")
        for attribute, value in node.declaration.properties.entries.items():
            canonical = rules.get(attribute) if terraform else attribute
            if canonical in properties and isinstance(value, Known) and isinstance(value.value, str):
                yield value.value


def _leaves(value: Value) -> Iterator[tuple[Condition, Value]]:
    """What a reference attribute may hold, and when; a list of pointers points to each of them."""
    if isinstance(value, Choice):
        for guard, arm in value.arms:
            for inner, leaf in _leaves(arm):
                yield all_of(guard, inner), leaf
    elif isinstance(value, ListValue):
        for item in value.items:
            yield from _leaves(item)
    elif isinstance(value, Known | Unknown) and not is_null(value):
        yield True, value


def _beyond(condition: Condition, given: Condition) -> Condition:
    """A condition without the parts that hold anyway."""
    if condition is True or given is True:
        return condition
    held = given.conditions if isinstance(given, All) else (given,)
    parts = condition.conditions if isinstance(condition, All) else (condition,)
    return all_of(*(part for part in parts if part not in held))


def bare(address: str) -> str:
    """An address without the instance keys: `module.a.aws_x.y` of `module.a["k"].aws_x.y[0]`."""
    if "[" not in address:
        return address
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in address:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"' and depth:
            quoted = True
        elif character == "[":
            depth += 1
        elif character == "]" and depth:
            depth -= 1
        elif not depth:
            kept.append(character)
    return "".join(kept)
