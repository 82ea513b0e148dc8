"""`stanchion new-policy ID`: a policy with its fixtures, to start from."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from stanchion.authoring.starting import Start, StartError, files_of
from stanchion.cli.arguments import Parser
from stanchion.cli.main import CLEAN, USAGE
from stanchion.cli.output import complain, write
from stanchion.cli.outputs import UnwrittenError, put
from stanchion.plugins.registry import load


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    given = _parsed(arguments)
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*?[A-Z_][0-9]+", given.id):
        complain(f"{given.id}: expected capital letters and a number behind them, such as ACME001")
        return USAGE
    if given.id in load().by_id():
        complain(f"{given.id} is a policy already; choose letters of your own")
        return USAGE
    try:
        files = files_of(Start(given.id, given.title, given.type, given.property, given.value), given.python)
    except StartError as error:
        complain(str(error))
        return USAGE
    there = [str(given.directory / name) for name in files if (given.directory / name).exists()]
    if there:
        complain(f"{', '.join(there)}: is there already; nothing was written")
        return USAGE
    for name, text in files.items():
        path = given.directory / name
        try:
            put(path, text, new=True)
        except UnwrittenError as error:
            complain(f"{path} {error}")
            return USAGE
        write(f"{path}\n")
    policy = given.directory / next(iter(files))
    pack = f"--plugin {policy}" if given.python else f"--policies {policy}"
    write(f"\nhold it to its fixtures: stanchion test-policies {given.directory / 'fixtures'} {pack}\n")
    return CLEAN


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    made = Parser("new-policy", "Write a policy with its fixtures: a property must have a value.")
    made.add_argument("id", metavar="ID", help="letters of your own and a number: ACME001")
    made.add_argument("--title", default="A short title of what is wrong", help="what is wrong, in a few words")
    made.add_argument("--type", default="AWS::EC2::Volume", metavar="TYPE", help="a CloudFormation type")
    made.add_argument("--property", default="Encrypted", metavar="PATH", help="a property, such as A.B")
    made.add_argument("--value", default="true", help="what it must be")
    made.add_argument("--directory", type=Path, default=Path(), metavar="DIRECTORY", help="where to (default: here)")
    form = made.add_mutually_exclusive_group()
    form.add_argument("--yaml", action="store_true", help="in YAML (the default)")
    form.add_argument("--python", action="store_true", help="in Python")
    return made.parse_args(arguments)
