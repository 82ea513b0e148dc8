"""Where files come from: the disk, confined to a root, with an editor's unsaved texts laid over it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

#: Larger files are not configuration that people write.
MAX_BYTES = 10 * 1024 * 1024


class RefusedError(Exception):
    """A file that is not read, and why, as the end of a sentence that begins with its path."""


class Files(Protocol):
    """A tree of files. Paths are absolute; nothing outside `root` is ever read."""

    @property
    def root(self) -> Path: ...

    def read(self, path: Path) -> bytes:
        """The bytes of a file. Raises RefusedError."""
        ...

    def is_file(self, path: Path) -> bool:
        """Whether there is a file to read at a path inside the root."""
        ...

    def listing(self, directory: Path) -> list[tuple[str, bool]]:
        """The names in a directory, sorted, each with whether it is a directory. Raises RefusedError."""
        ...


class DiskFiles:
    """The files below a directory of this machine.

    A symbolic link is followed only where it stays inside the root; devices, pipes and sockets are never opened.
    """

    __slots__ = ("_base", "_real", "root")

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = os.path.abspath(root)
        self._real = os.path.realpath(root)

    def read(self, path: Path) -> bytes:
        """The bytes of a file. Raises RefusedError."""
        real = self._resolved(path)
        try:
            status = os.stat(real)
            if stat.S_ISDIR(status.st_mode):
                raise RefusedError("is a directory, not a file")
            if not stat.S_ISREG(status.st_mode):
                raise RefusedError("is no regular file; it was not opened")
            if status.st_size > MAX_BYTES:
                raise RefusedError(f"is larger than {MAX_BYTES // 2**20} MB; it was not read")
            with open(real, "rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise RefusedError(f"could not be read: {_reason(error)}") from error

    def is_file(self, path: Path) -> bool:
        """Whether there is a regular file at a path inside the root."""
        try:
            return os.path.isfile(self._resolved(path))
        except RefusedError:
            return False

    def listing(self, directory: Path) -> list[tuple[str, bool]]:
        """The names in a directory, sorted, each with whether it is a directory. Raises RefusedError."""
        real = self._resolved(directory)
        try:
            with os.scandir(real) as entries:
                return sorted((entry.name, self._is_directory(entry)) for entry in entries)
        except OSError as error:
            raise RefusedError(f"could not be listed: {_reason(error)}") from error

    def _is_directory(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:  # a link that leads to itself
            return False

    def _resolved(self, path: Path) -> str:
        text = os.path.abspath(path)
        if not _within(text, self._base) and not _within(text, self._real):
            raise RefusedError(f"lies outside {self._base}; it was not read")
        try:
            real = os.path.realpath(text, strict=True)
        except OSError as error:
            raise RefusedError(f"could not be read: {_reason(error)}") from error
        if not _within(real, self._real):
            raise RefusedError(f"leads outside {self._base}; it was not read")
        return real


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
