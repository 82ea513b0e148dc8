"""How a fault is mended, as data in canonical words: what a policy may say beside the fault itself."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from stanchion.evaluation.conditions import Scalar


class Set(NamedTuple):
    """A property gets a value. `path` is as in findings: "Logging.Enabled", "EventSelectors[0].ReadWriteType"."""

    path: str
    value: Scalar


class Remove(NamedTuple):
    """A property is taken out."""

    path: str


Change: TypeAlias = Set | Remove


class Fix(NamedTuple):
    """The one obvious mending of a fault: changes to the resource at an address.

    `effect` says what else it changes in how things behave ("who reads it must be allowed to decrypt it"); a fix
    without one is safe, unless the resource has to be replaced for it.
    """

    resource: str
    changes: tuple[Change, ...]
    effect: str = ""
