"""A template written as text inside another one (a stack set's TemplateBody)."""

from __future__ import annotations

import re
from collections.abc import Sequence as Several
from dataclasses import replace

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Problem, Source, Span

_DOUBLE_QUOTED = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]")
_SINGLE_QUOTED = re.compile(r"''|[^']")


def inline_template(body: Scalar, problems: list[Problem]) -> Node | None:
    """The document in a scalar, with places that are right in the file around it.

    A block scalar is parsed where it stands: everything around it is blanked, so that lines and columns stay. Text in
    quotes is parsed decoded, and its places are traced back through the escapes; where that cannot be done (lines of
    YAML folded into one) they are the whole text's.
    """
    from stanchion.syntax.document.yaml import parse_yaml

    text = body.source.text
    written = text[body.start : body.end]
    if written.startswith(("|", ">")):
        first = text.find("\n", body.start, body.end)
        if first < 0:
            return None
        blank = "".join(c if c == "\n" else " " for c in text[: first + 1])
        nodes, found = parse_yaml(Source(body.source.path, blank + text[first + 1 : body.end]))
        problems += found
        return nodes[0] if nodes else None
    nodes, found = parse_yaml(Source(body.source.path, body.text))
    offsets = _offsets(body, written)
    for problem in found:
        place = problem.place
        start, end = _moved(offsets, place.start, place.end, body) if place is not None else (body.start, body.end)
        problems.append(problem._replace(place=Span(body.source, start, end)))
    return _relocated(nodes[0], offsets, body) if nodes else None


def _offsets(body: Scalar, written: str) -> list[int] | None:
    """Where in the file each character of the decoded text begins, and where the last one ends; None if unknown."""
    if written == body.text:
        return list(range(body.start, body.end + 1))
    pattern = {'"': _DOUBLE_QUOTED, "'": _SINGLE_QUOTED}.get(written[:1])
    if pattern is None:
        return None
    found = [body.start + 1 + match.start() for match in pattern.finditer(written[1:-1])]
    return [*found, body.end - 1] if len(found) == len(body.text) else None


def _moved(offsets: Several[int] | None, start: int, end: int, body: Scalar) -> tuple[int, int]:
    if offsets is None:
        return body.start, body.end
    last = len(offsets) - 1
    return offsets[min(start, last)], offsets[min(end, last)]


def _relocated(node: Node, offsets: list[int] | None, body: Scalar) -> Node:
    """A node and all below it at their places in the file; the reader of YAML bounds how deep that is."""
    start, end = _moved(offsets, node.start, node.end, body)
    if isinstance(node, Scalar):
        return replace(node, source=body.source, start=start, end=end)
    if isinstance(node, Sequence):
        items = tuple(_relocated(item, offsets, body) for item in node.items)
        return replace(node, source=body.source, start=start, end=end, items=items)
    entries: dict[str, Entry] = {}
    for name, entry in node.entries.items():
        key = _relocated(entry.key, offsets, body)
        value = _relocated(entry.value, offsets, body)
        first, last = _moved(offsets, entry.start, entry.end, body)
        if isinstance(key, Scalar):
            entries[name] = Entry(body.source, first, last, key, value)
    return Mapping(body.source, start, end, entries, node.tag)
