"""The files of an old revision, read through git without touching the work tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from stanchion.syntax.files import MAX_BYTES, RefusedError

#: Nothing that the repository's own configuration could make git run.
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_SECONDS = 60


class RevisionError(ValueError):
    """A revision that git does not know, or a directory that is no repository."""


class GitFiles:
    """The tree of a commit as files. Links in it are not followed: where they lead is not part of the commit."""

    __slots__ = ("_blobs", "_directories", "_top", "root")

    def __init__(self, root: Path, revision: str) -> None:
        """Raises RevisionError."""
        self.root = root
        self._top = Path(_git(root, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n"))
        if revision == "HEAD" and not _git(root, "rev-list", "-n", "1", "--all").strip():
            commit = ""  # a repository without a first commit: everything is new
        else:
            commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        self._blobs: dict[str, tuple[str, int]] = {}
        self._directories: dict[str, dict[str, bool]] = {"": {}}
        listed = _git(root, "ls-tree", "-r", "-z", "--long", "--full-tree", commit) if commit else b""
        for line in listed.split(b"\0"):
            if line:
                self._add(line)

    def _add(self, line: bytes) -> None:
        described, _, name = line.partition(b"\t")
        mode, kind, blob, size = described.split()
        if kind != b"blob" or mode == b"120000":
            return
        path = name.decode("utf-8", "surrogateescape")
        self._blobs[path] = (blob.decode(), int(size))
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
        found = self._blobs.get(self._name(path))
        if found is None:
            raise RefusedError("could not be read: no such file or directory")
        blob, size = found
        if size > MAX_BYTES:
            raise RefusedError(f"is larger than {MAX_BYTES // 2**20} MB; it was not read")
        return _git(self.root, "cat-file", "blob", blob)

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


def _git(directory: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git itself, asked for by the user, with what could make it run more switched off
            [*_GIT, "-C", str(directory), *arguments], capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RevisionError(f"git could not be asked: {error}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RevisionError(said[-1] if said else f"git {arguments[0]} failed")
    return done.stdout
