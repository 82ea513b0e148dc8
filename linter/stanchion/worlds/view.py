"""Resources and the whole graph as a policy sees them in one world: only what exists there, every value decided."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from stanchion.evaluation.values import NULL, MapValue, Unknown, Value
from stanchion.graph.resource import Graph, Resource
from stanchion.syntax.source import Located, Span, span_of
from stanchion.worlds.change import Append, Beside, Change, Fix, Remove, Set
from stanchion.worlds.decided import Decided, stands_in
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.memory import NOTHING, Memory
from stanchion.worlds.severity import Severity
from stanchion.worlds.world import World

T = TypeVar("T")

#: What is said of the place that a value comes from.
WRITTEN = "its value is written here"


class DecidedResource:
    """One resource in one world. `resource["Encrypted"]` is the property, or what AWS does when it is left out.

    `focus` names the elements of a list property that a question is about, where a policy judges them apart.
    """

    __slots__ = ("focus", "graph", "resource", "world")

    def __init__(self, resource: Resource, graph: GraphView, focus: tuple[int, ...] | None = None) -> None:
        self.resource = resource
        self.graph = graph
        self.focus = focus
        self.world = graph.world

    @property
    def address(self) -> str:
        """As the source writes it."""
        return self.resource.address

    @property
    def type(self) -> str:
        """The CloudFormation type."""
        return self.resource.type

    @property
    def framework(self) -> str:
        """The language: "terraform" or "cloudformation"."""
        return self.resource.framework

    @property
    def header(self) -> Span:
        """The line that opens the resource's own block."""
        return self.resource.header

    def __getitem__(self, key: str) -> Decided:
        properties = self.resource.properties
        value = properties.entries.get(key)
        if value is None and self.resource.framework == "cloudformation":
            key = _spelt(key, properties)
            value = properties.entries.get(key)
        if value is None and properties.rest is not None:
            rest = properties.rest
            value = Unknown(rest.reason, rest.origin, rest.references)
        default = self.resource.defaults.entries.get(key) if self.resource.defaults is not None else None
        place: Located = self.resource.header
        for candidate in ((properties.places or {}).get(key), value.origin if value is not None else None):
            if candidate is not None and stands_in(candidate, self.resource):
                place = candidate
                break
        return Decided(value, self.world, self.resource, place, key, default)

    def get(self, *path: str) -> Decided:
        """The value at the end of a path of property names."""
        here = self[path[0]]
        for key in path[1:]:
            here = here[key]
        return here

    def elements(self, key: str) -> Iterator[Decided]:
        """The elements of a list property; only those in focus, where a policy judges them apart."""
        value = self[key]
        if self.focus is None:
            yield from value
            return
        for index in self.focus:
            element = value.element(index)
            if element.unknown or element.present:
                yield element

    def properties(self) -> Iterator[tuple[str, Decided]]:
        """Every property that is written and not null, by name."""
        for key in self.resource.properties.entries:
            value = self[key]
            if value.unknown or value.present:
                yield key, value

    def source_property(self, name: str) -> Decided:
        """A Terraform attribute that has no CloudFormation name, under its own."""
        return self._of(self.resource.unmapped, name)

    def attribute(self, name: str) -> Decided:
        """What the language says beside the properties: DeletionPolicy, Metadata, lifecycle, depends_on."""
        return self._of(self.resource.attributes, name)

    def _of(self, values: MapValue | None, name: str) -> Decided:
        value: Value | None = values.entries.get(name) if values is not None else None
        place: Located = self.resource.header
        written = (values.places or {}).get(name) if values is not None else None
        if written is not None and stands_in(written, self.resource):
            place = written
        return Decided(value if value is not None else NULL, self.world, self.resource, place, name)

    def tags(self) -> Iterator[tuple[str, Decided]]:
        """Tag names with their decided values, from a list of Key and Value or from a map."""
        tags = self["Tags"]
        if tags.is_map:
            yield from tags.items()
            return
        for tag in tags:
            key = tag["Key"]
            if not key.unknown:
                yield key.text, tag["Value"]

    def written_in(self, place: Located) -> str:
        """The address of the block that a place is in: the resource's own, or that of one that configures it."""
        return next(iter(self.resource.owners_at(place)), self.address)

    def finding(
        self,
        message: str,
        at: Decided | Located | None = None,
        trace: Iterable[Step] = (),
        others: Iterable[DecidedResource] = (),
        subject: str = "",
        doubt: str = "",
        fix: Change | tuple[Change, ...] = (),
        effect: str = "",
        inside: Located | None = None,
        severity: Severity | None = None,
    ) -> Fault:
        """A fault of this resource: at a property, at a place, or (when something is missing) at its first line.

        With a `doubt` it is no more than possible, and no world is split for it. `fix` are the changes of this resource
        that mend it, where they are obvious; `effect` says what else they change in how things behave. A place that
        several instances of a block share belongs to the one `inside` whose block it is. `severity` is the fault's own,
        where it is less than the policy's.
        """
        place = at.place if isinstance(at, Decided) else at if at is not None else self.header
        if not subject:
            subject = at.path if isinstance(at, Decided) else ""
        owners = at.owners if isinstance(at, Decided) else self.resource.owners_at(place)
        if len(owners) > 1 and inside is not None:
            owners = self.resource.owners_at(inside)
        named = (*owners, self.address, *(other.address for other in others))
        changes = (fix,) if isinstance(fix, Set | Remove | Append | Beside) else fix
        mending = Fix(self.address, changes, effect) if changes else None
        written = at.elsewhere if isinstance(at, Decided) else None
        steps = (*trace, Step(WRITTEN, span_of(written))) if written is not None else tuple(trace)
        return Fault(message, place, tuple(dict.fromkeys(named)), subject, steps, doubt, mending, severity)

    def __repr__(self) -> str:
        return f"DecidedResource({self.address})"


