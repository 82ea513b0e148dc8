"""Source text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple, Protocol


class Position(NamedTuple):
    """A place as people count it: line and column from 1, columns in characters."""

    line: int
    column: int


class Source:
    """One file's decoded text (a byte order mark already taken off) and the path it is reported under.

    Offsets everywhere in the program are character offsets into `text`, ends exclusive.
    """

    __slots__ = ("_line_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._line_starts: list[int] | None = None

    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin; computed once, on demand."""
        starts = self._line_starts
        if starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at != -1:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._line_starts = starts
        return starts

    def position(self, offset: int) -> Position:
        """The line and column of a character offset."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line counted from 1, without its line end; empty outside the file."""
        starts = self.line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"


class Located(Protocol):
    """Anything that knows where it was written: syntax nodes and spans."""

    @property
    def source(self) -> Source: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Span(NamedTuple):
    """A stretch of one source, end exclusive."""

    source: Source
    start: int
    end: int

    def text(self) -> str:
        """What is written there."""
        return self.source.text[self.start : self.end]


class Use(NamedTuple):
    """Where something is used that was written elsewhere: a mention of a parameter, and the parameter's default."""

    source: Source
    start: int
    end: int
    written: Span


class Problem(NamedTuple):
    """Something that went wrong while reading or evaluating, with its place.

    `kind` is one of "syntax", "unreadable", "empty", "evaluation", "refused" (Terraform makes no plan, whatever is
    chosen), "bound", "module", "configuration", "plugin", "suppression", "internal".
    `message` says what was expected and what was done about it, in one line.
    `path` is set when there is no source to point into (an unreadable file).
    """

    kind: str
    message: str
    place: Located | None = None
    path: str | None = None

    @property
    def grave(self) -> bool:
        """Whether it leaves something unjudged. A reference that leads nowhere is an unknown value like others, and a
        suppression without effect hides nothing."""
        return self.kind not in ("evaluation", "suppression")


def span_of(node: Located) -> Span:
    """The plain span of any located thing."""
    return Span(node.source, node.start, node.end)


def written_at(place: Located) -> Located:
    """Where what stands at a place was written: there itself, or where what is used there comes from."""
    return place.written if isinstance(place, Use) else place


def used_at(place: Located, origin: Located | None) -> Located:
    """A place as one where something is used that has its origin elsewhere."""
    if origin is None or (origin.source is place.source and origin.start == place.start):
        return place
    return Use(place.source, place.start, place.end, span_of(written_at(origin)))


def covers(outer: Located, inner: Located) -> bool:
    """Whether `inner` was written inside `outer`."""
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end
