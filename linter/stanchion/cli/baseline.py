"""`stanchion baseline`: write down what there is, so that `check --baseline` fails only for what is new."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from stanchion.cli.main import CLEAN, UNREAD, USAGE

DEFAULT = Path(".stanchion-baseline.json")


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = argparse.ArgumentParser(prog="stanchion baseline", description="Write down the findings that there are.")
    made.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or directories (default: here)")
    made.add_argument("--output", "-o", type=Path, default=DEFAULT, metavar="FILE", help=f"default: {DEFAULT}")
    made.add_argument("--config", type=Path, metavar="FILE", help="the configuration to use")
    made.add_argument("--no-config", action="store_true", help="use no configuration file of the tree")
    made.add_argument("--root", type=Path, help="nothing outside this directory is read")
    given = made.parse_args(arguments)
    from stanchion.configuration.ignoring import suppressed
    from stanchion.configuration.settings import ConfigurationError, configure
    from stanchion.policy.baseline import written
    from stanchion.policy.selection import UnknownPolicyError
    from stanchion.reporting.joining import joined
    from stanchion.run import RunOptions
    from stanchion.run import run as run_all

    paths = given.paths or [Path()]
    try:
        configuration = configure(paths, given)
        options = RunOptions(
            select=configuration.select,
            ignore=configuration.ignore,
            families=configuration.families,
            severity=configuration.severity,
            var_files=configuration.var_files,
            parameter_files=configuration.parameters,
            exclude=configuration.exclude,
            settings=configuration.settings,
            plugins=configuration.plugins,
            root=given.root,
        )
        outcome = run_all(paths, options)
    except (ConfigurationError, UnknownPolicyError) as error:
        sys.stderr.write(f"stanchion: {error}\n")
        return USAGE
    findings = joined([suppressed(finding, configuration.ignored) for finding in outcome.findings])
    try:
        given.output.write_text(written(findings), encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"stanchion: {given.output} could not be written: {error.strerror}\n")
        return USAGE
    counted = sum(1 for finding in findings if finding.suppressed is None and finding.certainty != "possible")
    sys.stdout.write(f"{counted} findings written to {given.output}\n")
    unread = [problem for problem in outcome.problems if problem.kind not in ("evaluation", "suppression")]
    for problem in unread:
        sys.stderr.write(f"stanchion: {problem.message}\n")
    return UNREAD if unread else CLEAN