def _spelt(key: str, properties: MapValue) -> str:
    """A property's name as a template has it: CloudFormation refuses another case, but what was meant is judged."""
    wanted = key.lower()
    return next((name for name in properties.entries if name.lower() == wanted), key)


class GraphView:
    """The graph in one world. `undecided` is the graph that all worlds share.

    `settings` are the user's options for policies (isolation tags and the like). `shared` keeps what `once` worked out,
    for the other policies on the same graph.
    """

    __slots__ = ("_shared", "settings", "undecided", "world")

    def __init__(
        self, graph: Graph, world: World, settings: Mapping[str, Any], shared: dict[Hashable, object] | None = None
    ) -> None:
        self.undecided = graph
        self.world = world
        self.settings = settings
        self._shared = shared if shared is not None else {}

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What `work_out` gives, worked out once for all policies and worlds that answer alike what it asks.

        It must be deterministic, and the answer must not hold on to this world: no `Decided`, `DecidedResource` or
        `GraphView` in it.
        """
        known = self._shared.setdefault(key, Memory())
        assert isinstance(known, Memory)
        found = known.recall(self.world)
        if found is not NOTHING:
            return cast("T", found)
        before = len(self.world.asked)
        answer = work_out()
        known.keep(self.world.asked[before:], answer)
        return answer

    def of_type(self, *types: str) -> Iterator[DecidedResource]:
        """The resources of some types that exist in this world, without the satellites folded into others."""
        for type_ in types:
            for resource in self.undecided.by_type.get(type_, ()):
                if resource.folded_into is None and self.world.holds(resource.exists):
                    yield DecidedResource(resource, self)

    def at(self, address: str) -> DecidedResource | None:
        """The resource at an address, where it exists in this world."""
        resource = self.undecided.by_address.get(address)
        if resource is None or not self.world.holds(resource.exists):
            return None
        return DecidedResource(resource, self)

    def named_by(self, value: Decided) -> list[DecidedResource]:
        """The resources of the unit that a value refers to."""
        found = []
        for reference in value.references:
            resource = self.at(reference.address)
            if resource is not None:
                found.append(resource)
        return found

    def referring_to(self, resource: DecidedResource, *types: str) -> Iterator[DecidedResource]:
        """The resources (of some types, or of any) with a property that refers to this one."""
        seen: set[str] = set()
        for edge in self.undecided.incoming.get(resource.address, ()):
            if edge.source in seen:
                continue
            seen.add(edge.source)
            other = self.at(edge.source)
            if other is not None and (not types or other.type in types):
                yield other
