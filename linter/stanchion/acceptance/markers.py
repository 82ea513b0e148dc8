"""Whether a unit may hold suppressions at all: told without reading comments, since most units hold none."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.graph.resource import Graph
from stanchion.syntax.source import Source

#: Words without which no comment of a file can matter.
MARKERS = ("stanchion:", "checkov:skip", "bridgecrew:skip", "tfsec:ignore", "trivy:ignore")


def marked(graph: Graph) -> bool:
    """Whether some comment or some metadata of a graph's files may be a suppression."""
    return any(map(has_marker, sources_of(graph))) or any(
        resource.framework == "cloudformation" and "Metadata" in resource.attributes.entries
        for resource in graph.resources
    )


def has_marker(source: Source) -> bool:
    """Whether a text holds a word that begins a suppression."""
    return any(marker in source.text for marker in MARKERS)


def sources_of(graph: Graph) -> Iterable[Source]:
    """The texts that the resources of a graph, and the module calls that lead to them, are written in."""
    found: dict[str, Source] = {}
    for resource in graph.resources:
        for place in (resource.header, *(call.place for call in resource.calls)):
            found.setdefault(place.source.path, place.source)
    return found.values()
