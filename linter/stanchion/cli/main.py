"""The command line: finds the command and hands it its arguments. Only what the command needs is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from stanchion import __version__

#: Commands, with what they do and the module that does it.
COMMANDS = {
    "check": ("judge Terraform and CloudFormation", "stanchion.cli.check"),
    "policies": ("list the policies", "stanchion.cli.policies"),
    "explain": ("tell all about one policy", "stanchion.cli.explain"),
    "baseline": ("write down what there is, so that only what is new fails", "stanchion.cli.baseline"),
    "graph": ("show the resource graph", "stanchion.cli.graph"),
    "lsp": ("serve an editor", "stanchion.cli.lsp"),
}
#: Exit codes of the output contract.
CLEAN, FINDINGS, USAGE, UNREAD = 0, 1, 2, 3


def main(arguments: Sequence[str]) -> int:
    """Run a command line without the program's name; gives the exit code."""
    first = arguments[0] if arguments else "--help"
    if first in ("--version", "-V"):
        print(f"stanchion {__version__}")  # noqa: T201 - what was asked for
        return CLEAN
    if first in ("--help", "-h"):
        print(_help())  # noqa: T201 - as above
        return CLEAN if arguments else USAGE
    if first not in COMMANDS:
        import difflib

        close = difflib.get_close_matches(first, COMMANDS, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; expected one of {', '.join(COMMANDS)}"
        sys.stderr.write(f"stanchion: there is no command {first!r}{hint}\n")
        return USAGE
    command = import_module(COMMANDS[first][1])
    code: int = command.run(arguments[1:])
    return code


def _help() -> str:
    lines = ["usage: stanchion COMMAND [ARGUMENT ...]", "", "A policy linter for AWS infrastructure as code.", ""]
    lines += [f"  {name:10} {what}" for name, (what, _) in COMMANDS.items()]
    return "\n".join([*lines, "", "  --version  print the version", "", "stanchion COMMAND --help tells the rest."])


def entry() -> None:
    """The console script: ends the process with the command's exit code."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has read enough; Python must not complain at exit that it cannot flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        code = 130
    sys.exit(code)
