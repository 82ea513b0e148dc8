"""A source line with a caret under the exact span."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from stanchion.reporting.escape import shown
from stanchion.reporting.redaction import redacted
from stanchion.syntax.source import Located

#: How wide a shown line may be before it is cut around the span.
WIDTH = 120


@dataclass(slots=True, frozen=True)
class Excerpt:
    """A line number, the line as it is shown, and the marks below it."""

    number: int
    line: str
    marks: str


def excerpt(place: Located, secret: bool = False) -> Excerpt:
    """The line on which a place starts. Secrets in it are masked; then the marks stand under what is left of the span.

    A span of several lines is marked to the end of its first.
    """
    position = place.source.position(place.start)
    end = place.source.position(place.end)
    line = place.source.line(position.line)
    start = position.column - 1
    stop = end.column - 1 if end.line == position.line else len(line.rstrip())
    before, span, after = line[:start], line[start:stop], line[stop:]
    clean = redacted(line, secret)
    if clean != line:
        before, span, after = _split(clean, before, after)
    before, span, after = _cut(_expanded(before), _expanded(span), _expanded(after))
    return Excerpt(position.line, before + span + after, " " * _width(before) + "^" * max(1, _width(span)))


def _split(clean: str, before: str, after: str) -> tuple[str, str, str]:
    """Where the span stands in a masked line: what before and after it was not masked still tells."""
    head = 0
    while head < len(before) and head < len(clean) and before[head] == clean[head]:
        head += 1
    tail = 0
    while tail < min(len(after), len(clean) - head) and after[-1 - tail] == clean[-1 - tail]:
        tail += 1
    return clean[:head], clean[head : len(clean) - tail], clean[len(clean) - tail :]


def _expanded(text: str) -> str:
    return shown(text.replace("\t", "    "))


def _cut(before: str, span: str, after: str) -> tuple[str, str, str]:
    """A long line cut so that the span stays in sight."""
    if len(before) + len(span) + len(after) <= WIDTH:
        return before, span, after
    if len(span) > WIDTH - 20:
        span = span[: WIDTH - 21] + "…"
    room = WIDTH - len(span)
    if len(before) > room // 2:
        before = "…" + before[len(before) - room // 2 + 1 :]
    if len(after) > room - len(before):
        after = after[: max(0, room - len(before) - 1)] + "…"
    return before, span, after


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
