"""Values of a plan: what is decided, what only the apply will tell, and where the sources say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from stanchion.evaluation.terraform.plan.hashes import HASHED, is_hash, is_hash_of
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    is_null,
    joined,
)
from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Located

#: What an expression refers to, by the way to it: names of arguments and numbers of blocks.
References = Callable[[tuple[str | int, ...]], tuple[Reference, ...]]
#: What is written as a constant, by the way to it.
Constants = Callable[[tuple[str | int, ...]], Node | None]


def said(node: Node | None) -> bool:
    """Whether a flag of a plan is set."""
    return isinstance(node, Scalar) and node.value is True


def part(node: Node | None, key: str | int) -> Node | None:
    """What stands under a name or number, None where nothing does."""
    if isinstance(node, Mapping) and isinstance(key, str):
        return node.get(key)
    if isinstance(node, Sequence) and isinstance(key, int) and key < len(node.items):
        return node.items[key]
    return None


def text_of(node: Node | None) -> str:
    """A string of the plan, "" where there is none."""
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def items_of(node: Node | None) -> tuple[Node, ...]:
    """The elements of a list, none where there is no list."""
    return node.items if isinstance(node, Sequence) else ()


class Reader:
    """Makes values of one resource's part of a plan.

    `said` is said of each attribute of `address` that the plan does not know, `place` is where to point at for these.
    """

    __slots__ = ("_address", "_constants", "_place", "_references", "_said")

    def __init__(
        self, address: str, said: str, place: Located, references: References, constants: Constants = lambda _: None
    ) -> None:
        self._address = address
        self._constants = constants
        self._said = said
        self._place = place
        self._references = references

    def object(self, node: Node | None, later: Node | None, secret: Node | None) -> MapValue:
        """All attributes of the resource: `later` marks those known after apply, `secret` the sensitive ones."""
        names = list(node.entries) if isinstance(node, Mapping) else []
        names += [name for name in later.entries if name not in names] if isinstance(later, Mapping) else []
        made = {
            name: self.value(part(node, name), part(later, name), part(secret, name), (name,))
            for name in names
            if part(node, name) is not None or _any(part(later, name))
        }
        places: dict[str, Located] = dict(node.entries) if isinstance(node, Mapping) else {}
        return MapValue(made, node or self._place, places={name: places.get(name, self._place) for name in made})

    def value(self, node: Node | None, later: Node | None, secret: Node | None, way: tuple[str | int, ...]) -> Value:
        """One value, all the way down. The reader of JSON bounds how deep that is."""
        hidden = said(secret)
        if said(later) or node is None:
            name = ".".join([self._address, *map(str, way[:1])])
            return Unknown(f"{name} {self._said}", self._place, self._references(way), hidden)
        if isinstance(node, Mapping):
            names = list(node.entries)
            names += [name for name in later.entries if name not in node.entries] if isinstance(later, Mapping) else []
            entries = {n: self.value(node.get(n), part(later, n), part(secret, n), (*way, n)) for n in names}
            return MapValue(entries, node, (), hidden, "object", dict(node.entries))
        if isinstance(node, Sequence):
            count = max(len(node.items), len(items_of(later)))
            numbers = range(count)
            items = (self.value(part(node, n), part(later, n), part(secret, n), (*way, n)) for n in numbers)
            return ListValue(tuple(items), node, self._references(way) if not count else (), hidden, "list")
        if is_hash(node.value):
            return self._hashed(node, hidden, way)
        value = Decimal(node.text) if isinstance(node.value, float) else node.value
        return Known(value, node, self._references(way), hidden)

    def _hashed(self, node: Scalar, hidden: bool, way: tuple[str | int, ...]) -> Value:
        constant = self._constants(way)
        if constant is not None and is_hash_of(node.value, text_of(constant)):
            return Known(text_of(constant), constant, (), hidden)
        if way[-1] in HASHED and constant is None:
            name = ".".join([self._address, *map(str, way[:1])])
            return Unknown(f"{name} is a hash of itself in the plan", node, self._references(way), hidden)
        return Known(node.text, node, self._references(way), hidden)


def _any(later: Node | None) -> bool:
    """Whether anything in a tree of flags is set."""
    if isinstance(later, Mapping):
        return any(_any(entry.value) for entry in later.entries.values())
    return said(later) or any(_any(item) for item in items_of(later))


def traced(planned: Value, written: Value | None, around: Located | None = None) -> Value:
    """A planned value with the places and references of what the sources say at the same spot.

    The plan has the last word on what is known; of what it leaves open, the sources may tell more (which other
    attribute it equals, which pieces of a text are known). What nothing in the sources stands for on its own lies
    `around`, where what holds it is written.
    """
    if written is None:
        if around is None:
            return planned
        written = Unknown("", around)
    references = planned.references or written.references
    origin = written.origin or around or planned.origin
    hidden = planned.sensitive or written.sensitive
    hashed = planned.origin.value if isinstance(planned.origin, Scalar) else None
    if isinstance(written, Known) and is_hash_of(hashed, written.value):
        return Known(written.value, origin, references, hidden)
    if isinstance(planned, Unknown):
        if isinstance(written, Unknown) and written.reason:
            return replace(written, references=references, sensitive=hidden)
        return replace(planned, origin=origin, references=references, sensitive=hidden)
    if isinstance(planned, Known):
        return Known(planned.value, origin, references, hidden)
    if isinstance(planned, ListValue):
        parts = _elements(written, len(planned.items))
        items = tuple(traced(item, other, origin) for item, other in zip(planned.items, parts, strict=True))
        return ListValue(items, origin, references, hidden, planned.kind)
    if isinstance(planned, MapValue):
        return _traced_map(planned, written, origin)
    return planned


def _traced_map(planned: MapValue, written: Value, origin: Located | None) -> MapValue:
    source = _arm(written)
    other = source if isinstance(source, MapValue) else MapValue({}, source.origin)
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}
    for name, value in planned.entries.items():
        entries[name] = traced(value, other.entries.get(name), origin)
        place = (other.places or {}).get(name) or origin
        if place is not None:
            places[name] = place
    hidden = planned.sensitive or other.sensitive
    return MapValue(entries, origin, other.references, hidden, planned.kind, places)


def _elements(written: Value, count: int) -> Iterable[Value | None]:
    source = _arm(written)
    if isinstance(source, ListValue) and len(source.items) == count:
        return source.items
    if isinstance(source, MapValue) and count == 1:
        return (source,)
    return (Unknown("", source.origin, source.references),) * count


def _arm(written: Value) -> Value:
    """One value to take places from: of a choice the only arm that is not null, or what all its arms share."""
    if not isinstance(written, Choice):
        return written
    arms = [value for _, value in written.arms if not is_null(value)]
    return arms[0] if len(arms) == 1 else Unknown("", written.origin, joined(value.references for value in arms))
