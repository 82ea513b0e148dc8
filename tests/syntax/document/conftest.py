"""What the document tests share: trees as plain values, and a walk over them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence

FIXTURES = Path(__file__).parents[3] / "fixtures" / "syntax" / "document"


def value_of(node: Node | None) -> object:
    """A tree as Python's own values, tags left out."""
    if isinstance(node, Mapping):
        return {name: value_of(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    return node.value if node is not None else None


def nodes_of(node: Node) -> Iterator[Node]:
    """A node and all below it, aliases as often as they occur."""
    pending = [node]
    while pending:
        here = pending.pop()
        yield here
        if isinstance(here, Mapping):
            pending += [part for entry in here.entries.values() for part in (entry.key, entry.value)]
        elif isinstance(here, Sequence):
            pending += here.items


def same(left: object, right: object) -> bool:
    """Equal in value and in type all the way down: `1` is not `True`, nor `1.0`."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def texts_in(node: Node) -> list[str]:
    """What stands at every leaf's span, in the order of the walk."""
    return [leaf.source.text[leaf.start : leaf.end] for leaf in nodes_of(node) if isinstance(leaf, Scalar)]
