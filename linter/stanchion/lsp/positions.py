"""Places as the Language Server Protocol counts them: lines from 0, columns in UTF-16 units ("Position")."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls import uris

from stanchion.syntax.source import Located, Source


def position(source: Source, offset: int) -> types.Position:
    """A character offset as a position."""
    place = source.position(offset)
    before = source.line(place.line)[: place.column - 1]
    return types.Position(place.line - 1, utf16(before) + max(0, place.column - 1 - len(before)))


def range_of(place: Located) -> types.Range:
    """A place as a range."""
    return types.Range(position(place.source, place.start), position(place.source, place.end))


def offset(source: Source, at: types.Position) -> int:
    """A position as a character offset; past the end of a line it is the line's end."""
    starts = source.line_starts()
    if at.line >= len(starts):
        return len(source.text)
    line = source.line(at.line + 1)
    units = 0
    for index, character in enumerate(line):
        if units >= at.character:
            return starts[at.line] + index
        units += 2 if ord(character) > 0xFFFF else 1
    return starts[at.line] + len(line)


def utf16(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def uri_of(path: Path) -> str:
    """A path as a URI."""
    return uris.from_fs_path(str(path)) or path.as_uri()


def path_of(uri: str) -> Path | None:
    """A file URI as a path; None for other schemes."""
    found = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(found) if found else None
