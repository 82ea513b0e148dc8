"""Reading and parsing the files of a run, each once, nothing outside the root."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from stanchion.syntax.files import DiskFiles, Files, RefusedError
from stanchion.syntax.source import Problem, Source, span_of

if TYPE_CHECKING:
    from stanchion.syntax.document.nodes import Node
    from stanchion.syntax.hcl.nodes import Body

T = TypeVar("T")


@dataclass(slots=True)
class Parsed(Generic[T]):
    """A file's tree, or None when it could not be read at all, and what was wrong with it."""

    tree: T | None
    source: Source | None
    problems: list[Problem] = field(default_factory=list)


class SourceTree:
    """The files that a run may read, with their syntax trees; each is read and parsed at most once.

    `root` is the boundary: nothing outside it is read. `base` is the directory that reported paths are relative to
    when they lie in it. `overlay` holds texts that an editor has not saved, by absolute path.
    """

    def __init__(
        self,
        root: Path,
        base: Path | None = None,
        overlay: Mapping[Path, str] | None = None,
        files: Files | None = None,
    ) -> None:
        self.root = Path(os.path.abspath(root))
        self.base = Path(os.path.abspath(base if base is not None else Path.cwd()))
        self.overlay = dict(overlay or {})
        self.files: Files = files if files is not None else DiskFiles(self.root)
        self._sources: dict[Path, Source | Problem] = {}
        self._hcl: dict[Path, Parsed[Body]] = {}
        self._documents: dict[Path, Parsed[list[Node]]] = {}

    def shown(self, path: Path) -> str:
        """A path as reports write it: relative to the base where it lies in it, with forward slashes."""
        text = os.path.abspath(path)
        base = str(self.base)
        if text == base:
            return "."
        if text.startswith(base.rstrip(os.sep) + os.sep):
            text = text[len(base.rstrip(os.sep)) + 1 :]
        return text.replace(os.sep, "/")

    def exists(self, path: Path) -> bool:
        """Whether there is a file to read at a path inside the root."""
        return path in self.overlay or self.files.is_file(path)

    def listing(self, directory: Path) -> list[tuple[str, bool]]:
        """The names in a directory, sorted, each with whether it is a directory. Raises RefusedError."""
        return self.files.listing(directory)

    def source(self, path: Path) -> Source | Problem:
        """A file's text, or the problem that kept it from being read."""
        path = Path(os.path.abspath(path))
        found = self._sources.get(path)
        if found is None:
            found = self._sources[path] = self._read(path)
        return found

    def changed(self, path: Path, text: str | None) -> None:
        """Forget what was read of a file, which has a new text in an editor or, with None, on disk."""
        path = Path(os.path.abspath(path))
        if text is None:
            self.overlay.pop(path, None)
        else:
            self.overlay[path] = text
        for cache in (self._sources, self._hcl, self._documents):
            cache.pop(path, None)

    def read_bytes(self, path: Path) -> bytes | None:
        """A file's bytes, None where it cannot be read."""
        try:
            return self.files.read(path)
        except RefusedError:
            return None

    def _read(self, path: Path) -> Source | Problem:
        shown = self.shown(path)
        if path in self.overlay:
            return Source(shown, self.overlay[path])
        try:
            text = decoded(self.files.read(path))
        except RefusedError as error:
            return Problem("unreadable", f"{shown} {error}", None, shown)
        except UnicodeDecodeError as error:
            message = f"{shown} is not UTF-8 (byte {error.start} does not fit); it was not read"
            return Problem("unreadable", message, None, shown)
        return Source(shown, text)

    def parsed(self, source: Source) -> list[Body | list[Node]]:
        """The trees that were made of a source so far."""
        found: list[Body | list[Node]] = [
            p.tree for p in self._hcl.values() if p.source is source and p.tree is not None
        ]
        return found + [p.tree for p in self._documents.values() if p.source is source and p.tree is not None]

    def hcl(self, path: Path) -> Parsed[Body]:
        """A Terraform file's tree; `.json` files are read by the rules of Terraform's JSON syntax."""
        path = Path(os.path.abspath(path))
        found = self._hcl.get(path)
        if found is None:
            found = self._hcl[path] = self._parse_hcl(path)
        return found

    def _parse_hcl(self, path: Path) -> Parsed[Body]:
        source = self.source(path)
        if isinstance(source, Problem):
            return Parsed(None, None, [source])
        if path.suffix.lower() == ".json":
            from stanchion.syntax.document.json import parse_json
            from stanchion.syntax.hcl.from_json import body_of

            node, problems = parse_json(source)
            if node is None:
                return Parsed(None, source, problems)
            body, more = body_of(node)
            return Parsed(body, source, problems + more)
        from stanchion.syntax.hcl.parser import parse

        body, problems = parse(source)
        if problems:
            from stanchion.syntax.hcl.reference import parse_checked

            body, problems = parse_checked(source)
        return Parsed(body, source, problems)

    def documents(self, path: Path) -> Parsed[list[Node]]:
        """A YAML or JSON file's documents; which of the two it is, its first character tells."""
        path = Path(os.path.abspath(path))
        found = self._documents.get(path)
        if found is None:
            found = self._documents[path] = self._parse_documents(path)
        return found

    def document(self, path: Path) -> tuple[Node | None, list[Problem]]:
        """The document of a file that may hold only one, and what is wrong with the file."""
        parsed = self.documents(path)
        trees = parsed.tree or []
        if len(trees) < 2:
            return (trees[0] if trees else None), parsed.problems
        message = f"expected one document in the file, found {len(trees)}; only the first was read"
        return trees[0], [*parsed.problems, Problem("syntax", message, span_of(trees[1]))]

    def _parse_documents(self, path: Path) -> Parsed[list[Node]]:
        source = self.source(path)
        if isinstance(source, Problem):
            return Parsed(None, None, [source])
        if path.suffix.lower() == ".json" or source.text.lstrip()[:1] in ("{", "["):
            from stanchion.syntax.document.json import parse_json

            node, problems = parse_json(source)
            if not problems or path.suffix.lower() == ".json":
                return Parsed([node] if node is not None else [], source, problems)
        from stanchion.syntax.document.yaml import parse_yaml

        nodes, problems = parse_yaml(source)
        return Parsed(nodes, source, problems)


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, or UTF-16 where a byte order mark says so; the mark is taken off.

    Raises UnicodeDecodeError.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    return data.decode("utf-8")
