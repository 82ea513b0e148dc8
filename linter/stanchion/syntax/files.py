"""Where files come from: the disk, confined to a root, with an editor's unsaved texts laid over it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

#: Larger files are not configuration that people write.
MAX_BYTES = 10 * 1024 * 1024
#: Larger files are not what a person writes about a run: configuration, parameters, policies.
MAX_SETTINGS = 1024 * 1024
#: Where a shell puts the pipes of process substitution.
_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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
        return read_bytes(self._resolved(path))

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
        except (OSError, ValueError) as error:
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
        except (OSError, ValueError) as error:  # a name may have a NUL in it
            raise RefusedError(f"could not be read: {_reason(error)}") from error
        if not _within(real, self._real):
            raise RefusedError(f"leads outside {self._base}; it was not read")
        return real


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root if root.endswith(os.sep) else root + os.sep)


def read_bytes(path: str | os.PathLike[str], limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file within a limit: whatever is read on a name's word is read here. Raises RefusedError.

    Devices and pipes are never opened: one would wait for ever, another never end. The exception is a pipe that the
    shell hands to the program by the number of its descriptor, which no linted tree can name.
    """
    piped = os.fspath(path).startswith(_DESCRIPTORS)
    try:
        _check(os.stat(path), limit, piped)
        with open(os.open(path, os.O_RDONLY | (0 if piped else _WITHOUT_WAITING)), "rb") as file:
            _check(os.fstat(file.fileno()), limit, piped)  # it may be another one by now
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise RefusedError(f"could not be read: {_reason(error)}") from error
    if len(data) > limit:
        raise RefusedError(_too_large(limit))
    return data


def _check(status: os.stat_result, limit: int, piped: bool) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise RefusedError("is a directory, not a file")
    if not stat.S_ISREG(status.st_mode) and not (piped and stat.S_ISFIFO(status.st_mode)):
        raise RefusedError("is no regular file; it was not opened")
    if status.st_size > limit:
        raise RefusedError(_too_large(limit))


def _too_large(limit: int) -> str:
    return f"is larger than {limit // 2**20} MB; it was not read"


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return "no file can have this name"
