"""Judging whole folders when they are first seen: one unit after another, whenever nobody waits for anything else."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Protocol

from lsprotocol import types

from stanchion.discovery.units import Unit
from stanchion.lsp.workspace import Folder, name_of


class Teller(Protocol):
    """Whoever tells the client of the progress."""

    def tell_progress(self, token: str, said: object) -> None:
        """Say how far it is: the beginning, a report, or the end, as the protocol defines them."""


class Indexing:
    """The units of new folders that are still to be judged."""

    def __init__(self, teller: Teller) -> None:
        self._teller = teller
        self._folders: deque[Folder] = deque()
        self._units: deque[Unit] = deque()
        self._total = 0
        self._numbers = count(1)
        self._token = ""

    @property
    def waiting(self) -> bool:
        """Whether something is left to do."""
        return bool(self._folders)

    def add(self, folder: Folder) -> None:
        """Have a folder judged."""
        self._folders.append(folder)

    def remove(self, folder: Folder) -> None:
        """Forget a folder that the client has closed."""
        if self._folders and self._folders[0] is folder:
            self._finish()
        elif folder in self._folders:
            self._folders.remove(folder)

    def next(self) -> tuple[Folder, Unit] | None:
        """The next unit to judge; the first call for a folder only looks for its units, and gives None."""
        folder = self._folders[0]
        if not self._token:
            self._begin(folder)
            return None
        if not self._units:
            self._finish()
            return None
        unit = self._units.popleft()
        done = self._total - len(self._units)
        said = types.WorkDoneProgressReport(
            message=f"{folder.tree.shown(name_of(unit))} ({done} of {self._total})",
            percentage=100 * done // self._total,
        )
        self._teller.tell_progress(self._token, said)
        return folder, unit

    def _begin(self, folder: Folder) -> None:
        self._token = f"stanchion/indexing/{next(self._numbers)}"
        self._units.extend(folder.every())
        self._total = len(self._units)
        title = f"Stanchion: judging {folder.root.name}"
        self._teller.tell_progress(self._token, types.WorkDoneProgressBegin(title=title, percentage=0))

    def _finish(self) -> None:
        if self._token:
            self._teller.tell_progress(self._token, types.WorkDoneProgressEnd())
        self._token = ""
        self._units.clear()
        self._folders.popleft()
