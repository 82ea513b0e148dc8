"""The files below a directory of the tree, for `fileset`."""

from __future__ import annotations

from pathlib import Path

from stanchion.syntax.files import RefusedError
from stanchion.syntax.reading import SourceTree

#: How many files one listing may give.
MAX_FILES = 10_000


def files_below(tree: SourceTree, directory: Path) -> list[str] | None:
    """The paths of all files below a directory, relative to it and with forward slashes; None when it is refused."""
    found: list[str] = []
    pending = [(directory, "")]
    while pending and len(found) < MAX_FILES:
        here, prefix = pending.pop()
        try:
            entries = tree.listing(here)
        except RefusedError:
            if here == directory:
                return None
            continue
        for name, is_directory in entries:
            if not is_directory:
                found.append(prefix + name)
            elif not (here / name).is_symlink():
                pending.append((here / name, f"{prefix}{name}/"))
    return sorted(found)
