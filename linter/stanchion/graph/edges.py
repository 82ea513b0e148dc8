"""Edges: which resource mentions which, and in which property."""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Reference, Unknown, Value
from stanchion.graph.resource import Edge, Graph, Resource
from stanchion.graph.satellites import bare

#: How deep a property is searched for references.
MAX_DEPTH = 32


def edges(graph: Graph) -> list[Edge]:
    """Every mention of another resource of the unit, each once, in source order.

    A mention is a reference that evaluation saw, or a literal that names a resource: its name property, or an ARN
    that ends in it.
    """
    finder = _Finder(graph)
    found: dict[Edge, None] = {}
    for resource in graph.resources:
        for edge in finder.of(resource):
            found[edge] = None
    return list(found)


class _Finder:
    __slots__ = ("_by_address", "_by_bare", "_by_name")

    def __init__(self, graph: Graph) -> None:
        self._by_address = graph.by_address
        self._by_bare: dict[str, list[str]] = {}
        for address in graph.by_address:
            self._by_bare.setdefault(bare(address), []).append(address)
        self._by_name: dict[str, list[Resource]] = {}
        for resource in graph.resources:
            for name in graph.names(resource.type):
                value = resource.properties.entries.get(name)
                if isinstance(value, Known) and isinstance(value.value, str) and value.value:
                    self._by_name.setdefault(value.value, []).append(resource)

    def of(self, resource: Resource) -> Iterator[Edge]:
        """The edges that start from one resource."""
        own = resource.address
        bodies = [resource.properties]
        if resource.unmapped is not None and resource.unmapped is not resource.properties:
            bodies.append(resource.unmapped)
        for body in bodies:
            for path, value in _leaves(body):
                for target in self._targets(value, path):
                    if target != own:
                        yield Edge(own, target, path)

    def _targets(self, value: Value, path: str) -> Iterator[str]:
        for reference in value.references:
            yield from self._addresses(reference)
        if isinstance(value, Known) and isinstance(value.value, str) and not value.references:
            yield from self._literal(value.value, path)

    def _addresses(self, reference: Reference) -> list[str]:
        """The resource that a reference means; all instances when it means the whole of a counted resource."""
        if reference.address in self._by_address:
            return [reference.address]
        instances = self._by_bare.get(bare(reference.address), [])
        if "[" not in reference.address or len(instances) == 1:
            return instances
        return [address for address in instances if address.startswith(reference.address)]

    def _literal(self, text: str, path: str) -> list[str]:
        """The one resource that a literal names: by its name, in a property that speaks of its kind, or by an ARN."""
        found = self._by_name.get(text, [])
        kind = path.rsplit(".", 1)[-1].lower()
        found = [
            resource for resource in found if (word := _last_word(resource.type)) in kind or text.startswith(f"{word}/")
        ]
        if not found and text.startswith("arn:"):
            parts = text.split(":", 5)
            last = parts[5] if len(parts) == 6 else ""
            names = dict.fromkeys((last, last.split("/", 1)[0], last.rsplit("/", 1)[-1], last.rsplit(":", 1)[-1]))
            found = next((named for name in names if (named := self._of_arn(name, last, parts))), [])
        return [found[0].address] if len(found) == 1 else []

    def _of_arn(self, name: str, last: str, parts: list[str]) -> list[Resource]:
        """The resources of an ARN's service that bear a name."""
        service = parts[2].lower().replace("-", "")
        return [
            resource
            for resource in self._by_name.get(name, ())
            if (service and service in resource.type.lower()) or _last_word(resource.type) in last.lower()
        ]


def _last_word(type_: str) -> str:
    """The last word of a type's name: "bucket" of AWS::S3::Bucket, "group" of AWS::Logs::LogGroup."""
    name = type_.rsplit("::", 1)[-1].rsplit("_", 1)[-1]
    start = max((at for at, character in enumerate(name) if character.isupper()), default=0)
    return name[start:].lower()


def _leaves(body: MapValue) -> Iterator[tuple[str, Value]]:
    """Every value that may mention something, with its property path without indexes."""
    stack: list[tuple[str, Value, int]] = [(name, value, 0) for name, value in reversed(body.entries.items())]
    while stack:
        path, value, depth = stack.pop()
        if depth > MAX_DEPTH:
            continue
        if isinstance(value, MapValue):
            before = len(stack)
            stack.extend((f"{path}.{name}", inner, depth + 1) for name, inner in reversed(value.entries.items()))
            if len(stack) == before:
                yield path, value
        elif isinstance(value, ListValue):
            stack.extend((path, inner, depth + 1) for inner in reversed(value.items))
            if not value.items:
                yield path, value
        elif isinstance(value, Choice):
            stack.extend((path, arm, depth + 1) for _, arm in reversed(value.arms))
        elif isinstance(value, Unknown) and value.parts:
            yield path, value
            stack.extend((path, part, depth + 1) for part in reversed(value.parts) if not isinstance(part, Known))
        else:
            yield path, value
