"""Edits of texts: stretches of one source, each replaced by other text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stanchion.syntax.source import Located, Source


class Edit(NamedTuple):
    """The stretch from `start` to `end` of a source becomes `text`; an insertion where both are the same."""

    source: Source
    start: int
    end: int
    text: str


def replaced(place: Located, text: str) -> Edit:
    """The edit that puts other text in the place of something."""
    return Edit(place.source, place.start, place.end, text)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made; they must not overlap."""
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*pieces, text[at:]])


def line_end(source: Source) -> str:
    """The line end that a file uses."""
    return "\r\n" if "\r\n" in source.text else "\n"


def indentation(source: Source, offset: int) -> str:
    """The blanks that a place's line begins with."""
    start = source.text.rfind("\n", 0, offset) + 1
    line = source.text[start:offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


def end_of_line(source: Source, offset: int) -> int:
    """Where the line of a place ends, before its line end."""
    end = source.text.find("\n", offset)
    if end < 0:
        return len(source.text)
    return end - 1 if end > offset and source.text[end - 1] == "\r" else end


def without_lines(source: Source, start: int, end: int) -> Edit:
    """Take something out, with its whole line where nothing else stands on it; a comment behind it stays."""
    text = source.text
    first = text.rfind("\n", 0, start) + 1
    last = end_of_line(source, end)
    if text[first:start].strip() or text[end:last].strip(" \t,"):
        while end < last and text[end] in " \t,":
            end += 1
        return Edit(source, start, end, "")
    following = text.find("\n", end)
    return Edit(source, first, len(text) if following < 0 else following + 1, "")
