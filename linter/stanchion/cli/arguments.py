"""What the commands share of their command lines: the parser, the choice of policies, the inputs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from stanchion.cli.main import USAGE
from stanchion.cli.output import complain

if TYPE_CHECKING:
    from stanchion.configuration.settings import Configuration
    from stanchion.evaluation.terraform.modules.variables import Layer
    from stanchion.graphs import Progress
    from stanchion.options import RunOptions
    from stanchion.outcome import Outcome
    from stanchion.plugins.registry import Registry
    from stanchion.policy.policy import Profile, Severity
    from stanchion.syntax.reading import SourceTree

SEVERITIES = ("info", "low", "medium", "high", "critical")
PROFILES = ("default", "strict", "audit")
#: Help is not set wider than people read.
WIDEST = 100


class UsageError(Exception):
    """A command line that cannot be followed, with what was expected."""


class Parser(argparse.ArgumentParser):
    """A command's parser: options are written out in full, and a wrong one is answered with the nearest right one."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"stanchion {command}", description=description, allow_abbrev=False, formatter_class=_formatter
        )

    def error(self, message: str) -> NoReturn:
        """Say what was expected, and end with the code for usage errors."""
        command = self.prog.removeprefix("stanchion ")
        complain(f"{command}: {message}{self._hint(message)}; {self.prog} --help tells all")
        raise SystemExit(USAGE)

    def _hint(self, message: str) -> str:
        kind, found, rest = message.partition("unrecognized arguments: ")
        if kind or not found:
            return ""
        option = rest.split(maxsplit=1)[0].partition("=")[0]
        from stanchion.configuration.checking import meant

        return meant(option, list(self._option_string_actions))


class _InOrder(argparse.Action):
    """Keeps options of several names in the order in which they are given: pairs of name and text."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), (option_string, values)])


def _formatter(prog: str) -> argparse.HelpFormatter:
    # Left to itself, argparse imports shutil for every run, only to know how wide a help would be that nobody reads.
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = WIDEST
    return argparse.HelpFormatter(prog, width=max(40, min(columns, WIDEST)) - 2)


def add_paths(parser: argparse.ArgumentParser) -> None:
    """The paths to judge."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or directories (default: here)")


def add_policies(parser: argparse.ArgumentParser) -> None:
    """The choice of policies."""
    choice = parser.add_argument_group("choice of policies")
    choice.add_argument("--select", metavar="ID,...", default="", help="only these policies or families")
    choice.add_argument("--ignore", metavar="ID,...", default="", help="not these policies or families")
    choice.add_argument("--family", metavar="NAME,...", default="", help="only these families")
    choice.add_argument("--service", metavar="NAME,...", default="", help="only these services, such as s3")
    choice.add_argument("--profile", choices=PROFILES, help="who wants to hear it (default: default)")
    choice.add_argument("--severity", choices=SEVERITIES, help="leave out policies below (default: low)")
    add_packs(choice)


