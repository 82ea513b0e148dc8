"""What the AWS provider's schema says that the configuration does not: what is sensitive, and which blocks are sets.

`aws_schema.tsv` is made by `tools/gen_provider_schema.py`, a line for each mark and type. It is searched, not parsed:
most runs ask about a few types.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


def sensitive_paths(mode: str, type_: str) -> frozenset[str]:
    """The attributes of a type that are sensitive, names of nested blocks with dots in front."""
    return _marked("sensitive", type_ if mode == "resource" else f"{mode}.{type_}")


def set_paths(mode: str, type_: str) -> frozenset[str]:
    """The nested blocks of a type that make sets, whose elements have no index."""
    return _marked("sets", type_ if mode == "resource" else f"{mode}.{type_}")


@cache
def _marked(mark: str, type_: str) -> frozenset[str]:
    if "aws_" not in type_:
        return frozenset()
    text = _table()
    start = f"\n{mark}\t{type_}\t"
    at = text.find(start)
    if at == -1:
        return frozenset()
    return frozenset(text[at + len(start) : text.index("\n", at + 1)].split(" "))


@cache
def _table() -> str:
    return (Path(__file__).parent / "aws_schema.tsv").read_text(encoding="utf-8")
