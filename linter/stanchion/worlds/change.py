"""How a fault is mended, as data in canonical words: what a policy may say beside the fault itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from stanchion.evaluation.conditions import Scalar

#: A structure under canonical names.
Data: TypeAlias = Scalar | Sequence["Data"] | Mapping[str, "Data"]


class Set(NamedTuple):
    """A property gets a value. `path` is as in findings: "Logging.Enabled", "EventSelectors[0].ReadWriteType"."""

    path: str
    value: Scalar


class Remove(NamedTuple):
    """A property, or an element of a list property ("SecurityGroupIngress[1]"), is taken out.

    `secret` keeps what is taken out from being shown in a diff.
    """

    path: str
    secret: bool = False


class Append(NamedTuple):
    """A list property of the resource gets one more element; it is made where it is missing."""

    path: str
    item: Mapping[str, Data]


class Beside(NamedTuple):
    """A resource of its own is written beside this one, in Terraform: of a canonical type, with properties, and with
    one, `pointer`, that refers to this resource. A template has no names to spare: there nothing is written.
    """

    type: str
    properties: Mapping[str, Scalar]
    pointer: str


Change: TypeAlias = Set | Remove | Append | Beside


class Fix(NamedTuple):
    """The one obvious mending of a fault: changes to the resource at an address.

    `effect` says what else it changes in how things behave ("who reads it must be allowed to decrypt it"); a fix
    without one is safe, unless the resource has to be replaced for it.
    """

    resource: str
    changes: tuple[Change, ...]
    effect: str = ""
