"""`stanchion migrate`: rewrite the suppressions of other tools to ours."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from stanchion.cli.arguments import Parser, UsageError, add_packs, add_paths, paths_of
from stanchion.cli.main import CLEAN, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.discovery.walk import tree_of
from stanchion.fixing.migrating import Left, migrated
from stanchion.fixing.writing import diff, write_all
from stanchion.graphs import graphs
from stanchion.options import RunOptions
from stanchion.outcome import Outcome
from stanchion.plugins.registry import load
from stanchion.reporting.escape import shown
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem, Source


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    given = _parsed(arguments)
    try:
        paths = paths_of(given)
    except UsageError as error:
        complain(str(error))
        return USAGE
    tree = tree_of(paths)
    registry = load(given.plugin, files=given.policies)
    outcome = Outcome()
    for _ in graphs(paths, RunOptions(root=tree.root), outcome, tree):
        pass
    before: dict[Path, str] = {}
    texts: dict[Path, str] = {}
    left: list[Left] = []
    for path in _files(outcome, tree):
        source = tree.source(path)
        if isinstance(source, Source):
            text, stays = migrated(source, tree, registry.policies)
            left += stays
            if text != source.text:
                before[path], texts[path] = source.text, text
    if given.diff:
        write(diff(before, texts, tree))
        problems: list[Problem] = []
    else:
        _, problems = write_all(before, texts, tree)
        write("".join(f"rewritten: {shown(tree.shown(path))}\n" for path in texts))
    for each in left:
        line = each.place.source.position(each.place.start).line
        complain(f"{each.place.source.path}:{line}: no policy stands for {each.check}; it stays as it is")
    for problem in [*problems, *outcome.problems]:
        if problem.grave:
            complain(problem.message)
    return UNREAD if any(problem.grave for problem in [*problems, *outcome.problems]) else CLEAN


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    made = Parser("migrate", "Rewrite the suppressions of Checkov, Trivy, tfsec, cfn_nag and Guard to ours.")
    add_paths(made)
    made.add_argument("--diff", action="store_true", help="print what would be rewritten, and write nothing")
    add_packs(made)
    made.set_defaults(root=None)
    return made.parse_args(arguments)


def _files(outcome: Outcome, tree: SourceTree) -> list[Path]:
    """All files of all units."""
    return [tree.base / name for name in sorted(outcome.paths)]