def add_packs(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Where other policies come from than the installed packs."""
    repeated = {"action": "append", "default": []}
    companions = ("cfn-lint",)
    parser.add_argument("--with", dest="plugin", choices=companions, help="ask a companion too", **repeated)  # type: ignore[arg-type]
    parser.add_argument("--plugin", **repeated, metavar="MODULE", help="a Python module, or .py file, of policies")  # type: ignore[arg-type]
    parser.add_argument("--policies", **repeated, type=Path, metavar="PATH", help="policies in YAML: file, directory")  # type: ignore[arg-type]


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """What is read, and with which values."""
    inputs = parser.add_argument_group("inputs")
    files = {"action": "append", "type": Path, "default": [], "metavar": "FILE"}
    inputs.add_argument(
        "--var-file",
        action=_InOrder,
        dest="values",
        default=[],
        metavar="FILE[,FILE]",
        help="Terraform variables; given several times, each is judged as an environment of its own and the findings "
        "are joined; FILE,FILE lays the second over the first",
    )
    inputs.add_argument(
        "--var",
        action=_InOrder,
        dest="values",
        metavar="NAME=VALUE",
        help="a Terraform variable; stronger than the files in front of it, weaker than those behind it",
    )
    inputs.add_argument(
        "--workspace",
        action="append",
        default=[],
        metavar="NAME",
        help="the Terraform workspace (default: any); given several times, each is judged by itself",
    )
    inputs.add_argument(
        "--tf-environment", action="store_true", help="take TF_VAR_* and TF_WORKSPACE of the environment"
    )
    inputs.add_argument("--parameters", **files, help="CloudFormation parameters")  # type: ignore[arg-type]
    inputs.add_argument("--skip-others", action="store_true", help="pass over named files that are no configuration")
    inputs.add_argument("--exclude", action="append", default=[], metavar="GLOB", help="paths to leave out")
    inputs.add_argument("--root", type=Path, metavar="DIRECTORY", help="nothing outside this directory is read")
    inputs.add_argument("--config", type=Path, metavar="FILE", help="the configuration to use")
    inputs.add_argument("--no-config", action="store_true", help="use no configuration file of the tree")


def layers(text: str) -> tuple[Path, ...]:
    """The variable files of one environment, weakest first: one, or several with commas between them.

    Raises UsageError where one of them has no name.
    """
    if os.path.exists(text) or "," not in text:  # a name may have a comma in it
        return (Path(text),)
    parts = text.split(",")
    if not all(parts):
        raise UsageError(f"--var-file {text}: expected a file on both sides of the comma")
    return tuple(map(Path, parts))


def names(text: str) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def severity_of(word: str | None) -> Severity | None:
    """The severity of that name."""
    from stanchion.policy.policy import Severity

    return Severity[word.upper()] if word else None


def profile_of(word: str | None) -> Profile | None:
    """The profile of that name."""
    from stanchion.policy.policy import Profile

    return Profile[word.upper()] if word else None


def paths_of(given: argparse.Namespace) -> list[Path]:
    """The paths to judge, each of which is there. Raises UsageError."""
    paths: list[Path] = given.paths or [Path()]
    for path in paths:
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(f"{path}: there is no such file or directory") from None
        except OSError:  # the run says of which file it is, and goes on with the others
            continue
    root = given.root
    if root is not None:
        if not root.is_dir():
            raise UsageError(f"--root {root}: expected a directory")
        for path in paths:
            if not _lies_in(path, root):
                raise UsageError(f"{path} lies outside --root {root}")
    return paths


def _lies_in(path: Path, root: Path) -> bool:
    limits = (os.path.abspath(root), os.path.realpath(root))
    return any(os.path.commonpath((os.path.abspath(path), limit)) == limit for limit in limits)


def configured(paths: Sequence[Path], given: argparse.Namespace) -> Configuration:
    """The configuration for a command line. Raises ConfigurationError."""
    from stanchion.configuration.settings import configure

    return configure(paths, given.config, given.no_config, given.root)


def options_of(given: argparse.Namespace, configuration: Configuration) -> RunOptions:
    """The options of a run, out of the command line and the configuration. Raises UsageError."""
    from dataclasses import replace

    from stanchion.options import options_from

    var_files, variables = values_of(given.values)
    own = options_from(configuration, given.root)
    return replace(
        own,
        select=names(given.select) or own.select,
        ignore=(*own.ignore, *names(given.ignore)),
        families=names(given.family) or own.families,
        services=names(given.service) or own.services,
        profile=own.profile if given.profile is None else profile_of(given.profile),
        severity=own.severity if given.severity is None else severity_of(given.severity),
        var_files=var_files or own.var_files,
        variables=variables,
        workspaces=tuple(dict.fromkeys(given.workspace)) or _workspaces(given.tf_environment, configuration),
        parameter_files=(*own.parameter_files, *given.parameters),
        use_environment=given.tf_environment,
        exclude=(*own.exclude, *given.exclude),
        plugins=(*own.plugins, *given.plugin),
        policy_files=(*own.policy_files, *given.policies),
        skip_others=given.skip_others,
    )


def values_of(given: Sequence[tuple[str, str]]) -> tuple[tuple[tuple[Layer, ...], ...], dict[str, str]]:
    """The environments that variable files make, each with the single values given in front of it and behind it; and
    the single values alone where there is no file. Raises UsageError."""
    if not given:
        return (), {}
    from stanchion.evaluation.terraform.modules.variables import Given

    variables: dict[str, str] = {}
    order: list[Given | tuple[Path, ...]] = []
    for option, text in given:
        if option == "--var-file":
            order.append(layers(text))
            continue
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"--var {text}: expected NAME=VALUE")
        variables[name] = value
        order.append(Given(name, value))
    environments: list[tuple[Layer, ...]] = []
    for number, files in enumerate(order):
        if not isinstance(files, Given):
            before = [each for each in order[:number] if isinstance(each, Given)]
            behind = [each for each in order[number:] if isinstance(each, Given)]
            environments.append((*before, *files, *behind))
    return tuple(environments), {} if environments else variables


def _workspaces(environment: bool, configuration: Configuration) -> tuple[str, ...]:
    """The workspaces to judge where the command line names none."""
    named = os.environ.get("TF_WORKSPACE") if environment else None
    return (named,) if named else configuration.workspaces


def loaded(options: RunOptions, configuration: Configuration, extra: Sequence[str] = ()) -> Registry:
    """All plugins, with the configuration's names held against their policies. Raises ConfigurationError."""
    from stanchion.plugins.registry import load

    registry = load((*options.plugins, *extra), files=options.policy_files)
    if not registry.problems:  # a name may be that of a plugin which could not be loaded: that is told instead
        configuration.check_names(registry.policies)
    return registry


def judged(
    paths: Sequence[Path],
    options: RunOptions,
    registry: Registry,
    tree: SourceTree,
    progress: Progress | None = None,
) -> Outcome:
    """What a run finds and what of it is accepted. Raises UsageError for a revision or a baseline that is none."""
    from stanchion.acceptance.baseline import BaselineError
    from stanchion.run import run
    from stanchion.syntax.git import RevisionError

    try:
        return run(paths, options, progress, tree, registry)
    except BaselineError as error:
        raise UsageError(str(error)) from None
    except RevisionError as error:
        raise UsageError(f"--since {options.since}: {error}") from None
