"""Finding the units of a run: from paths that a person or a hook names, to what is judged as one whole."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stanchion.discovery.callers import roots_of
from stanchion.discovery.kinds import is_plan, is_template, may_hold
from stanchion.discovery.units import CdkAssembly, PlanFile, Template, Unit, is_terraform, terraform_files
from stanchion.syntax.files import RefusedError
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem, Source

#: Directories that hold what others wrote or what tools left there.
SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
#: How many directories one run looks into.
MAX_DIRECTORIES = 20_000


@dataclass(slots=True)
class Found:
    """The units in the order in which they are judged, and what could not be looked at."""

    units: list[Unit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Search:
    tree: SourceTree
    exclude: Sequence[str]
    skip_others: bool = False
    found: Found = field(default_factory=Found)
    terraform: dict[Path, list[str]] = field(default_factory=dict)
    others: list[Unit] = field(default_factory=list)
    named: set[Path] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)


def boundary(paths: Sequence[Path]) -> Path:
    """The directory outside of which nothing is read: the repository that holds the paths, else the current
    directory where it holds them, else what they have in common."""
    common = _common(paths)
    found = _repository(common)
    if found is not None:
        return Path(found)
    current = os.getcwd()
    if current != os.sep and (common + os.sep).startswith(current.rstrip(os.sep) + os.sep):
        return Path(current)
    return Path(common)


def tree_of(paths: Sequence[Path], root: Path | None = None, overlay: Mapping[Path, str] | None = None) -> SourceTree:
    """The files of a run over some paths, inside a root, or inside what holds the paths when none is given.

    Reported paths are those of the repository, wherever the program was started, so that fingerprints, baselines and
    annotations are the same in every directory; where there is no repository they are those of the current directory.
    """
    repository = _repository(os.path.abspath(root) if root is not None else _common(paths))
    base = Path(repository) if repository is not None else None
    return SourceTree(root if root is not None else boundary(paths), base, overlay)


def _common(paths: Sequence[Path]) -> str:
    """The directory that holds all paths."""
    common = os.path.commonpath([os.path.abspath(path) for path in paths] or [os.getcwd()])
    return common if os.path.isdir(common) else os.path.dirname(common)


def _repository(directory: str) -> str | None:
    """The repository that holds a directory."""
    here = directory
    while not os.path.exists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above
    return here


def find(paths: Iterable[Path], tree: SourceTree, exclude: Sequence[str] = (), skip_others: bool = False) -> Found:
    """The units that the paths mean.

    A directory is searched; a file means the unit that holds it: a Terraform file in a module means every root that
    calls the module. `exclude` are globs on reported paths; with `skip_others` a named file that is no configuration
    is passed over, as when a hook hands over whatever was changed.
    """
    search = _Search(tree, exclude, skip_others)
    for path in paths:
        absolute = Path(os.path.abspath(path))
        if os.path.isdir(absolute):
            before = len(search.terraform) + len(search.others) + len(search.found.problems)
            _directory(absolute, search)
            if len(search.terraform) + len(search.others) + len(search.found.problems) == before:
                message = f"no Terraform files and no CloudFormation template under {tree.shown(absolute)}"
                search.found.problems.append(Problem("empty", message, None, tree.shown(absolute)))
        else:
            _file(absolute, search)
    roots = roots_of(search.terraform, search.named, tree)
    search.found.problems += roots.problems
    search.found.units = [
        *(terraform_files(directory, names) for directory, names in roots.directories.items()),
        *sorted(dict.fromkeys(search.others), key=_order),
    ]
    return search.found


def _order(unit: Unit) -> str:
    return str(unit.path if isinstance(unit, Template | PlanFile) else unit.directory)


def _excluded(path: Path, search: _Search) -> bool:
    """Whether a glob matches a path as it is reported, or as it is named from the current directory."""
    names = {search.tree.shown(path), os.path.relpath(path).replace(os.sep, "/")}
    return any(
        fnmatch.fnmatch(name, pattern) or fnmatch.fnmatch(name, f"{pattern}/*")
        for pattern in search.exclude
        for name in names
    )


def _directory(start: Path, search: _Search) -> None:
    pending = [start]
    while pending:
        directory = pending.pop()
        real = os.path.realpath(directory)
        if real in search.seen:
            continue
        search.seen.add(real)
        if len(search.seen) > MAX_DIRECTORIES:
            shown = search.tree.shown(directory)
            message = f"more than {MAX_DIRECTORIES} directories; {shown} and what follows were not searched"
            search.found.problems.append(Problem("bound", message, None, shown))
            return
        try:
            entries = search.tree.listing(directory)
        except RefusedError as error:
            shown = search.tree.shown(directory)
            search.found.problems.append(Problem("unreadable", f"{shown} {error}", None, shown))
            continue
        pending += reversed(_look_into(directory, entries, search))


def _look_into(directory: Path, entries: list[tuple[str, bool]], search: _Search) -> list[Path]:
    """Take what a directory holds; the directories below it that are to be searched."""
    names = [name for name, is_directory in entries if not is_directory]
    if "manifest.json" in names and "cdk.out" in names:
        search.others.append(CdkAssembly(directory))
        return []
    if search.exclude:
        names = [name for name in names if not _excluded(directory / name, search)]
    if any(is_terraform(name) for name in names):
        search.terraform[directory] = names
    for name in names:
        if may_hold(name) and not is_terraform(name):
            _sniff(directory / name, search, named=False)
    return [
        directory / name
        for name, is_directory in entries
        if is_directory
        and not name.startswith(".")
        and name not in SKIPPED
        and not (search.exclude and _excluded(directory / name, search))
    ]


def _file(path: Path, search: _Search) -> None:
    name = path.name
    if is_terraform(name) or name.endswith((".tfvars", ".tfvars.json")):
        if not search.tree.exists(path):
            source = search.tree.source(path)
            if isinstance(source, Problem):
                search.found.problems.append(source)
            return
        directory = path.parent
        search.named.add(directory)
        if directory not in search.terraform:
            listing = search.tree.listing(directory)
            search.terraform[directory] = [name for name, is_directory in listing if not is_directory]
    else:
        _sniff(path, search, named=True)


def _sniff(path: Path, search: _Search, named: bool) -> None:
    source = search.tree.source(path)
    if not isinstance(source, Source):
        search.found.problems.append(source)
    elif is_template(source.text):
        search.others.append(Template(path))
    elif is_plan(source.text):
        search.others.append(PlanFile(path))
    elif named and not search.skip_others:
        message = f"{source.path} is neither Terraform nor a CloudFormation template; it was not judged"
        search.found.problems.append(Problem("unreadable", message, None, source.path))
