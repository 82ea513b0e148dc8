"""The command line: finds the command and hands it its arguments. Only what the command needs is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from stanchion import __version__
from stanchion.cli.output import abandon, complain, write

#: Commands, with what they do and the module that does it.
COMMANDS = {
    "check": ("judge Terraform and CloudFormation", "stanchion.cli.check"),
    "policies": ("list the policies", "stanchion.cli.policies"),
    "explain": ("tell all about one policy", "stanchion.cli.explain"),
    "baseline": ("write down what there is, so that only what is new fails", "stanchion.cli.baseline"),
    "graph": ("show the resource graph", "stanchion.cli.graph"),
    "new-policy": ("write a policy with its fixtures", "stanchion.cli.new_policy"),
    "test-policies": ("hold policies to their fixtures", "stanchion.cli.test_policies"),
    "migrate": ("rewrite other tools' suppressions to ours", "stanchion.cli.migrate"),
    "lsp": ("serve an editor", "stanchion.cli.lsp"),
}
#: Exit codes of the output contract.
CLEAN, FINDINGS, USAGE, UNREAD = 0, 1, 2, 3
#: The shell's code for a program that Ctrl-C ended.
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run a command line without the program's name; gives the exit code."""
    first = arguments[0] if arguments else ""
    if first in ("--version", "-V"):
        write(f"stanchion {__version__}\n")
        return CLEAN
    if first in ("--help", "-h"):
        write(_help())
        return CLEAN
    if first not in COMMANDS:
        if not first:
            sys.stderr.write(_help())
        else:
            import difflib

            close = difflib.get_close_matches(first, COMMANDS, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; expected one of {', '.join(COMMANDS)}"
            complain(f"there is no command {first!r}{hint}")
        return USAGE
    command = import_module(COMMANDS[first][1])
    if first != "lsp" and (name := _name_for_an_option(arguments[1:])):
        complain(
            f"{name}: an option, or the file of this name that is here? "
            f"Write ./{name} for the file, or -- before the names of files; rename the file to use the option"
        )
        return USAGE
    code: int = command.run(arguments[1:])
    return code


def _name_for_an_option(arguments: Sequence[str]) -> str:
    """The first argument that would be taken for an option and is the name of a file, "" where there is none.

    Hooks hand over the names of a repository's files, and whoever brings a file chooses its name.
    """
    import os

    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return next((each for each in options if each[:1] == "-" and os.path.lexists(each)), "")


def _help() -> str:
    lines = ["usage: stanchion COMMAND [ARGUMENT ...]", "", "A policy linter for AWS infrastructure as code.", ""]
    lines += [f"  {name:13} {what}" for name, (what, _) in COMMANDS.items()]
    return "\n".join([*lines, "", "  --version  print the version", "", "stanchion COMMAND --help tells the rest.", ""])


def entry() -> None:
    """The console script: ends the process with the command's exit code, and with words where something fails."""
    try:
        code = main(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read the help has read enough
        abandon()
        code = CLEAN
    except KeyboardInterrupt:
        complain("interrupted; nothing was reported")
        code = INTERRUPTED
    except Exception as error:
        code = _failed(error)
    sys.exit(code)


def _failed(error: Exception) -> int:
    """Tell of an error that nothing expected, and where it came from."""
    import os
    import traceback

    abandon()  # half a report is no report
    if isinstance(error, OSError) and error.filename is None and error.strerror:
        complain(f"standard output could not be written: {error.strerror}")
        return USAGE
    if os.environ.get("STANCHION_DEBUG"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    complain(
        f"internal error ({place}): {type(error).__name__}: {error}\n"
        "this is a fault of stanchion and not of what it reads: please report it; STANCHION_DEBUG=1 shows the traceback"
    )
    return UNREAD
