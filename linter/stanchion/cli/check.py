"""`stanchion check`: judge what the paths mean, and report."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.cli.arguments import (
    SEVERITIES,
    Parser,
    UsageError,
    add_inputs,
    add_paths,
    add_policies,
    configured,
    judged,
    loaded,
    options_of,
    paths_of,
    severity_of,
)
from stanchion.cli.main import CLEAN, FINDINGS, UNREAD, USAGE
from stanchion.cli.output import colourful, complain, write

if TYPE_CHECKING:
    from stanchion.configuration.settings import Configuration
    from stanchion.judging.finding import Finding
    from stanchion.options import RunOptions
    from stanchion.outcome import Outcome
    from stanchion.plugins.registry import Registry
    from stanchion.syntax.reading import SourceTree

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
SHOWN = ("possible", "suppressed")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = Parser("check", "Judge Terraform and CloudFormation.")
    add_paths(made)
    report = made.add_argument_group("report")
    report.add_argument(
        "--format",
        action="append",
        metavar="FORMAT[:FILE]",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; :FILE writes to a file; repeatable (default: text)",
    )
    report.add_argument("--show", action="append", choices=SHOWN, default=[], help="also show such findings")
    report.add_argument("--fail-on", choices=SEVERITIES, help="exit with 1 from this severity on (default: low)")
    report.add_argument("--explain-unknowns", action="store_true", help="list what was undecided, and why")
    report.add_argument("--color", dest="color", action="store_true", default=None, help="colour in any case")
    report.add_argument("--no-color", dest="color", action="store_false", help="no colour")
    report.add_argument("--quiet", "-q", action="store_true", help="no progress")
    report.add_argument("--since", metavar="REV", help="only what the change since a git revision brings")
    mending = made.add_argument_group("mending")
    mending.add_argument("--fix", action="store_true", help="mend what has one obvious and safe mending")
    mending.add_argument(
        "--unsafe-fixes", action="store_true", help="mend also at the price of replacing or changing what runs"
    )
    mending.add_argument("--diff", action="store_true", help="print the mending as a diff, and write nothing")
    add_policies(made)
    accepted = made.add_argument_group("suppressions")
    accepted.add_argument("--baseline", type=Path, metavar="FILE", help="hide what `stanchion baseline` wrote down")
    accepted.add_argument("--no-suppressions", action="store_true", help="heed none in the source, nor in a baseline")
    accepted.add_argument("--require-reason", action="store_true", help="heed only those that give a reason")
    accepted.add_argument("--report-unused", action="store_true", help="report those that nothing needs")
    add_inputs(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    given = parser().parse_args(arguments)
    # A run makes many objects and drops few: collecting them again and again costs more than it frees.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _run(given)
    finally:
        if collecting:
            gc.enable()


def _run(given: argparse.Namespace) -> int:
    from stanchion.configuration.settings import ConfigurationError
    from stanchion.discovery.walk import tree_of
    from stanchion.plugins.selection import UnknownPolicyError

    try:
        formats = _formats(given.format or ["text"])
        paths = paths_of(given)
        configuration = configured(paths, given)
        options = _options(given, configuration, formats)
        registry = loaded(options, configuration)
        if given.fix or given.diff or given.unsafe_fixes:
            from stanchion.cli.fixing import mend

            tree, outcome, code = mend(paths, options, given, registry)
            if given.diff:
                return max(code, _code(outcome, given, configuration))
        else:
            tree = tree_of(paths, options.root)
            outcome = _judged(paths, options, given, registry, tree)
    except (ConfigurationError, UnknownPolicyError, UsageError) as error:
        return _refused(str(error), given)
    if registry.policies and not outcome.policies:
        complain("no policy is left to ask: what is selected, ignored and asked of severity leaves out every one")
        return USAGE
    return _report(outcome, formats, given, configuration, tree)


def _refused(message: str, given: argparse.Namespace) -> int:
    """Say why nothing was judged, where it is looked for: on GitHub also beside the change."""
    complain(message)
    if "github" in (given.format or ()):
        from stanchion.reporting.github import annotation

        write(annotation(message))
    return USAGE


def _formats(given: Sequence[str]) -> list[tuple[str, Path | None]]:
    formats: list[tuple[str, Path | None]] = []
    for text in given:
        name, colon, target = text.partition(":")
        if name not in FORMATS:
            from stanchion.configuration.checking import meant

            raise UsageError(f"--format {name}: expected one of {', '.join(FORMATS)}{meant(name, FORMATS)}")
        if colon and not target:
            raise UsageError(f"--format {text}: expected a file after the colon")
        formats.append((name, Path(target) if target else None))
    if sum(target is None for _, target in formats) > 1:
        raise UsageError("only one --format may go to standard output; give the others a file: --format json:FILE")
    targets = [target for _, target in formats if target is not None]
    if len(set(targets)) < len(targets):
        raise UsageError("two of the --format options write to the same file")
    return formats


def _options(
    given: argparse.Namespace, configuration: Configuration, formats: Sequence[tuple[str, Path | None]]
) -> RunOptions:
    from dataclasses import replace

    from stanchion.options import Keep

    own = options_of(given, configuration)
    fixing = given.fix or given.diff or given.unsafe_fixes or any(name in ("json", "sarif") for name, _ in formats)
    return replace(
        own,
        suppressions=not given.no_suppressions,
        require_reason=given.require_reason or own.require_reason,
        report_unused=given.report_unused or own.report_unused,
        baseline=given.baseline,
        since=given.since or None,
        keep=Keep.FIXABLE if fixing else Keep.NOTHING,
    )


def _judged(
    paths: Sequence[Path], options: RunOptions, given: argparse.Namespace, registry: Registry, tree: SourceTree
) -> Outcome:
    progress = None
    if not given.quiet and sys.stderr is not None and sys.stderr.isatty():
        from stanchion.reporting.progress import Progress

        progress = Progress()
    try:
        return judged(paths, options, registry, tree, progress)
    finally:
        if progress is not None:
            progress.clear()


def _report(
    outcome: Outcome,
    formats: list[tuple[str, Path | None]],
    given: argparse.Namespace,
    configuration: Configuration,
    tree: SourceTree,
) -> int:
    from stanchion.reporting.joining import joined

    findings = joined(outcome.findings)
    code = _code(outcome, given, configuration)
    for name, target in formats:
        text = _rendered(name, outcome, findings, given, target, tree)
        if target is None:
            write(text)
            continue
        from stanchion.cli.outputs import UnwrittenError, put

        try:
            put(target, text)
        except UnwrittenError as error:
            complain(f"{target} {error}")
            code = USAGE
    return code


def _rendered(
    name: str,
    outcome: Outcome,
    findings: list[Finding],
    given: argparse.Namespace,
    target: Path | None,
    tree: SourceTree,
) -> str:
    if name in ("json", "sarif"):
        from stanchion.fixing.fixes import fixer

        fix = fixer(outcome.graphs, tree)
        if name == "json":
            from stanchion.reporting import json

            return json.report(outcome, findings, fix)
        from stanchion.reporting import sarif

        known = [finding for finding in findings if finding.certainty != "possible" or "possible" in given.show]
        return sarif.report(outcome, known, tree.base, fix)
    visible = [finding for finding in findings if _visible(finding, given.show)]
    if name in ("github", "gitlab", "junit", "markdown"):
        from importlib import import_module

        made: str = import_module(f"stanchion.reporting.{name}").report(outcome, visible)
        return made
    from stanchion.reporting import text

    hidden = [finding for finding in findings if not _visible(finding, given.show)]
    colour = colourful(given.color) if target is None else bool(given.color)
    return text.report(outcome, visible, colour, given.explain_unknowns, hidden)


def _visible(finding: Finding, show: Sequence[str]) -> bool:
    if finding.suppressed is not None and "suppressed" not in show:
        return False
    return finding.certainty != "possible" or "possible" in show


def _code(outcome: Outcome, given: argparse.Namespace, configuration: Configuration) -> int:
    from stanchion.acceptance.counting import counts
    from stanchion.policy.policy import Severity

    if any(problem.kind == "configuration" for problem in outcome.problems):
        return USAGE
    if any(problem.grave for problem in outcome.problems):
        return UNREAD
    threshold = severity_of(given.fail_on) if given.fail_on is not None else configuration.fail_on
    least = Severity.LOW if threshold is None else threshold
    return FINDINGS if any(counts(finding, least) for finding in outcome.findings) else CLEAN
