"""Reading templates, and the files that they name, through the tree that keeps to the root."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from stanchion.syntax.document.nodes import Node
from stanchion.syntax.source import Problem


class Documents(Protocol):
    """What is asked of the tree of sources."""

    def document(self, path: Path) -> tuple[Node | None, list[Problem]]:
        """The parsed YAML or JSON document at a path inside the root, and what was wrong with it."""
        ...

    def exists(self, path: Path) -> bool:
        """Whether there is a file at a path inside the root."""
        ...

    def shown(self, path: Path) -> str:
        """A path as reports write it."""
        ...


def local_path(template: Path, text: str) -> Path | None:
    """The path that a template means by a relative path in it; None for a URL and for nothing."""
    if not text or "://" in text or text.startswith(("/", "~")) or "\0" in text or len(text) > 1024:
        return None
    return template.parent / text


def read_document(documents: Documents, path: Path, problems: list[Problem]) -> Node | None:
    """The document at a path; what was wrong with it goes to `problems`."""
    node, found = documents.document(path)
    problems += found
    return node
