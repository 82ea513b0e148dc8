"""The files of an old revision, read through git without touching the work tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stanchion.syntax.files import MAX_BYTES, RefusedError
from stanchion.syntax.git import RevisionError, ask

SHALLOW = "the clone is shallow and its history ends before that; fetch all of it (actions/checkout: fetch-depth: 0)"
_SUBMODULE = b"160000"
_LINK = b"120000"
#: How deep submodules may lie in submodules.
_MAX_DEPTH = 5
#: How many files that cannot be read are named.
_NAMED = 3


class _Blob(NamedTuple):
    """A file of a commit: its object, its size (None where the object is not in the repository), and where it is."""

    name: str
    size: int | None
    repository: Path
    submodule: bool


class GitFiles:
    """The tree of a commit as files. Links in it are not followed: where they lead is not part of the commit.

    Submodules are read by the commits that the tree records. `missing` are the files that were asked for and that the
    repository knows by name only, as it is in a partial clone: nothing is fetched.
    """

    __slots__ = ("_blobs", "_directories", "_top", "missing", "root")

    def __init__(self, root: Path, revision: str) -> None:
        """The state from which the work tree departed on its way from a revision: where the histories part.

        Raises RevisionError.
        """
        self.root = root
        self.missing: list[str] = []
        shown = ask(root, "rev-parse", "--show-toplevel")
        self._top = Path(shown.decode("utf-8", "surrogateescape").rstrip("\n"))
        self._blobs: dict[str, _Blob] = {}
        self._directories: dict[str, dict[str, bool]] = {"": {}}
        if revision == "HEAD" and not ask(root, "rev-list", "-n", "1", "--all").strip():
            return  # a repository without a first commit: everything is new
        self._list(root, departure(root, revision), "", 0)

    def _list(self, repository: Path, commit: str, below: str, depth: int) -> None:
        """Take in the files of a commit, under a path of the tree."""
        other = depth > 0
        for line in ask(repository, "ls-tree", "-r", "-z", "--long", "--full-tree", commit, other=other).split(b"\0"):
            described, _, name = line.partition(b"\t")
            if not name:
                continue
            mode, _kind, thing, size = described.split()
            path = below + name.decode("utf-8", "surrogateescape")
            if mode == _SUBMODULE:
                self._submodule(path, thing.decode(), depth + 1)
            elif mode != _LINK:
                self._add(path, _Blob(thing.decode(), int(size) if size.isdigit() else None, repository, other))

    def _submodule(self, path: str, commit: str, depth: int) -> None:
        """Take in a submodule where it is checked out and has to do with the root."""
        directory = self._top / path
        if depth > _MAX_DEPTH or not os.path.lexists(directory / ".git") or directory.is_symlink():
            return
        if not (directory.is_relative_to(self.root) or self.root.is_relative_to(directory)):
            return
        try:
            self._list(directory, commit, f"{path}/", depth)
        except RevisionError as error:
            raise RevisionError(
                f"submodule {path}: its recorded commit {commit[:12]} cannot be read ({error}); "
                "git submodule update --init fetches it"
            ) from None

    def _add(self, path: str, blob: _Blob) -> None:
        self._blobs[path] = blob
        parts = path.split("/")
        for depth in range(len(parts)):
            inside = self._directories.setdefault("/".join(parts[:depth]), {})
            inside[parts[depth]] = depth < len(parts) - 1

    def _name(self, path: Path) -> str:
        text = os.path.normpath(path)
        for top in (str(self._top), os.path.realpath(self._top)):
            if text == top:
                return ""
            if text.startswith(top + os.sep):
                return text[len(top) + 1 :].replace(os.sep, "/")
        raise RefusedError(f"lies outside {self._top}; it was not read")

    def read(self, path: Path) -> bytes:
        """The bytes of a file. Raises RefusedError."""
        name = self._name(path)
        found = self._blobs.get(name)
        if found is None:
            raise RefusedError("could not be read: no such file or directory")
        if found.size is not None and found.size > MAX_BYTES:
            raise RefusedError(f"is larger than {MAX_BYTES // 2**20} MB; it was not read")
        try:
            if found.size is not None:
                return ask(found.repository, "cat-file", "blob", found.name, other=found.submodule)
        except RevisionError:
            pass  # named by the tree, and not there: told below
        self.missing.append(name)
        raise RefusedError("could not be read: its object is not in the repository")

    def is_file(self, path: Path) -> bool:
        """Whether the commit has a file at a path."""
        try:
            return self._name(path) in self._blobs
        except RefusedError:
            return False

    def listing(self, directory: Path) -> list[tuple[str, bool]]:
        """The names in a directory of the commit, sorted, each with whether it is a directory. Raises RefusedError."""
        found = self._directories.get(self._name(directory))
        if found is None:
            raise RefusedError("could not be listed: no such file or directory")
        return sorted(found.items())

    def named(self, path: Path) -> bool:
        """Whether the commit has a file or a directory at a path."""
        try:
            name = self._name(path)
        except RefusedError:
            return False
        return name in self._blobs or name in self._directories

    def require_all(self) -> None:
        """Raises RevisionError where a file that was asked for is known by name only."""
        if not self.missing:
            return
        missing = list(dict.fromkeys(self.missing))
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise RevisionError(
            f"the content of {', '.join(missing[:_NAMED])}{more} is not in this clone (a partial clone, or a broken "
            "repository), and nothing is fetched here; clone without --filter"
        )

    def files(self) -> Iterator[tuple[Path, str]]:
        """Every file with the name of its object, which is made of its content."""
        for name, blob in self._blobs.items():
            yield self._top / name, blob.name


def departure(root: Path, revision: str) -> str:
    """The commit where the history of the work tree parted from a revision's: their merge base.

    What others brought to that revision since then is not what the change takes away. Histories that have nothing in
    common are compared with the revision itself. Raises RevisionError.
    """
    try:
        commit = _commit(root, revision)
    except RevisionError as error:
        raise RevisionError(f"{error}; {SHALLOW}" if _is_shallow(root) else str(error)) from None
    try:
        head = _commit(root, "HEAD")
    except RevisionError:  # a branch without a commit
        return commit
    if head == commit:
        return commit
    try:
        return ask(root, "merge-base", head, commit).decode().split("\n")[0]
    except RevisionError as error:
        if _is_shallow(root):
            raise RevisionError(f"the commit where the change began is not here: {SHALLOW}") from None
        if str(error) == "git merge-base failed":  # it says nothing where there is none
            return commit
        raise


def _commit(root: Path, revision: str) -> str:
    return ask(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()


def _is_shallow(root: Path) -> bool:
    return ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
