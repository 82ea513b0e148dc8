"""Make linter/stanchion/evaluation/terraform/modules/aws_schema.tsv.

usage: python tools/gen_provider_schema.py SCHEMA

SCHEMA is the AWS provider's schema as gzipped JSON: for resources and data sources, each attribute with its type and
what it `is` (letters: s for sensitive), each nested block with its mode. Kept is what a reference to a resource cannot
do without: which attributes are sensitive, and which nested blocks are sets and so have no order.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "linter/stanchion/evaluation/terraform/modules/aws_schema.tsv"


def marks(block: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """What is noteworthy in a block: pairs of "sensitive" or "sets" and a path, with dots between names."""
    for name, said in block.items():
        here = f"{path}{name}"
        if "block" in said:
            if said["mode"] == "set":
                yield "sets", here
            yield from marks(said["block"], f"{here}.")
        else:
            if "s" in said["is"]:
                yield "sensitive", here
            if "o" in said["is"] and said["type"][0] == "set" and said["type"][1][0] == "object":
                yield "sets", here  # an attribute that is written as blocks


def table(schema: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """The paths of each mark by type; data sources stand under `data.TYPE`."""
    made: dict[str, dict[str, list[str]]] = {"sensitive": {}, "sets": {}}
    for prefix, kind in (("", "resources"), ("data.", "data")):
        for type_, block in sorted(schema[kind].items()):
            for mark, path in marks(block):
                made[mark].setdefault(f"{prefix}{type_}", []).append(path)
    return made


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("schema", type=Path)
    with gzip.open(parser.parse_args().schema, "rt", encoding="utf-8") as file:
        made = table(json.load(file))
    lines = [f"{mark}\t{type_}\t{' '.join(paths)}" for mark, types in made.items() for type_, paths in types.items()]
    TARGET.write_text("\n".join(["mark\ttype\tpaths", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
