"""Arguments on consecutive lines, laid out as `terraform fmt` does: equals signs under each other, and so comments.

Source: Terraform language documentation, "Style Conventions". Which lines belong together is as `terraform fmt` takes
it: arguments of one line each, without an empty line, a comment or anything else between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stanchion.fixing.edits import Edit, end_of_line
from stanchion.syntax.hcl.nodes import Attribute, Body

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


def _comments_in_line(rows: Mapping[int, Row], row: Row) -> bool:
    """Whether the comments around a row are under each other now, one blank behind the longest argument."""
    commented = {line: each for line, each in rows.items() if each.comment >= 0}
    run = _whole_run(commented, row)
    column = max(each.end for each in run) + 1
    return all(each.comment - each.begin == column for each in run)


def width_for(rows: Mapping[int, Row], run: Sequence[Row], names: Iterable[str]) -> int:
    """How wide names have to be set where some come into a run; just as wide as they are where it is not aligned."""
    longest = max(map(len, names), default=0)
    aligned = [each for each in run if _in_line(rows, each)]
    return max([longest, *(each.name for each in aligned)]) if len(aligned) == len(run) else 0


def relaid(
    rows: Mapping[int, Row], run: Sequence[Row], width: int, values: Mapping[Row, int] | None = None
) -> list[Edit]:
    """The blanks of a run that have to change, for names as wide as `width` (0: they stay) and values so long."""
    values = values or {}
    edits: list[Edit] = []
    ends: dict[Row, int] = {}
    for row in run:
        attribute = row.attribute
        gap = row.equals - attribute.name_end
        wanted = width - row.name + 1 if width else gap
        if wanted != gap:
            edits.append(Edit(attribute.source, attribute.name_end, row.equals, " " * wanted))
        grown = values.get(row, attribute.value.end - attribute.value.start)
        ends[row] = attribute.value.start - row.begin + wanted - gap + grown
    for group in _commented(run):
        if not all(_comments_in_line(rows, row) for row in group):
            continue
        column = max(ends[row] for row in group) + 1
        edits += [
            Edit(row.attribute.source, row.attribute.end, row.comment, " " * (column - ends[row]))
            for row in group
            if row.comment - row.attribute.end != column - ends[row]
        ]
    return edits


def _commented(run: Sequence[Row]) -> list[list[Row]]:
    """The rows of a run that have comments, those without a gap between them together."""
    groups: list[list[Row]] = []
    last = -2
    for index, row in enumerate(run):
        if row.comment < 0:
            continue
        if index == last + 1:
            groups[-1].append(row)
        else:
            groups.append([row])
        last = index
    return groups
