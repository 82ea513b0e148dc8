"""`stanchion check`: judge what the paths mean, and report."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.cli.main import CLEAN, FINDINGS, UNREAD, USAGE

if TYPE_CHECKING:
    from stanchion.configuration.settings import Configuration
    from stanchion.policy.baseline import Known
    from stanchion.policy.finding import Finding
    from stanchion.policy.policy import Severity
    from stanchion.run import Outcome, RunOptions
    from stanchion.syntax.source import Problem

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
SEVERITIES = ("info", "low", "medium", "high", "critical")
SHOWN = ("possible", "suppressed")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = argparse.ArgumentParser(prog="stanchion check", description="Judge Terraform and CloudFormation.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or directories (default: here)")
    report = made.add_argument_group("report")
    report.add_argument(
        "--format",
        action="append",
        metavar="FORMAT[:FILE]",
        help="text, json, sarif, github, gitlab, junit or markdown; :FILE writes to a file; repeatable (default: text)",
    )
    report.add_argument("--show", action="append", choices=SHOWN, default=[], help="also show such findings")
    report.add_argument("--explain-unknowns", action="store_true", help="list what was undecided, and why")
    report.add_argument("--color", dest="color", action="store_true", default=None, help="colour in any case")
    report.add_argument("--no-color", dest="color", action="store_false", help="no colour")
    report.add_argument("--quiet", "-q", action="store_true", help="no progress")
    report.add_argument("--since", metavar="REV", help="only what the change since a git revision brings")
    choice = made.add_argument_group("choice of policies")
    choice.add_argument("--select", metavar="ID,...", default="", help="only these policies or families")
    choice.add_argument("--ignore", metavar="ID,...", default="", help="not these policies or families")
    choice.add_argument("--family", metavar="NAME,...", default="", help="only these families")
    choice.add_argument("--severity", choices=SEVERITIES, help="leave out policies below (default: low)")
    choice.add_argument("--fail-on", choices=SEVERITIES, help="exit with 1 from this severity on (default: low)")
    choice.add_argument("--plugin", action="append", default=[], metavar="MODULE", help="a Python module of policies")
    accepted = made.add_argument_group("suppressions")
    accepted.add_argument("--baseline", type=Path, metavar="FILE", help="hide what `stanchion baseline` wrote down")
    accepted.add_argument("--no-suppressions", action="store_true", help="heed none in the source, nor in a baseline")
    accepted.add_argument("--require-reason", action="store_true", help="heed only those that give a reason")
    accepted.add_argument("--report-unused", action="store_true", help="report those that nothing needs")
    inputs = made.add_argument_group("inputs")
    inputs.add_argument(
        "--var-file", action="append", type=Path, default=[], metavar="FILE", help="Terraform variables"
    )
    inputs.add_argument("--var", action="append", default=[], metavar="NAME=VALUE", help="a Terraform variable")
    inputs.add_argument("--tf-environment", action="store_true", help="take TF_VAR_* of the environment")
    inputs.add_argument("--parameters", action="append", type=Path, default=[], metavar="FILE", help="parameters file")
    inputs.add_argument("--skip-others", action="store_true", help="pass over named files that are no configuration")
    inputs.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="paths to leave out")
    inputs.add_argument("--root", type=Path, help="nothing outside this directory is read")
    inputs.add_argument("--config", type=Path, metavar="FILE", help="the configuration to use")
    inputs.add_argument("--no-config", action="store_true", help="use no configuration file of the tree")
    return made


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    given = parser().parse_args(arguments)
    # A run makes many objects and drops few: collecting them again and again costs more than it frees.
    gc.disable()
    from stanchion.configuration.settings import ConfigurationError, configure

    paths = given.paths or [Path()]
    try:
        formats = _formats(given.format or ["text"])
        configuration = configure(paths, given)
        options = _options(given, configuration)
        outcome = _run(paths, options, given)
    except (ConfigurationError, _UsageError) as error:
        sys.stderr.write(f"stanchion: {error}\n")
        return USAGE
    return _report(outcome, formats, given, configuration)


class _UsageError(Exception):
    """The command line cannot be understood."""


def _formats(given: Sequence[str]) -> list[tuple[str, Path | None]]:
    formats: list[tuple[str, Path | None]] = []
    for text in given:
        name, _, target = text.partition(":")
        if name not in FORMATS:
            raise _UsageError(f"--format {name}: expected one of {', '.join(FORMATS)}")
        formats.append((name, Path(target) if target else None))
    if sum(target is None for _, target in formats) > 1:
        raise _UsageError("only one --format may go to standard output; give the others a file: --format json:FILE")
    return formats


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def _options(given: argparse.Namespace, configuration: Configuration) -> RunOptions:
    from stanchion.run import RunOptions

    variables: dict[str, str] = {}
    for text in given.var:
        name, equals, value = text.partition("=")
        if not equals:
            raise _UsageError(f"--var {text}: expected NAME=VALUE")
        variables[name] = value
    return RunOptions(
        select=_names(given.select) or configuration.select,
        ignore=(*configuration.ignore, *_names(given.ignore)),
        families=_names(given.family) or configuration.families,
        severity=_severity(given.severity) or configuration.severity,
        var_files=(*configuration.var_files, *given.var_file),
        variables=variables,
        parameter_files=(*configuration.parameters, *given.parameters),
        use_environment=given.tf_environment,
        exclude=(*configuration.exclude, *given.exclude),
        settings=configuration.settings,
        plugins=(*configuration.plugins, *given.plugin),
        root=given.root,
        suppressions=not given.no_suppressions,
        require_reason=given.require_reason,
        report_unused=given.report_unused,
        skip_others=given.skip_others,
    )


def _severity(word: str | None) -> Severity | None:
    from stanchion.policy.policy import Severity

    return Severity[word.upper()] if word else None


def _run(paths: Sequence[Path], options: RunOptions, given: argparse.Namespace) -> Outcome:
    from stanchion.policy.selection import UnknownPolicyError
    from stanchion.run import run as run_all

    missing = [path for path in paths if not path.exists() and not path.is_symlink()]
    if missing:
        raise _UsageError(f"{missing[0]}: there is no such file or directory")
    progress = None
    if not given.quiet and sys.stderr.isatty():
        from stanchion.reporting.progress import Progress

        progress = Progress()
    try:
        outcome = run_all(paths, options, progress)
        if given.since:
            from stanchion.cli.since import keep_introduced
            from stanchion.syntax.git import RevisionError

            try:
                keep_introduced(outcome, paths, options, given.since)
            except RevisionError as error:
                raise _UsageError(f"--since {given.since}: {error}") from None
        return outcome
    except UnknownPolicyError as error:
        raise _UsageError(str(error)) from None
    finally:
        if progress is not None:
            progress.clear()


def _report(
    outcome: Outcome, formats: list[tuple[str, Path | None]], given: argparse.Namespace, configuration: Configuration
) -> int:
    from stanchion.configuration.ignoring import suppressed
    from stanchion.reporting.joining import joined

    findings = joined([suppressed(finding, configuration.ignored) for finding in outcome.findings])
    if given.baseline is not None and not given.no_suppressions:
        from stanchion.policy.baseline import BaselineError, hide, read

        try:
            findings, gone = hide(findings, read(given.baseline))
        except BaselineError as error:
            sys.stderr.write(f"stanchion: {error}\n")
            return USAGE
        outcome.problems += [_gone(entry, given.baseline) for entry in gone]
    code = _code(findings, outcome, given, configuration)
    for name, target in formats:
        text = _rendered(name, outcome, findings, given, code, target)
        if target is None:
            _write(text)
            continue
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            sys.stderr.write(f"stanchion: {target} could not be written: {error.strerror}\n")
            return USAGE
    return code


def _gone(entry: Known, baseline: Path) -> Problem:
    from stanchion.syntax.source import Problem

    message = f"{entry.policy} on {entry.resource} in {entry.path} is no longer there; take it out of {baseline}"
    return Problem("suppression", message, None, str(baseline))


def _write(text: str) -> None:
    stream = sys.stdout
    try:
        stream.write(text)
    except UnicodeEncodeError:  # a terminal that cannot show every character shows the others
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _rendered(
    name: str, outcome: Outcome, findings: list[Finding], given: argparse.Namespace, code: int, target: Path | None
) -> str:
    if name == "json":
        from stanchion.reporting import json

        return json.report(outcome, findings)
    if name == "sarif":
        from stanchion.reporting import sarif

        visible = [finding for finding in findings if finding.certainty != "possible" or "possible" in given.show]
        return sarif.report(outcome, visible, Path.cwd(), code != UNREAD)
    visible = [finding for finding in findings if _visible(finding, given.show)]
    if name in ("github", "gitlab", "junit", "markdown"):
        from importlib import import_module

        made: str = import_module(f"stanchion.reporting.{name}").report(outcome, visible)
        return made
    from stanchion.reporting import text

    return text.report(outcome, visible, target is None and _colour(given.color), given.explain_unknowns)


def _visible(finding: Finding, show: Sequence[str]) -> bool:
    if finding.suppressed is not None and "suppressed" not in show:
        return False
    return finding.certainty != "possible" or "possible" in show


def _colour(wanted: bool | None) -> bool:
    if wanted is not None:
        return wanted
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def _code(findings: list[Finding], outcome: Outcome, given: argparse.Namespace, configuration: Configuration) -> int:
    from stanchion.policy.policy import Severity

    if any(problem.kind == "configuration" for problem in outcome.problems):
        return USAGE
    if any(problem.kind not in LENIENT for problem in outcome.problems):
        return UNREAD
    threshold = _severity(given.fail_on) or configuration.fail_on or Severity.LOW
    counts = (f.suppressed is None and f.certainty != "possible" and f.policy.severity >= threshold for f in findings)
    return FINDINGS if any(counts) else CLEAN


#: Problems that leave nothing unjudged: a reference that leads nowhere is an unknown value like others.
LENIENT = frozenset({"evaluation", "suppression"})
