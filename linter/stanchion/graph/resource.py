"""The resource graph: one AWS resource under its CloudFormation type and property names, whatever language said it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stanchion.evaluation.conditions import Condition
from stanchion.evaluation.declarations import Call
from stanchion.evaluation.values import MapValue, Unknown
from stanchion.syntax.source import Located, Problem, Span

#: The types under which a template's own declarations stand in the graph, in CloudFormation's words.
PARAMETER = "Template::Parameter"
OUTPUT = "Template::Output"
PROVIDER = "Template::Provider"


@dataclass(slots=True, eq=False)
class Part:
    """One source block that contributed to a resource: its own address, the line to point at, and its extent."""

    address: str
    header: Span
    block: Span


@dataclass(slots=True, eq=False)
class Resource:
    """A node of the graph.

    `type`: the CloudFormation type ("AWS::EC2::Volume"), one of the Template types above, the source's own type where
    nothing is known of it ("aws_made_up"), or "data.aws_ami" for what is only looked up.
    `properties`: under canonical names; defaults that AWS applies are not in it but in `defaults`.
    `unmapped`: Terraform attributes that have no canonical name, under their own.
    `parts`: the blocks it was put together from, the resource's own first, then the satellites folded into it.
    `folded_into`: for a satellite that stands inside another resource: that resource's address.
    """

    address: str
    type: str
    framework: str
    source_type: str
    name: str
    properties: MapValue
    attributes: MapValue
    parts: list[Part]
    exists: Condition = True
    calls: tuple[Call, ...] = ()
    provider: str = ""
    unmapped: MapValue | None = None
    defaults: MapValue | None = None
    folded_into: str | None = None

    @property
    def header(self) -> Span:
        """Where to point when a property is missing."""
        return self.parts[0].header


@dataclass(slots=True, frozen=True)
class Edge:
    """A reference that evaluation saw: from one address to another, and the property path that holds it."""

    source: str
    target: str
    property: str


@dataclass(slots=True, eq=False)
class Graph:
    """All resources of one unit, in source order, and its edges.

    Folded satellites are in `resources` too (marked by `folded_into`), so that nothing is lost.
    """

    framework: str
    name: str
    resources: list[Resource]
    edges: list[Edge] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    constraints: list[Condition] = field(default_factory=list)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    files: tuple[str, ...] = ()
    by_address: dict[str, Resource] = field(default_factory=dict)
    by_type: dict[str, list[Resource]] = field(default_factory=dict)
    outgoing: dict[str, list[Edge]] = field(default_factory=dict)
    incoming: dict[str, list[Edge]] = field(default_factory=dict)
