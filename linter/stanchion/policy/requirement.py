"""One row of a policy as data: a property must be so, or a related resource must be there, when others are so.

A path is dotted ("MetadataOptions.HttpTokens"); `[]` behind a name means each element of that list. Conditions through
one list speak of one element of it: of the one that the property is looked at in, where its path goes through that list
too, else of any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from string import Formatter
from typing import NamedTuple, TypeAlias

from stanchion.graph.satellites import bare
from stanchion.policy.predicates import Kind, Predicate, holds, wanted
from stanchion.worlds.change import Change, Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

_PATH = re.compile(r"[A-Za-z0-9_:-]+(\[\])?(\.[A-Za-z0-9_:-]+(\[\])?)*")
_INDEX = re.compile(r"\[\d+\]")
#: What a message may name.
PLACEHOLDERS = frozenset({"resource", "property", "value"})
#: Said of a fix where nobody could tell whether its resource is one that the row speaks of.
UNDECIDED = "is right only where the conditions of the policy hold, which the configuration leaves open"

#: Conditions on properties, by path.
When: TypeAlias = tuple[tuple[str, Predicate], ...]
#: The elements at which a property is looked at, by the way to their list: "BlockDeviceMappings[]".
Bound: TypeAlias = Mapping[str, Decided]


class Relation(NamedTuple):
    """A resource that must be there beside: of a type, with a property `by` that refers to this one ("" for any), and
    with its own properties so.
    """

    type: str
    by: str
    having: When = ()


class Requirement(NamedTuple):
    """What a row says.

    `says` follows the resource's name in a message, or holds placeholders. `fixed`: whether the value that is asked
    for may be written without being asked; `effect` is what else that changes, which makes the fix unsafe.
    """

    types: tuple[str, ...]
    path: str
    must: Predicate
    says: str
    when: When = ()
    relation: Relation | None = None
    changes: tuple[Change, ...] = ()
    fixed: bool = False
    effect: str = ""

    def check(self, resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        """The faults of one resource in one world."""
        if self.must.kind is Kind.SCHEMA and not self.path:
            from stanchion.policy.declared.condition import faults_of

            yield from faults_of(self, resource)
            return
        decided = len(graph.world.decisions)
        if not _met(resource, [condition for condition in self.when if not self._shared(condition[0])], {}):
            return
        if self.relation is not None:
            yield from self._missing(self.relation, resource, graph)
            return
        open_at_first = len(graph.world.decisions) > decided
        shared = [condition for condition in self.when if self._shared(condition[0])]
        for value, bound in reached(resource, self.path):
            decided = len(graph.world.decisions)
            if _met(resource, shared, bound):
                undecided = open_at_first or len(graph.world.decisions) > decided
                if not holds(self.must, value):
                    yield self._fault(resource, value, undecided)

    def _shared(self, path: str) -> bool:
        """Whether a condition speaks of the element that the property is looked at in."""
        way, found, _ = path.partition("[]")
        return bool(found) and self.path.startswith(f"{way}[]")

    def _fault(self, resource: DecidedResource, value: Decided, undecided: bool) -> Fault:
        subject = value.path if "[]" in self.path else self.path
        changes = self.changes
        if self.fixed:
            changes = (Set(subject, wanted(self.must)), *changes)
        effect = "; ".join(filter(None, (self.effect, UNDECIDED if undecided else "")))
        said = self._message(resource, value)
        return resource.finding(said, at=value, subject=subject, fix=changes, effect=effect if changes else "")

    def _message(self, resource: DecidedResource, value: Decided | None) -> str:
        if "{" not in self.says:
            return f"{resource.address} {self.says}"
        shown = "not known"
        if value is not None and not (value.unknown or value.sensitive):
            shown = value.text
        named = {"resource": resource.address, "property": self.path, "value": shown}
        said = self.says
        for word, text in named.items():
            said = said.replace(f"{{{word}}}", text)
        return said

    def _missing(self, relation: Relation, resource: DecidedResource, graph: GraphView) -> Iterator[Fault]:
        for other in _referring(relation, resource, graph):
            if _met(other, relation.having, {}):
                return
        doubt = _could_refer(relation, graph)
        yield resource.finding(self._message(resource, None), subject=relation.type, doubt=doubt)


def reached(resource: DecidedResource, path: str, bound: Bound | None = None) -> Iterator[tuple[Decided, Bound]]:
    """The values at a path, one for each element of the lists on the way, with those elements."""
    yield from _reached(resource, _segments(path), "", bound or {})


def _reached(
    here: DecidedResource | Decided, segments: tuple[tuple[str, ...], ...], way: str, bound: Bound
) -> Iterator[tuple[Decided, Bound]]:
    names, *rest = segments
    value = here.get(*names) if names else here
    assert isinstance(value, Decided)
    if not rest:
        yield value, bound
        return
    way = f"{way}.{'.'.join(names)}[]".lstrip(".")
    known = bound.get(way)
    elements: Iterable[Decided] = value if known is None else (known,)
    if known is None and isinstance(here, DecidedResource) and len(names) == 1:
        elements = here.elements(names[0])
    for element in elements:
        yield from _reached(element, tuple(rest), way, {**bound, way: element})


@cache
def _segments(path: str) -> tuple[tuple[str, ...], ...]:
    """The names of a path, cut behind each list: "A.B[].C" is (("A", "B"), ("C",))."""
    return tuple(tuple(filter(None, piece.split("."))) for piece in path.split("[]"))


def _met(resource: DecidedResource, conditions: Iterable[tuple[str, Predicate]], bound: Bound) -> bool:
    """Whether conditions hold, those through one list of one and the same element of it."""
    through: dict[str, list[tuple[str, Predicate]]] = {}
    for path, predicate in conditions:
        way = _next_list(path, bound)
        if way:
            through.setdefault(way, []).append((path, predicate))
        elif not all(holds(predicate, value) for value, _ in reached(resource, path, bound)):
            return False
    return all(
        any(_met(resource, group, {**bound, way: element}) for element, _ in reached(resource, way, bound))
        for way, group in through.items()
    )


def _next_list(path: str, bound: Bound) -> str:
    """The way to the first list of a path of which no element is held yet, "" where there is none."""
    end = path.find("[]")
    while end >= 0 and path[: end + 2] in bound:
        end = path.find("[]", end + 2)
    return path[: end + 2] if end >= 0 else ""


def _referring(relation: Relation, resource: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    """The resources of the relation's type whose property refers to this one."""
    wanted = bare(resource.address)
    for edge in graph.undecided.incoming.get(resource.address, ()):
        place = _INDEX.sub("[]", edge.property)
        if relation.by and not f"{place}.".startswith((f"{relation.by}.", f"{relation.by}[")):
            continue
        other = graph.at(edge.source)
        if other is None or other.type != relation.type:
            continue
        if relation.by and not any(_may_name(value, wanted) for value, _ in reached(other, relation.by)):
            continue
        yield other


