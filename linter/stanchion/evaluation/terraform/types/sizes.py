"""How large values are as those behind evaluation see them: a part that is used in many places counts in each.

A few lines that use each other twice spell a value of more parts than any machine has memory for. Evaluation shares
the parts; whoever reads a value to its leaves does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.terraform.expressions.propagation import MAX_NODES
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value

#: How deep what is handed on may be nested.
MAX_DEPTH = 100
#: What is larger than every bound: what holds itself.
_ENDLESS = (MAX_NODES + 1, MAX_DEPTH + 1)
_LEAF = (1, 1)


class Sizes:
    """Measures values, each part of them once."""

    __slots__ = ("_found", "_kept")

    def __init__(self) -> None:
        self._found: dict[int, tuple[int, int]] = {}
        self._kept: list[object] = []  # what was measured stays, so that nothing else gets its number

    def excess(self, value: Value) -> str | None:
        """Why a value is too large to be handed on, or None."""
        try:
            nodes, depth = self._measured(value)
        except RecursionError:
            nodes, depth = _ENDLESS
        if depth > MAX_DEPTH:
            return f"its value is nested more than {MAX_DEPTH} deep"
        return f"its value has more than {MAX_NODES:,} parts" if nodes > MAX_NODES else None

    def _measured(self, value: Value) -> tuple[int, int]:
        """How many parts a value has, and how deep they are nested."""
        if isinstance(value, Known | Unknown):
            parts = value.parts or () if isinstance(value, Unknown) else ()
            if value.document is None:
                return (1 + len(parts), 1)
            return self._all(value.document, (*parts, value.document))
        if isinstance(value, ListValue):
            return self._all(value.items, value.items)
        if isinstance(value, MapValue):
            return self._all(value.entries, value.entries.values())
        assert isinstance(value, Choice)
        return self._all(value.arms, [arm for _, arm in value.arms])

    def _all(self, holder: object, parts: Iterable[Value]) -> tuple[int, int]:
        found = self._found.get(id(holder))
        if found is None:
            self._kept.append(holder)
            self._found[id(holder)] = _ENDLESS
            nodes = depth = 1
            for part in parts:
                size, below = self._measured(part) if type(part) is not Known or part.document is not None else _LEAF
                nodes += size
                depth = max(depth, below + 1)
            found = self._found[id(holder)] = (min(nodes, _ENDLESS[0]), min(depth, _ENDLESS[1]))
        return found
