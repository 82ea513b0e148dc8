"""The syntax tree of a YAML or JSON document. Every node has exact `source`, `start`, `end` (end exclusive).

Plain slotted dataclasses compared by identity, and not frozen for the reason given in `syntax.hcl.nodes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from stanchion.syntax.source import Source


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Scalar:
    """A leaf. `value` is typed as CloudFormation reads YAML 1.1 (JSON: as JSON says); `text` is the decoded text.

    `quoted` tells whether quotes or a block style made it a string. `tag` is a local YAML tag such as "!Ref" or None.
    The span has the quotes, and the tag where there is one.
    """

    source: Source
    start: int
    end: int
    value: str | int | float | bool | None
    text: str
    quoted: bool
    tag: str | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Sequence:
    """A list."""

    source: Source
    start: int
    end: int
    items: tuple[Node, ...]
    tag: str | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Entry:
    """`key: value`; the span runs from the key's start to the value's end."""

    source: Source
    start: int
    end: int
    key: Scalar
    value: Node


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Mapping:
    """A mapping, entries in source order; of a repeated key the first is kept and the second reported."""

    source: Source
    start: int
    end: int
    entries: dict[str, Entry]
    tag: str | None

    def get(self, key: str) -> Node | None:
        """The value under a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry is not None else None


Node: TypeAlias = Scalar | Sequence | Mapping
