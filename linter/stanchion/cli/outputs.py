"""Files that a command writes because its command line names them: reports, a baseline, a new policy."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

#: Where the directory does not let a file be replaced, or the file is mounted by itself, it is written in place.
_IN_PLACE = ("EACCES", "EPERM", "EBUSY", "EROFS")


class UnwrittenError(Exception):
    """A file that was not written, and why, as the end of a sentence that begins with its path."""


def put(path: Path, text: str, new: bool = False) -> None:
    """Write a text into a file, whole or not at all; only where there is none yet, when `new`.

    Names may come from a stranger's repository, and links in it do: a file in the working directory, and every name
    that is relative, stays inside of it. Elsewhere is written only to what an absolute path names. Raises
    UnwrittenError.
    """
    target = _confined(path)
    data = text.encode("utf-8", "backslashreplace")
    try:
        found = _status(path)
        if found is not None and new:
            raise UnwrittenError("is there already; nothing was written")
        if found is not None and not stat.S_ISREG(found.st_mode):
            _into_device(path, target, found, data)
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _replace(target, found, data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        raise UnwrittenError(f"could not be written: {reason}") from error


def _confined(path: Path) -> str:
    """Where a path leads, links followed. Raises UnwrittenError."""
    try:
        here = os.path.realpath(os.curdir)
        named, target = os.path.abspath(path), os.path.realpath(path)
    except (OSError, ValueError) as error:
        raise UnwrittenError("could not be written: no file can have this name") from error
    inside = not path.is_absolute() or any(_within(named, each) for each in (os.path.abspath(os.curdir), here))
    if inside and not _within(target, here):
        raise UnwrittenError(f"leads out of the working directory, to {target}; name that path itself to write there")
    return target


def _within(path: str, directory: str) -> bool:
    return path.startswith(directory.rstrip(os.sep) + os.sep)


def _status(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _into_device(path: Path, target: str, found: os.stat_result, data: bytes) -> None:
    """Write to a pipe, a terminal or the like, which an absolute path must name: one in the tree would hold us up."""
    if stat.S_ISDIR(found.st_mode):
        raise UnwrittenError("is a directory")
    if _within(target, os.path.realpath(os.curdir)):
        raise UnwrittenError("is no regular file; it was not opened")
    with open(path, "wb", buffering=0) as file:
        file.write(data)


def _replace(target: str, found: os.stat_result | None, data: bytes) -> None:
    """Put a whole new file in the place of an old one, or of none."""
    if found is not None and found.st_nlink > 1:
        _overwrite(target, data)
        return
    name = ""
    try:
        handle, name = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)[:200]}.")
        with open(handle, "wb") as file:
            file.write(data)
            os.chmod(name, found.st_mode & 0o7777 if found is not None else 0o666 & ~_umask())
        os.replace(name, target)
    except OSError as error:
        if name:
            with contextlib.suppress(OSError):
                os.unlink(name)
        import errno

        if found is None or errno.errorcode.get(error.errno or 0) not in _IN_PLACE:
            raise
        _overwrite(target, data)


def _overwrite(target: str, data: bytes) -> None:
    with open(os.open(target, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)), "wb") as file:
        file.write(data)


def _umask() -> int:
    """What this process takes off the rights of new files; it can be asked only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
