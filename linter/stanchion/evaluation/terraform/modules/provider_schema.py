"""What the AWS provider's schema says that the configuration does not: what is sensitive, and which blocks are sets.

`aws_schema.tsv` is made by `tools/gen_provider_schema.py`, a line for each mark and type. It is searched, not parsed:
most runs ask about a few types.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from stanchion.syntax.tables import row

TABLE = Path(__file__).parent / "aws_schema.tsv"


def sensitive_paths(mode: str, type_: str) -> frozenset[str]:
    """The attributes of a type that are sensitive, names of nested blocks with dots in front."""
    return _marked("sensitive", type_ if mode == "resource" else f"{mode}.{type_}")


def set_paths(mode: str, type_: str) -> frozenset[str]:
    """The nested blocks of a type that make sets, whose elements have no index."""
    return _marked("sets", type_ if mode == "resource" else f"{mode}.{type_}")


@cache
def _marked(mark: str, type_: str) -> frozenset[str]:
    found = row(TABLE, mark, type_) if "aws_" in type_ else None
    return frozenset(found[0].split(" ")) if found is not None else frozenset()
