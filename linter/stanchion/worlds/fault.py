"""What a policy yields: a fault, where it sits, and the steps that lead to it."""

from __future__ import annotations

from typing import NamedTuple

from stanchion.syntax.source import Located
from stanchion.worlds.change import Fix
from stanchion.worlds.severity import Severity


class Step(NamedTuple):
    """One step of a trace: what is so, and where that is written."""

    message: str
    place: Located


class Fault(NamedTuple):
    """A fault that a policy saw in one world: the message, where it sits, and the resources it names, first the owner.

    `subject` says which fault of the resource it is (a property path), so that the same fault is the same in every
    world; `trace` leads to it. `doubt` is why it is only possible (a value nobody knows), or "" when it is certain.
    `fix` is its one obvious mending, where there is one. `severity` is its own where it weighs less here than
    what the policy is about weighs elsewhere; None: as the policy says.
    """

    message: str
    place: Located
    resources: tuple[str, ...]
    subject: str
    trace: tuple[Step, ...] = ()
    doubt: str = ""
    fix: Fix | None = None
    severity: Severity | None = None
