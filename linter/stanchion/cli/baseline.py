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
    configured,
    judged,
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
    from stanchion.acceptance.baseline import written
    from stanchion.acceptance.counting import counts
    from stanchion.configuration.settings import ConfigurationError
    from stanchion.discovery.walk import tree_of
    from stanchion.plugins.selection import UnknownPolicyError

    try:
        paths = paths_of(given)
        configuration = configured(paths, given)
        options = options_of(given, configuration)
        outcome = judged(paths, options, loaded(options, configuration), tree_of(paths, options.root))
    except (ConfigurationError, UnknownPolicyError, UsageError) as error:
        complain(str(error))
        return USAGE
    try:
        put(given.output, written(outcome.findings))
    except UnwrittenError as error:
        complain(f"{given.output} {error}")
        return USAGE
    counted = sum(map(counts, outcome.findings))
    write(f"{counted} finding{'' if counted == 1 else 's'} written to {given.output}\n")
    unread = [problem for problem in outcome.problems if problem.grave]
    for problem in unread:
        complain(problem.message)
    return UNREAD if unread else CLEAN
