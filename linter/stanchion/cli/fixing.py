"""`stanchion check --fix`: mend what has an obvious mending, and say what was done and what was not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from stanchion.cli.arguments import UsageError
from stanchion.cli.main import CLEAN, FINDINGS
from stanchion.cli.output import complain, write
from stanchion.configuration.ignoring import suppressed
from stanchion.configuration.settings import Configuration
from stanchion.discovery.walk import boundary
from stanchion.fixing.fixes import TextFix
from stanchion.fixing.mending import Mended
from stanchion.fixing.mending import mend as mend_all
from stanchion.fixing.writing import diff, write_all
from stanchion.plugins.registry import Registry
from stanchion.reporting.escape import shown
from stanchion.run import Outcome, RunOptions, run
from stanchion.syntax.reading import SourceTree


def mend(
    paths: Sequence[Path],
    options: RunOptions,
    given: argparse.Namespace,
    configuration: Configuration,
    registry: Registry,
) -> tuple[SourceTree, Outcome, int]:
    """Mend, and write or show what was mended: the tree and the outcome afterwards, and the exit code of a diff.

    Raises UsageError when the revision or the baseline to compare with cannot be read.
    """
    tree = SourceTree(options.root or boundary(paths))
    judge = partial(_judged, paths, options, given, configuration, registry)
    mended = mend_all(tree, judge, bool(given.unsafe_fixes))
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


def _judged(
    paths: Sequence[Path],
    options: RunOptions,
    given: argparse.Namespace,
    configuration: Configuration,
    registry: Registry,
    tree: SourceTree,
) -> Outcome:
    """What a run finds by the texts of a tree; what the configuration accepts is no fault to mend."""
    outcome = run(paths, options, None, tree, registry)
    if given.since:
        from stanchion.cli.since import keep_introduced
        from stanchion.syntax.git import RevisionError

        try:
            keep_introduced(outcome, paths, options, given.since)
        except RevisionError as error:
            raise UsageError(f"--since {given.since}: {error}") from None
    rules = [] if given.no_suppressions else configuration.ignored
    outcome.findings = suppressed(outcome.findings, rules)
    if given.baseline is not None and not given.no_suppressions:
        from stanchion.policy.baseline import BaselineError, hide, read

        try:
            outcome.findings, _ = hide(outcome.findings, read(given.baseline))
        except BaselineError as error:
            raise UsageError(str(error)) from None
    return outcome


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
