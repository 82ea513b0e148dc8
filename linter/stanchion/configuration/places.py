"""Where a TOML document says what: Python's reader keeps no positions."""

from __future__ import annotations

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[A-Za-z0-9_-]+|[ \t\r]+|.',
    re.DOTALL,
)


def offset_of(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Start and end of the key or item at a path, of the nearest one above it when it is not written, else (0, 0).

    `text` is a document that Python's reader accepts; a path has keys, and indices from 0 for arrays and `[[tables]]`.
    """
    try:
        places = _Walk(text).places
    except RecursionError:  # nested as deep as the reader itself can go
        return 0, 0
    for length in range(len(path), 0, -1):
        found = places.get(tuple(path[:length]))
        if found is not None:
            return found
    return 0, 0


class _Walk:
    """One pass over a document's tokens, noting where every key and every array item begins."""

    def __init__(self, text: str) -> None:
        found = (match for match in _TOKEN.finditer(text) if match.group()[0] not in " \t\r#")
        self._tokens = [(match.group(), match.start(), match.end()) for match in found]
        self._at = 0
        self.places: dict[Path, tuple[int, int]] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        while self._at < len(self._tokens):
            word = self._peek()
            if word == "\n":
                self._at += 1
            elif word == "[":
                table = self._header()
            else:
                self._pair(table)

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _header(self) -> Path:
        start = self._tokens[self._at][1]
        opened = 0
        while self._peek() == "[":
            opened += 1
            self._at += 1
        path: Path = ()
        keys = self._keys()
        for number, (key, _, _) in enumerate(keys):
            path = (*path, key)
            last = number == len(keys) - 1
            if last and opened == 2:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        while self._peek() == "]":
            self._at += 1
        place = (start, self._tokens[self._at - 1][2])
        self.places.setdefault(path, place)
        if path and isinstance(path[-1], int):
            self.places.setdefault(path[:-1], place)
        return path

    def _keys(self) -> list[tuple[str, int, int]]:
        keys = []
        while self._at < len(self._tokens):
            word, start, end = self._tokens[self._at]
            if word not in (".", "\n") and word in "[]{}=,":
                break
            if word not in (".", "\n"):
                keys.append((word.strip("\"'"), start, end))
            elif word == "\n":
                break
            self._at += 1
        return keys

    def _pair(self, table: Path) -> None:
        path = table
        keys = self._keys()
        for key, start, end in keys:
            path = (*path, key)
            self.places.setdefault(path, (start, end))
        if self._peek() == "=":
            self._at += 1
            self._value(path)
        elif not keys:
            self._at += 1

    def _value(self, path: Path) -> None:
        opener = self._peek()
        if opener not in ("[", "{"):
            while self._peek() not in ("", "\n", ",", "]", "}"):
                self._at += 1
            return
        self._at += 1
        index = 0
        while (word := self._peek()) not in ("", "]", "}"):
            if word in ("\n", ","):
                self._at += 1
            elif opener == "{":
                self._pair(path)
            else:
                self.places[(*path, index)] = self._tokens[self._at][1:]
                self._value((*path, index))
                index += 1
        self._at += 1
