"""Fixtures of policies: inputs that say in comments, on the very lines, what a policy must find in them.

A directory named for a policy holds `bad*` and `good*`: files, or directories of several files, each judged alone as
one unit. `# expect: ACME001` on a line means that a finding of ACME001 starts there; `# expect: ACME001 conditional`
or `possible` says with which certainty. JSON has no comments: beside `bad.json` a file `bad.json.expect` has lines such
as `12: ACME001`. A good one expects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stanchion.judging.finding import DEFINITE

#: What the comments of a case may be written in.
ENDINGS = (".tf", ".tf.json", ".tofu", ".yaml", ".yml", ".json", ".template")
#: What stands beside a case in JSON.
BESIDE = ".expect"
_COMMENT = re.compile(r"(?:#|//)\s*expect:\s*(?P<all>[^\r\n]+)")
_BESIDE = re.compile(r"^\s*(?P<line>\d+)\s*:\s*(?P<all>.+)$")
_ONE = re.compile(r"^(?P<id>[\w/-]+)(?:\s+(?P<certainty>definite|conditional|possible))?$")


class Expected(NamedTuple):
    """A finding at a line of a file, by its path in the case, with its certainty."""

    path: str
    line: int
    policy: str
    certainty: str


class Case(NamedTuple):
    """A fixture of one policy."""

    policy: str
    path: Path

    @property
    def bad(self) -> bool:
        """Whether it is meant to have findings."""
        return self.path.name.startswith("bad")

    def files(self) -> list[Path]:
        """The files that are judged."""
        found = sorted(each for each in self.path.rglob("*") if each.is_file()) if self.path.is_dir() else [self.path]
        return [each for each in found if not each.name.endswith(BESIDE)]

    def name(self, path: Path) -> str:
        """A file's path in the case."""
        return path.relative_to(self.path).as_posix() if self.path.is_dir() else path.name

    def expected(self) -> tuple[set[Expected], list[str]]:
        """What the comments say of this policy, and what in them cannot be read (file, line and text)."""
        found: set[Expected] = set()
        wrong: list[str] = []
        for path in self.files():
            for line, item in _items(path):
                one = _ONE.match(item)
                if one is None:
                    wrong.append(f"{path}:{line}: expected an id, and perhaps a certainty, not {item!r}")
                elif one.group("id") == self.policy:
                    found.add(Expected(self.name(path), line, self.policy, one.group("certainty") or DEFINITE))
        return found, wrong


def cases_in(root: Path, policies: frozenset[str]) -> Iterator[Case]:
    """The fixtures below a directory, of the policies of these ids, in the order of their paths."""
    for directory in sorted({root, *(each for each in root.rglob("*") if each.is_dir())}):
        if directory.name in policies:
            for path in sorted(directory.iterdir()):
                if path.name.startswith(("bad", "good")) and (path.is_dir() or path.name.endswith(ENDINGS)):
                    yield Case(directory.name, path)


def _items(path: Path) -> Iterator[tuple[int, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is not None:
            yield from ((number, item.strip()) for item in comment.group("all").split(","))
    beside = path.with_name(path.name + BESIDE)
    for line in beside.read_text(encoding="utf-8").splitlines() if beside.is_file() else ():
        found = _BESIDE.match(line)
        if found is not None:
            yield from ((int(found.group("line")), item.strip()) for item in found.group("all").split(","))
