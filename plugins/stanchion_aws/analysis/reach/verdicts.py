"""Answers of three kinds: the internet gets there, it does not, or nobody can tell from what is written here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stanchion.worlds.fault import Step


class Verdict(NamedTuple):
    """Whether the internet gets there: True, False, or None where that hangs on something that is not known.

    `reason` says what keeps it out or what is not known, with the resource as its subject; "" for a yes. `path` are the
    steps on the way in, from the internet on, for a yes.
    """

    answer: bool | None
    reason: str = ""
    path: tuple[Step, ...] = ()


OPEN = Verdict(True)


def unknown(reason: str) -> Verdict:
    """Nobody can tell, because of something."""
    return Verdict(None, reason)


def closed(reason: str) -> Verdict:
    """The internet does not get there, because of something."""
    return Verdict(False, reason)


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """What holds where all must be open: the first that is closed decides, then the first that is not known."""
    path: list[Step] = []
    doubtful: Verdict | None = None
    for verdict in verdicts:
        if verdict.answer is False:
            return verdict
        if verdict.answer is None:
            doubtful = doubtful or verdict
        path.extend(verdict.path)
    return doubtful or Verdict(True, "", tuple(path))


def some(verdicts: Iterable[Verdict]) -> Verdict | None:
    """What holds where one that is open is enough; None where there are none at all."""
    doubtful: Verdict | None = None
    shut: Verdict | None = None
    for verdict in verdicts:
        if verdict.answer:
            return verdict
        if verdict.answer is None:
            doubtful = doubtful or verdict
        else:
            shut = shut or verdict
    return doubtful or shut
