"""The value domain: what evaluation yields and everything after it reads.

A value is *known*, *unknown* (with the reason), or hangs on a *choice*. Lists and maps hold values, so that one
unknown element leaves its siblings known. Every value keeps where it was written (`origin`) and which resources
the evaluator met on the way to it (`references`).

Plain slotted dataclasses compared by identity, and not frozen: a run makes hundreds of thousands of them.
Nothing changes a value once it is made; make a new one with `replace`-like functions below.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from stanchion.evaluation.conditions import (
    Condition,
    Is,
    Undecided,
    all_of,
    any_of,
    negate,
    satisfiable,
)
from stanchion.syntax.source import Located

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.types.types import Type

Scalar: TypeAlias = str | int | Decimal | bool | None

#: How many arms a choice may have before it is given up as unknown.
MAX_ARMS = 64


class Reference(NamedTuple):
    """A mention of another declaration: its address as the source language writes it, and the attribute asked for.

    CloudFormation: `Reference("WebGroup", "GroupId")` for a GetAtt, attribute "Ref" for a Ref.
    Terraform: `Reference("module.net.aws_vpc.this[0]", "id")`; attribute "" for the whole resource.
    """

    address: str
    attribute: str


@dataclass(slots=True, eq=False)
class Known:
    """A scalar that is decided. Whole numbers are `int`, others `Decimal`; None is null and AWS::NoValue.

    `document` is the structure that a text spells, where the configuration made the text of one (`jsonencode`).
    `static` is the type of a null, where it has one.
    """

    value: Scalar
    origin: Located | None = None
    references: tuple[Reference, ...] = ()
    sensitive: bool = False
    document: Value | None = None
    static: Type | None = None


@dataclass(slots=True, eq=False)
class ListValue:
    """A list, set or tuple (`kind`).

    An element that may be absent (AWS::NoValue in a list, a conditional block) is a `Choice` with a Known(None) arm.
    `element` is the type of the elements of a list or set, where these do not tell it: there may be none.
    """

    items: tuple[Value, ...]
    origin: Located | None = None
    references: tuple[Reference, ...] = ()
    sensitive: bool = False
    kind: str = "tuple"
    element: Type | None = None


@dataclass(slots=True, eq=False)
class MapValue:
    """A map or object (`kind`).

    `places` says where each entry was written as a whole (`name = value`), where that is known.
    `rest` is set when other attributes exist whose values nobody knows (a resource seen from outside): asking for a
    key that is not in `entries` then gives an unknown derived from it, and not an error. `element` is as for lists.
    """

    entries: dict[str, Value]
    origin: Located | None = None
    references: tuple[Reference, ...] = ()
    sensitive: bool = False
    kind: str = "object"
    places: dict[str, Located] | None = None
    rest: Unknown | None = None
    element: Type | None = None


class Refinement(NamedTuple):
    """What is known of an unknown besides its type: not null, how its text begins, how many elements it has or, for a
    number, between which it lies.
    """

    present: bool = False
    prefix: str = ""
    least: int | None = None
    most: int | None = None


UNREFINED = Refinement()
PRESENT = Refinement(True)


@dataclass(slots=True, eq=False)
class Unknown:
    """A value nobody knows before apply, or that the evaluator cannot work out; `reason` says why, in plain words:
    "var.cidr has no default", "known only after apply", "data.aws_ami.this is read during plan".

    `variable` names it, so that equal unknowns are known to be equal and a world can decide it; `parts` holds the
    pieces of a partly known string in order; `type` is "string", "number", "bool", "list", "map" or None, and `static`
    the whole type where that is known. `document` is as for `Known`.
    """

    reason: str
    origin: Located | None = None
    references: tuple[Reference, ...] = ()
    sensitive: bool = False
    variable: Undecided | None = None
    parts: tuple[Value, ...] | None = None
    type: str | None = None
    document: Value | None = None
    static: Type | None = None
    refined: Refinement = UNREFINED


@dataclass(slots=True, eq=False)
class Choice:
    """A value decided by conditions: `arms` are pairs of guard and value; guards exclude each other, one holds."""

    arms: tuple[tuple[Condition, Value], ...]
    origin: Located | None = None

    @property
    def references(self) -> tuple[Reference, ...]:
        return joined(value.references for _, value in self.arms)

    @property
    def sensitive(self) -> bool:
        return any(value.sensitive for _, value in self.arms)


Value: TypeAlias = Known | ListValue | MapValue | Unknown | Choice

NULL = Known(None)


def joined(references: Iterable[tuple[Reference, ...]]) -> tuple[Reference, ...]:
    """The references of several values, each once, in order."""
    found: tuple[Reference, ...] = ()
    for group in references:
        if group:
            found = group if not found else tuple(dict.fromkeys(found + group))
    return found


def choose(arms: Iterable[tuple[Condition, Value]], origin: Located | None = None) -> Value:
    """A choice over arms: nested choices are flattened, arms that cannot hold dropped, equal known arms joined.

    One arm left is that arm's value itself; more than MAX_ARMS become unknown.
    """
    flat: list[tuple[Condition, Value]] = []
    for guard, value in arms:
        inner = value.arms if isinstance(value, Choice) else ((True, value),)
        for inner_guard, inner_value in inner:
            both = all_of(guard, inner_guard)
            if both is False or not (both is True or satisfiable(both)):
                continue
            for index, (seen_guard, seen) in enumerate(flat):
                if _same_scalar(seen, inner_value):
                    flat[index] = (any_of(seen_guard, both), seen)
                    break
            else:
                flat.append((both, inner_value))
        if len(flat) > MAX_ARMS:
            break
    if len(flat) == 1:
        return flat[0][1]
    if not flat:
        return Unknown("no combination of the conditions is possible", origin)
    if len(flat) > MAX_ARMS:
        return Unknown(f"it hangs on more than {MAX_ARMS} combinations", origin, joined(v.references for _, v in flat))
    return Choice(tuple(flat), origin)


def _same_scalar(left: Value, right: Value) -> bool:
    return (
        isinstance(left, Known)
        and isinstance(right, Known)
        and left.value == right.value
        and isinstance(left.value, bool) == isinstance(right.value, bool)
        and left.references == right.references
        and left.sensitive == right.sensitive
    )


def truth_of(condition: Condition, origin: Located | None = None) -> Value:
    """A condition as a boolean value."""
    if isinstance(condition, bool):
        return Known(condition, origin)
    return choose(((condition, Known(True, origin)), (negate(condition), Known(False, origin))), origin)


def condition_of(value: Value) -> Condition | None:
    """When a value is true, as a condition; None when that cannot be told (an unknown without a variable).

    "true" and "false" count as booleans, as both languages convert them.
    """
    if isinstance(value, Known):
        if isinstance(value.value, bool):
            return value.value
        if value.value in ("true", "false"):
            return value.value == "true"
        return None
    if isinstance(value, Unknown):
        return Is(value.variable, True) if value.variable is not None else None
    if isinstance(value, Choice):
        ways: list[Condition] = []
        for guard, arm in value.arms:
            truth = condition_of(arm)
            if truth is None:
                return None
            ways.append(all_of(guard, truth))
        return any_of(*ways)
    return None


def unknown_like(value: Value, reason: str | None = None) -> Unknown:
    """An unknown that came from a value: keeps its references, sensitivity and, unless given, its reason."""
    if reason is None:
        reason = value.reason if isinstance(value, Unknown) else "it hangs on a value that is not known"
    return Unknown(reason, value.origin, value.references, value.sensitive)


def is_null(value: Value) -> bool:
    """Whether a value is certainly null or absent."""
    return isinstance(value, Known) and value.value is None


def wholly_known(value: Value) -> bool:
    """Whether nothing in a value is unknown or undecided."""
    if isinstance(value, Known):
        return True
    if isinstance(value, ListValue):
        return all(wholly_known(item) for item in value.items)
    if isinstance(value, MapValue):
        return value.rest is None and all(wholly_known(item) for item in value.entries.values())
    return False


def plain(value: Value) -> object:
    """A wholly known value as Python scalars, lists and dicts.

    Raises ValueError where something in it is not known.
    """
    if isinstance(value, Known):
        return value.value
    if isinstance(value, ListValue):
        return [plain(item) for item in value.items]
    if isinstance(value, MapValue) and value.rest is None:
        return {key: plain(item) for key, item in value.entries.items()}
    raise ValueError("the value is not wholly known")
