"""Which directories are root modules: the ones that no other calls."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from stanchion.discovery.units import is_terraform, terraform_files
from stanchion.syntax.files import RefusedError
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem

#: How many directories are searched for callers of a module that a file was named in.
MAX_SEARCHED = 2_000
_LOCAL = ("./", "../", ".\\", "..\\")


@dataclass(slots=True)
class Roots:
    """Root directories with the names of their files."""

    directories: dict[Path, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def roots_of(directories: dict[Path, list[str]], named: set[Path], tree: SourceTree) -> Roots:
    """The roots among some directories of Terraform files.

    A directory that another one calls is judged through its callers. Where a file was named in it (`named`), the
    callers are searched for in the whole tree. Modules that only call each other give one root.
    """
    everything = dict(directories)
    if named:
        _add_possible_callers(everything, tree)
    calls = {directory: _calls(directory, names, tree) for directory, names in everything.items()}
    wanted = _reaching(set(directories), calls) if named else set(directories)
    called: set[Path] = set()
    for directory in wanted:
        called |= calls[directory] - {directory}
    roots = [directory for directory in everything if directory in wanted and directory not in called]
    reached = _reached(roots, calls)
    for directory in everything:
        if directory in wanted and directory not in reached:
            roots.append(directory)
            reached |= _reached([directory], calls)
    return Roots({directory: everything[directory] for directory in sorted(roots)})


def _calls(directory: Path, names: list[str], tree: SourceTree) -> set[Path]:
    """The directories that a module's blocks call by a local path."""
    from stanchion.syntax.hcl.nodes import Literal  # nothing that templates need

    found: set[Path] = set()
    unit = terraform_files(directory, names)
    for path in (*unit.files, *unit.overrides):
        body = tree.hcl(path).tree
        for block in body.of_type("module") if body is not None else ():
            attribute = block.body.attributes.get("source")
            source = attribute.value.value if attribute and isinstance(attribute.value, Literal) else None
            if isinstance(source, str) and (source in (".", "..") or source.startswith(_LOCAL)):
                found.add(Path(os.path.normpath(directory / source)))
    return found


def _reached(starts: list[Path], calls: dict[Path, set[Path]]) -> set[Path]:
    seen: set[Path] = set()
    pending = list(starts)
    while pending:
        directory = pending.pop()
        if directory not in seen:
            seen.add(directory)
            pending += calls.get(directory, ())
    return seen


def _reaching(targets: set[Path], calls: dict[Path, set[Path]]) -> set[Path]:
    """The targets and every directory that calls one of them, directly or through others."""
    callers: dict[Path, set[Path]] = {}
    for caller, callees in calls.items():
        for callee in callees:
            callers.setdefault(callee, set()).add(caller)
    return _reached(list(targets), callers)


def _add_possible_callers(directories: dict[Path, list[str]], tree: SourceTree) -> None:
    pending = [tree.root]
    searched = 0
    while pending and searched < MAX_SEARCHED:
        directory = pending.pop()
        searched += 1
        try:
            entries = tree.listing(directory)
        except RefusedError:
            continue
        names = [name for name, is_directory in entries if not is_directory]
        if any(is_terraform(name) for name in names):
            directories.setdefault(directory, names)
        pending += [
            directory / name
            for name, is_directory in entries
            if is_directory
            and not name.startswith(".")
            and name != "node_modules"
            and not os.path.islink(directory / name)
        ]
