"""Arguments on consecutive lines, laid out as `terraform fmt` does: equals signs under each other, and so comments.

Source: Terraform language documentation, "Style Conventions". Which lines belong together is as `terraform fmt` takes
it: arguments of one line each, without an empty line, a comment or anything else between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from stanchion.patching.edits import Edit, end_of_line
from stanchion.syntax.comments import hcl_comments
from stanchion.syntax.hcl.nodes import Attribute, Body
from stanchion.syntax.source import Source

_COMMENTS = ("#", "//", "/*")


@dataclass(slots=True, eq=False)
class Row:
    """One argument on a line of its own, which begins at `begin`: where its equals sign and comment (-1: none) are."""

    attribute: Attribute
    line: int
    begin: int
    equals: int
    comment: int

    @property
    def name(self) -> int:
        """How long the name is."""
        return self.attribute.name_end - self.attribute.start

    @property
    def end(self) -> int:
        """Where the argument ends, counted from the beginning of its line."""
        return self.attribute.end - self.begin


def rows_of(body: Body) -> dict[int, Row]:
    """The arguments of a body that stand on one line each, by line."""
    rows: dict[int, Row] = {}
    source = body.source
    for attribute in body.attributes.values():
        if attribute.source is not source:
            continue
        line = source.position(attribute.start).line
        begin = source.line_starts()[line - 1]
        stop = end_of_line(source, attribute.start)
        rest = source.text[attribute.end : stop]
        if attribute.end > stop or source.text[begin : attribute.start].strip():
            continue
        if rest.strip() and not rest.lstrip().startswith(_COMMENTS):
            continue
        comment = attribute.end + len(rest) - len(rest.lstrip()) if rest.strip() else -1
        equals = source.text.find("=", attribute.name_end, attribute.value.start)
        if equals >= 0 and not source.text[attribute.name_end : equals].strip(" \t"):
            rows[line] = Row(attribute, line, begin, equals, comment)
    return rows


def run_at(rows: Mapping[int, Row], line: int) -> tuple[list[Row], list[Row]]:
    """The rows right above a line, and those right below it, without a gap."""
    above: list[Row] = []
    here = line - 1
    while here in rows:
        above.append(rows[here])
        here -= 1
    below: list[Row] = []
    here = line + 1
    while here in rows:
        below.append(rows[here])
        here += 1
    return above[::-1], below


def _whole_run(rows: Mapping[int, Row], row: Row) -> list[Row]:
    above, below = run_at(rows, row.line)
    return [*above, row, *below]


def _in_line(rows: Mapping[int, Row], row: Row) -> bool:
    """Whether the equals signs around a row are under each other now."""
    run = _whole_run(rows, row)
    width = max(each.name for each in run)
    return all(each.equals - each.attribute.name_end == width - each.name + 1 for each in run)


def width_for(rows: Mapping[int, Row], run: Sequence[Row], names: Iterable[str]) -> int:
    """How wide names have to be set where some come into a run; just as wide as they are where it is not aligned."""
    longest = max(map(len, names), default=0)
    aligned = [each for each in run if _in_line(rows, each)]
    return max([longest, *(each.name for each in aligned)]) if len(aligned) == len(run) else 0


def relaid(
    rows: Mapping[int, Row],
    run: Sequence[Row],
    width: int,
    values: Mapping[Row, int] | None = None,
    cut: tuple[bool, bool] = (False, False),
    gone: range = range(0),
) -> list[Edit]:
    """The blanks of a run that have to change, for names as wide as `width` (0: they stay) and values so long.

    `cut` tells whether something without a comment comes right above or below the run; the lines `gone` go away.
    """
    if not run:
        return []
    source, lines = run[0].attribute.source, [row.line for row in run]
    values = values or {}
    edits: list[Edit] = []
    ends: dict[int, int] = {}
    for row in run:
        attribute = row.attribute
        gap = row.equals - attribute.name_end
        wanted = width - row.name + 1 if width else gap
        if wanted != gap:
            edits.append(Edit(attribute.source, attribute.name_end, row.equals, " " * wanted))
        grown = values.get(row, attribute.value.end - attribute.value.start)
        ends[row.line] = attribute.value.start - row.begin + wanted - gap + grown
    return edits + comments_relaid(source, lines, (lines[0] - 1, lines[-1] + 1), ends, cut, gone)


def comments_relaid(
    source: Source,
    lines: list[int],
    around: tuple[int, int],
    ends: Mapping[int, int],
    cut: tuple[bool, bool],
    gone: range = range(0),
) -> list[Edit]:
    """The blanks before comments: those on consecutive lines stand under each other, whatever else the lines hold.

    `around` are the lines above and below those given, `ends` where these will end without their comments.
    """
    trailing = _trailing(source)
    lines = list(lines)
    edits: list[Edit] = []
    above, below = around
    while above in gone:
        above -= 1
    while below in gone:
        below += 1
    while not cut[0] and above in trailing:
        lines.insert(0, above)
        above -= 1
    while not cut[1] and below in trailing:
        lines.append(below)
        below += 1
    for chain in _chains(lines, trailing):
        if not all(_in_column(line, trailing) for line in chain):
            continue
        now = {line: ends.get(line, trailing[line].end) for line in chain}
        column = max(now.values()) + 1
        for line in chain:
            spot = trailing[line]
            if spot.column - spot.end != column - now[line]:
                begin = source.line_starts()[line - 1]
                edits.append(Edit(source, begin + spot.end, begin + spot.column, " " * (column - now[line])))
    return edits


class _Spot(NamedTuple):
    """Where what stands before a comment ends, and where the comment begins, counted from the line's beginning."""

    end: int
    column: int


@lru_cache(maxsize=4)
def _trailing(source: Source) -> Mapping[int, _Spot]:
    """The lines with something and a comment behind it. Fixes of one file come one after the other."""
    found: dict[int, _Spot] = {}
    starts = source.line_starts()
    for comment in hcl_comments(source):
        if comment.trailing:
            begin = starts[comment.line - 1]
            before = source.text[begin : comment.start]
            found[comment.line] = _Spot(len(before.rstrip()), len(before))
    return found


def _chains(lines: Sequence[int], trailing: Mapping[int, _Spot]) -> list[list[int]]:
    """The lines with comments, those without another one between them together."""
    chains: list[list[int]] = []
    last = -2
    for index, line in enumerate(lines):
        if line not in trailing:
            continue
        if index == last + 1:
            chains[-1].append(line)
        else:
            chains.append([line])
        last = index
    return chains


def _in_column(line: int, trailing: Mapping[int, _Spot]) -> bool:
    """Whether the comments around a line are under each other now, one blank behind the longest line."""
    first = last = line
    while first - 1 in trailing:
        first -= 1
    while last + 1 in trailing:
        last += 1
    column = max(trailing[each].end for each in range(first, last + 1)) + 1
    return trailing[line].column == column
