"""`stanchion baseline`: write down what there is, so that `check --baseline` fails only for what is new."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stanchion.cli.arguments import (
    Parser,
    UsageError,
    add_inputs,
    add_paths,
    add_policies,
    loaded,
    options_of,
    paths_of,
)
from stanchion.cli.main import CLEAN, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.cli.outputs import UnwrittenError, put

DEFAULT = Path(".stanchion-baseline.json")


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = Parser("baseline", "Write down the findings that there are.")
    add_paths(made)
    made.add_argument("--output", "-o", type=Path, default=DEFAULT, metavar="FILE", help=f"default: {DEFAULT}")
    add_policies(made)
    add_inputs(made)
    given = made.parse_args(arguments)
    from stanchion.configuration.ignoring import suppressed
    from stanchion.configuration.settings import ConfigurationError, configure
    from stanchion.plugins.selection import UnknownPolicyError
    from stanchion.policy.baseline import written
    from stanchion.reporting.joining import joined
    from stanchion.run import run as run_all

    try:
        paths = paths_of(given)
        configuration = configure(paths, given)
        options = options_of(given, configuration)
        outcome = run_all(paths, options, registry=loaded(options, configuration))
    except (ConfigurationError, UnknownPolicyError, UsageError) as error:
        complain(str(error))
        return USAGE
    findings = joined(suppressed(outcome.findings, configuration.ignored))
    try:
        put(given.output, written(findings))
    except UnwrittenError as error:
        complain(f"{given.output} {error}")
        return USAGE
    counted = sum(1 for finding in findings if finding.suppressed is None and finding.certainty != "possible")
    write(f"{counted} finding{'' if counted == 1 else 's'} written to {given.output}\n")
    unread = [problem for problem in outcome.problems if problem.grave]
    for problem in unread:
        complain(problem.message)
    return UNREAD if unread else CLEAN
