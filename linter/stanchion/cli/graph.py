"""`stanchion graph`: the resource graph of what the paths mean."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stanchion.cli.main import CLEAN, UNREAD
from stanchion.graph.resource import Graph


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = argparse.ArgumentParser(prog="stanchion graph", description="Show the resource graph.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or directories (default: here)")
    made.add_argument("--format", choices=("mermaid", "dot", "json"), default="mermaid")
    made.add_argument("--var-file", action="append", type=Path, default=[], metavar="FILE", help="Terraform variables")
    made.add_argument("--parameters", action="append", type=Path, default=[], metavar="FILE", help="parameters file")
    made.add_argument("--root", type=Path, help="nothing outside this directory is read")
    given = made.parse_args(arguments)
    from stanchion.run import Outcome, RunOptions, graphs

    outcome = Outcome()
    options = RunOptions(var_files=tuple(given.var_file), parameter_files=tuple(given.parameters), root=given.root)
    found = list(graphs(given.paths or [Path()], options, outcome))
    sys.stdout.write(_rendered(found, given.format))
    unread = [problem for problem in outcome.problems if problem.kind != "evaluation"]
    for problem in unread:
        sys.stderr.write(f"stanchion: {problem.message}\n")
    return UNREAD if unread else CLEAN


def _rendered(graphs: list[Graph], format_: str) -> str:
    from stanchion.graph import render

    if format_ == "json":
        import json

        documents = [render.to_json(graph) for graph in graphs]
        whole = {
            "resources": [resource for document in documents for resource in document["resources"]],
            "edges": [edge for document in documents for edge in document["edges"]],
        }
        return json.dumps(whole, indent=2) + "\n"
    make = render.to_mermaid if format_ == "mermaid" else render.to_dot
    return "\n".join(make(graph).rstrip("\n") + "\n" for graph in graphs)