def _may_name(value: Decided, address: str) -> bool:
    """Whether a value names a resource in this world: by a reference, or by the literal that the edge was found by."""
    references = [bare(reference.address) for reference in value.references]
    return not references or address in references


def _could_refer(relation: Relation, graph: GraphView) -> str:
    """Why a resource of the relation's type might refer to any other, "" where none might."""
    for other in graph.of_type(relation.type):
        for value, _ in reached(other, relation.by) if relation.by else ():
            named = any(reference.address in graph.undecided.by_address for reference in value.references)
            if value.unknown and not named:
                return f"{other.address} may refer to it: {value.reason}"
    return ""


def mistakes(row: Requirement) -> Iterator[str]:
    """What is wrong with a row, by itself."""
    if not row.types:
        yield "expected a type such as AWS::S3::Bucket"
    paths = [path for path, _ in row.when]
    if row.relation is not None:
        paths += [path for path, _ in row.relation.having]
        paths += [row.relation.by] if row.relation.by else []
    elif row.path or row.must.kind is not Kind.SCHEMA:
        paths.append(row.path)
    for path in paths:
        if not (_PATH.fullmatch(path) or (path == "" and row.must.kind is Kind.SCHEMA)):
            yield f'expected a property path such as "A.B" or "A[].B", not {path!r}'
    if row.fixed and wanted(row.must) is None:
        yield f"there is no one value to write for {row.must.kind.value}; equal, at_least and at_most name one"
    if row.fixed and row.relation is not None:
        yield "a resource that is missing cannot be written"
    if row.effect and not (row.fixed or row.changes):
        yield "an effect is that of a fix, and there is none"
    if any(path == row.path and predicate == row.must for path, predicate in row.when) and row.path:
        yield f"{row.path} is asked for only where it is so already"
    try:
        named = {name for _, name, _, _ in Formatter().parse(row.says) if name is not None}
    except ValueError:
        named = {"a brace alone"}
    if named - PLACEHOLDERS:
        yield f"a message may name {', '.join(sorted(PLACEHOLDERS))}, not {', '.join(sorted(named - PLACEHOLDERS))}"
    if not row.says.strip() and row.must.kind is not Kind.SCHEMA:
        yield "expected a message"
