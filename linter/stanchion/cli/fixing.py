"""`stanchion check --fix`: mend what has an obvious mending, and say what was done and what was not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from stanchion.cli.arguments import judged
from stanchion.cli.main import CLEAN, FINDINGS
from stanchion.cli.output import complain, write
from stanchion.discovery.walk import tree_of
from stanchion.fixing.fixes import TextFix
from stanchion.fixing.mending import Mended
from stanchion.fixing.mending import mend as mend_all
from stanchion.fixing.writing import diff, write_all
from stanchion.options import RunOptions
from stanchion.outcome import Outcome
from stanchion.plugins.registry import Registry
from stanchion.reporting.escape import shown
from stanchion.syntax.reading import SourceTree


def mend(
    paths: Sequence[Path], options: RunOptions, given: argparse.Namespace, registry: Registry
) -> tuple[SourceTree, Outcome, int]:
    """Mend, and write or show what was mended: the tree and the outcome afterwards, and the exit code of a diff.

    Raises UsageError when the revision or the baseline to compare with cannot be read.
    """
    tree = tree_of(paths, options.root)
    mended = mend_all(tree, partial(judged, paths, options, registry), bool(given.unsafe_fixes))
    if given.diff:
        secrets = [secret for fix in mended.made for secret in fix.secrets]
        write(diff(mended.before, mended.texts, tree, secrets))
        for problem in mended.outcome.problems:
            if problem.grave:
                complain(problem.message)
        return tree, mended.outcome, FINDINGS if mended.texts else CLEAN
    _, problems = write_all(mended.before, mended.texts, tree)
    mended.outcome.problems += problems
    _tell(mended, given)
    return tree, mended.outcome, CLEAN


def _tell(mended: Mended, given: argparse.Namespace) -> None:
    """Say on standard error what was done: standard output is the report's."""
    if sys.stderr is None:
        return
    lines = [
        f"mended {_place(fix)}: {fix.finding.policy.id} {fix.finding.policy.title}{_but(fix)}" for fix in mended.made
    ]
    lines += [f"not mended {_place(fix)}: {fix.finding.policy.id}: {reason}" for fix, reason in mended.withdrawn]
    lines += [
        f"not mended {_place(fix)}: {fix.finding.policy.id}: {fix.effect} (--unsafe-fixes mends it)"
        for fix in mended.unsafe
    ]
    for line in dict.fromkeys(lines):  # several instances of one block are mended at once
        complain(line)


def _but(fix: TextFix) -> str:
    return f" ({fix.effect})" if fix.effect else ""


def _place(fix: TextFix) -> str:
    place = fix.finding.place
    return shown(f"{place.source.path}:{place.source.position(place.start).line}")
