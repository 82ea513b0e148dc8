"""The resource graph: one AWS resource under its CloudFormation type and property names, whatever language said it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from stanchion.evaluation.conditions import Condition
from stanchion.evaluation.deciding import NONE, Constraints
from stanchion.evaluation.declarations import Call
from stanchion.evaluation.values import MapValue, Unknown
from stanchion.syntax.source import Located, Problem, Span, covers

#: The types under which a template's own declarations stand in the graph, in CloudFormation's words.
PARAMETER = "Template::Parameter"
OUTPUT = "Template::Output"
PROVIDER = "Template::Provider"
#: The call of a module that is not at hand: what it is given is all that is known of it.
MODULE = "Template::Module"


@dataclass(slots=True, eq=False)
class Part:
    """One source block that contributed to a resource: its own address, the line to point at, and its extent."""

    address: str
    header: Span
    block: Span


@dataclass(slots=True, eq=False)
class Shape:
    """What a resource says under canonical names, and what has none (`unmapped`, under the language's own names)."""

    properties: MapValue
    unmapped: MapValue | None = None


class Resource:
    """A node of the graph.

    `type`: the CloudFormation type ("AWS::EC2::Volume"), one of the Template types above, the source's own type where
    nothing is known of it ("aws_made_up"), or "data.aws_ami" for what is only looked up.
    `properties`: under canonical names; defaults that AWS applies are not in it but in `defaults`. Given as a function
    they are worked out when first read, since most policies read few types.
    `unmapped`: Terraform attributes that have no canonical name, under their own.
    `parts`: the blocks it was put together from, the resource's own first, then the satellites folded into it.
    `folded_into`: for a satellite that stands inside another resource: that resource's address.
    """

    __slots__ = (
        "_index",
        "_shape",
        "address",
        "attributes",
        "calls",
        "defaults",
        "exists",
        "folded_into",
        "framework",
        "name",
        "parts",
        "provider",
        "source_type",
        "type",
    )

    def __init__(
        self,
        address: str,
        type: str,  # noqa: A002 - the word of the output contract
        framework: str,
        source_type: str,
        name: str,
        properties: MapValue | Callable[[], Shape],
        attributes: MapValue,
        parts: list[Part],
        exists: Condition = True,
        calls: tuple[Call, ...] = (),
        provider: str = "",
        unmapped: MapValue | None = None,
        defaults: MapValue | None = None,
        folded_into: str | None = None,
    ) -> None:
        self.address = address
        self.type = type
        self.framework = framework
        self.source_type = source_type
        self.name = name
        self.attributes = attributes
        self.parts = parts
        self.exists = exists
        self.calls = calls
        self.provider = provider
        self.defaults = defaults
        self.folded_into = folded_into
        self._index: tuple[int, dict[str, tuple[list[int], list[Part]]]] | None = None
        self._shape: Shape | Callable[[], Shape] = (
            Shape(properties, unmapped) if isinstance(properties, MapValue) else properties
        )

    @property
    def shape(self) -> Shape:
        """Properties and unmapped attributes together."""
        shape = self._shape
        if not isinstance(shape, Shape):
            shape = self._shape = shape()
        return shape

    @property
    def properties(self) -> MapValue:
        """What the resource says, under canonical names."""
        return self.shape.properties

    @property
    def unmapped(self) -> MapValue | None:
        """What it says that has no canonical name."""
        return self.shape.unmapped

    @property
    def header(self) -> Span:
        """Where to point when a property is missing."""
        return self.parts[0].header

    def parts_at(self, place: Located) -> list[Part]:
        """The parts in whose block a place was written: one, or all instances of one block, or none."""
        parts = self.parts
        if len(parts) > 4:
            if self._index is None or self._index[0] != len(parts):
                self._index = (len(parts), _by_start(parts))
            starts, parts = self._index[1].get(place.source.path, ([], []))
            if starts:
                end = bisect_right(starts, place.start)
                parts = parts[bisect_left(starts, starts[end - 1]) : end] if end else []
        return [part for part in parts if covers(part.block, place)]

    def owners_at(self, place: Located) -> tuple[str, ...]:
        """The addresses of those parts; of several instances of one block the one whose own block it is."""
        parts = self.parts_at(place)
        if len(parts) > 1:
            parts = [part for part in parts if part.block is place] or parts
        return tuple(part.address for part in parts)

    def __repr__(self) -> str:
        return f"Resource({self.address}: {self.type})"


def _by_start(parts: list[Part]) -> dict[str, tuple[list[int], list[Part]]]:
    """Parts by file and where they start; without starts where some lie inside others, so that all are looked at."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.block.source.path, []).append(part)
    index: dict[str, tuple[list[int], list[Part]]] = {}
    for path, several in found.items():
        several.sort(key=lambda part: part.block.start)
        blocks = [part.block for part in several]
        apart = all(a.end <= b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(blocks))
        index[path] = ([block.start for block in blocks] if apart else [], several)
    return index


class Edge(NamedTuple):
    """A reference that evaluation saw: from one address to another, and the property path that holds it."""

    source: str
    target: str
    property: str


class Graph:
    """All resources of one unit, in source order, and its edges.

    Folded satellites are in `resources` too (marked by `folded_into`), so that nothing is lost. Edges are looked for
    when first asked for: a run whose policies ask for none does not pay for them.
    """

    __slots__ = (
        "_edges",
        "_incoming",
        "_outgoing",
        "by_address",
        "by_type",
        "constraints",
        "files",
        "framework",
        "name",
        "names",
        "problems",
        "resources",
        "unknowns",
        "unseen",
    )

    def __init__(
        self,
        framework: str,
        name: str,
        resources: list[Resource],
        edges: list[Edge] | None = None,
        problems: list[Problem] | None = None,
        constraints: Sequence[Condition] = (),
        unseen: list[tuple[str, Located]] | None = None,
        unknowns: list[Unknown] | None = None,
        files: tuple[str, ...] = (),
        names: Callable[[str], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self.framework = framework
        self.name = name
        self.resources = resources
        self.problems = problems if problems is not None else []
        self.constraints = Constraints(constraints) if constraints else NONE
        self.unseen = unseen if unseen is not None else []
        self.unknowns = unknowns if unknowns is not None else []
        self.files = files
        self.names = names
        self.by_address: dict[str, Resource] = {}
        self.by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            self.by_address.setdefault(resource.address, resource)
            self.by_type.setdefault(resource.type, []).append(resource)
        self._edges = edges
        self._outgoing: dict[str, list[Edge]] | None = None
        self._incoming: dict[str, list[Edge]] | None = None

    @property
    def edges(self) -> list[Edge]:
        """Every reference from one resource of the unit to another, in source order."""
        if self._edges is None:
            from stanchion.graph.edges import edges

            self._edges = edges(self)
        return self._edges

    @property
    def outgoing(self) -> dict[str, list[Edge]]:
        """The edges by the address they start from."""
        if self._outgoing is None:
            self._outgoing = {}
            for edge in self.edges:
                self._outgoing.setdefault(edge.source, []).append(edge)
        return self._outgoing

    @property
    def incoming(self) -> dict[str, list[Edge]]:
        """The edges by the address they lead to."""
        if self._incoming is None:
            self._incoming = {}
            for edge in self.edges:
                self._incoming.setdefault(edge.target, []).append(edge)
        return self._incoming
