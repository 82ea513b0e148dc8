"""Unified diffs of long texts in a time that grows with their length.

`difflib` looks through all that is left of a text for every change. Lines that stand once in both texts are found at
once and cut the texts into short pieces, which it then compares ("patience diff").
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_CONTEXT = 3
#: What happens to a stretch of lines: the word for it, and where it is in the old text and in the new one.
Step = tuple[str, int, int, int, int]


def unified(old: Sequence[str], new: Sequence[str], before: str, after: str) -> Iterator[str]:
    """The lines of a unified diff, each with its line end, where the line has one."""
    matcher: SequenceMatcher[str] = SequenceMatcher(None, (), ())
    matcher.opcodes = [*_steps(old, new)]  # type: ignore[attr-defined]  # grouped from there, and not worked out again
    first = True
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if first:
            yield f"--- {before}\n"
            yield f"+++ {after}\n"
            first = False
        start, end = group[0], group[-1]
        yield f"@@ -{_range(start[1], end[2])} +{_range(start[3], end[4])} @@\n"
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[old_start:old_end])
                continue
            yield from (f"-{line}" for line in old[old_start:old_end])
            yield from (f"+{line}" for line in new[new_start:new_end])


def _range(start: int, stop: int) -> str:
    """A stretch of lines as a hunk's head has it: an empty one begins at the line before it."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    """How the old lines become the new ones, without a gap; equal stretches are joined."""
    held: Step | None = None
    for step in _pieces(old, new):
        if held is not None and held[0] == step[0]:
            held = (held[0], held[1], step[2], held[3], step[4])
            continue
        if held is not None:
            yield held
        held = step
    if held is not None:
        yield held


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Step]:
    i = j = 0
    for at, there in [*_anchors(old, new), (len(old), len(new))]:
        if i < at or j < there:
            inner = SequenceMatcher(None, old[i:at], new[j:there], autojunk=False)
            for tag, a, b, c, d in inner.get_opcodes():
                yield tag, i + a, i + b, j + c, j + d
        if at < len(old) and there < len(new):
            yield "equal", at, at + 1, there, there + 1
        i, j = at + 1, there + 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The most lines that stand once in both texts and in the same order, by where they stand."""
    olds, news = Counter(old), Counter(new)
    place = {line: number for number, line in enumerate(new) if news[line] == 1}
    pairs = [(number, place[line]) for number, line in enumerate(old) if olds[line] == 1 and line in place]
    tops: list[int] = []
    piles: list[int] = []
    behind: list[int] = []
    for index, (_, there) in enumerate(pairs):
        pile = bisect_left(tops, there)
        behind.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(there)
            piles.append(index)
        else:
            tops[pile], piles[pile] = there, index
    found: list[tuple[int, int]] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        found.append(pairs[at])
        at = behind[at]
    return found[::-1]
