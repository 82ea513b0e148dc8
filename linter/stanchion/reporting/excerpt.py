"""A source line with a caret under the exact span."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from stanchion.reporting.escape import shown
from stanchion.secrets.redact import redact
from stanchion.syntax.source import Located

#: How many columns a shown line may take before it is cut around the span.
WIDTH = 120
#: How much of a line is looked at around the span: enough to see the name before a secret, however long the line.
AROUND = 4_000
#: How many columns a tab takes; the terminal's own tab stops would put the marks astray.
TAB = "    "


@dataclass(slots=True, eq=False)
class Excerpt:
    """A line number, the line as it is shown, and the marks below it."""

    number: int
    line: str
    marks: str


def excerpt(place: Located, secret: bool = False) -> Excerpt:
    """The line on which a place starts. Secrets in it are masked; then the marks stand under what is left of the span.

    A span of several lines is marked to the end of its first, an empty one where it is.
    """
    position = place.source.position(place.start)
    end = place.source.position(place.end)
    line = place.source.line(position.line)
    start = min(position.column - 1, len(line))
    stop = min(end.column - 1, len(line)) if end.line == position.line else len(line.rstrip())
    stop = max(start, stop)
    low, high = max(0, start - AROUND), min(len(line), min(stop, start + AROUND) + AROUND)
    before, span, after = line[low:start], line[start : min(stop, high)], line[min(stop, high) : high]
    clean = redact(before + span + after, secret)
    if clean != before + span + after:
        before, span, after = _split(clean, before, after)
    left, middle, right = _cut(_expanded(before), _expanded(span), _expanded(after), low > 0, high < len(line))
    return Excerpt(position.line, left + middle + right, " " * width(left) + "^" * max(1, width(middle)))


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
    return shown(text.replace("\t", TAB))


def _cut(before: str, span: str, after: str, more_before: bool, more_after: bool) -> tuple[str, str, str]:
    """A long line cut so that the span stays in sight; an ellipsis stands where something is left out."""
    if width(before) + width(span) + width(after) <= WIDTH and not more_before and not more_after:
        return before, span, after
    span = _head(span, WIDTH - 20)
    room = WIDTH - width(span)
    if more_before or width(before) > room // 2:
        before = "…" + _tail(before, room // 2 - 1)
    if more_after or width(after) > room - width(before):
        after = _head(after + ("…" if more_after else ""), room - width(before))
    return before, span, after


def _head(text: str, columns: int) -> str:
    """As much of the beginning of a text as fits, with an ellipsis when that is not all."""
    if width(text) <= columns:
        return text
    text = text[:columns]
    while text and width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"


def _tail(text: str, columns: int) -> str:
    """As much of the end of a text as fits."""
    text = text[len(text) - columns :] if len(text) > columns else text
    while text and width(text) > columns:
        text = text[1:]
    return text


def width(text: str) -> int:
    """Columns that a text takes on a terminal (Unicode Standard Annex #11, "East Asian Width")."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):  # marks that stand on the character before
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
