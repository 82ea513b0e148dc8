"""Tables of facts in files with tabs between columns: searched for one line, not parsed, since a run asks about few."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def row(path: Path, *keys: str) -> tuple[str, ...] | None:
    """The columns behind the first ones that are `keys`, or None where the table has no such line.

    Its first line names the columns. Raises OSError where there is no table.
    """
    text = _text(path)
    start = "\n" + "\t".join(keys) + "\t"
    at = text.find(start)
    if at == -1:
        return None
    return tuple(text[at + len(start) : text.index("\n", at + 1)].split("\t"))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
