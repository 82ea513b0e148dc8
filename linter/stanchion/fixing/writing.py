"""Mended texts on their way to the disk, or to a reader as a diff."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from stanchion.patching.diff import unified
from stanchion.syntax.reading import SourceTree, decoded
from stanchion.syntax.source import Problem


def diff(before: Mapping[Path, str], texts: Mapping[Path, str], tree: SourceTree, secrets: Sequence[str] = ()) -> str:
    """A unified diff of the changes, by the paths that reports show. Pieces of lines that hold `secrets` are masked."""
    parts: list[str] = []
    for path, text in sorted(texts.items()):
        shown = tree.shown(path)
        if os.path.isabs(shown):  # a patch names files inside the directory that it is applied in
            shown = os.path.relpath(path, tree.root).replace(os.sep, "/")
        old, new = before[path].splitlines(keepends=True), text.splitlines(keepends=True)
        lines = (_masked(each, secrets) for each in unified(old, new, f"a/{shown}", f"b/{shown}"))
        parts += [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(parts)


def _masked(line: str, secrets: Sequence[str]) -> str:
    """A line with what follows the name in a piece that holds a secret left out."""
    for secret in secrets:
        at = line.find(secret)
        if at >= 0:
            name = re.match(r"[\w.\"'-]*\s*[=:]?", secret)
            line = f"{line[:at]}{name.group() if name is not None else ''} …{line[at + len(secret) :]}"
    return line


def write_all(before: Mapping[Path, str], texts: Mapping[Path, str], tree: SourceTree) -> tuple[int, list[Problem]]:
    """Write texts in the place of those that were read: how many files, and what kept others from being written.

    A file that changed on disk meanwhile is left alone, and so is one that is not in the root.
    """
    written, problems = 0, []
    for path, text in sorted(texts.items()):
        reason = _write(path, before[path], text, tree)
        if reason:
            shown = tree.shown(path)
            problems.append(Problem("unreadable", f"{shown} {reason}; it was left as it is", None, shown))
        else:
            written += 1
    return written, problems


def _write(path: Path, before: str, text: str, tree: SourceTree) -> str:
    """Write one file whole or not at all; gives the reason when it is not written."""
    data = tree.read_bytes(path)
    if data is None:
        return "cannot be read any more"
    try:
        if decoded(data) != before:
            return "was changed by somebody else meanwhile"
    except UnicodeDecodeError:
        return "was changed by somebody else meanwhile"
    target = Path(os.path.realpath(path))
    name = ""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            name = file.name
            file.write(_encoded(text, data))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, os.stat(target).st_mode & 0o7777)
        os.replace(name, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(name)
        return f"could not be written: {error.strerror}"
    return ""


def _encoded(text: str, before: bytes) -> bytes:
    """A text in the encoding, and with the byte order mark, of what it replaces."""
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF8, "utf-8"),
    ):
        if before.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode("utf-8")
