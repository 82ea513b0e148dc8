"""The value domain: what evaluation yields and everything after it reads.

A value is *known*, *unknown* (with the reason), or hangs on a *choice*. Lists and maps hold values, so that one
unknown element leaves its siblings known. Every value keeps where it was written (`origin`) and which resources
the evaluator met on the way to it (`references`).

Plain slotted dataclasses compared by identity, and not frozen: a run makes hundreds of thousands of them.
Nothing changes a value once it is made; make a new one with `replace`-like functions below.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import All, AnyOf, Condition, Is, Not, Undecided, all_of, any_of, key_of, negate
from stanchion.evaluation.deciding import satisfiable, with_forced
from stanchion.syntax.source import Located

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.types.types import Type

Scalar: TypeAlias = str | int | Decimal | bool | None

#: How many arms a choice may have before it is given up as unknown: as many as one variable may have values, and
#: fewer where several choices are combined.
MAX_ARMS = 1_024
MAX_COMBINATIONS = 128
TOO_MANY = f"it hangs on more than {MAX_COMBINATIONS} combinations"


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


class Split(NamedTuple):
    """A choice that hangs on one variable alone: which arm it is for each value that is named, and for all others."""

    variable: Undecided
    arm_of: dict[Hashable, int]
    otherwise: int


@dataclass(slots=True, eq=False)
class Choice:
    """A value decided by conditions: `arms` are pairs of guard and value; guards exclude each other, one holds."""

    arms: tuple[tuple[Condition, Value], ...]
    origin: Located | None = None
    _split: Split | bool | None = field(default=None, init=False, repr=False)

    @property
    def references(self) -> tuple[Reference, ...]:
        return joined(value.references for _, value in self.arms)

    @property
    def sensitive(self) -> bool:
        return any(value.sensitive for _, value in self.arms)

    @property
    def split(self) -> Split | None:
        """How the values of its one variable fall to the arms; None when it hangs on several."""
        if self._split is None:
            self._split = _split([guard for guard, _ in self.arms]) or False
        return self._split if isinstance(self._split, Split) else None


def _split(guards: list[Condition]) -> Split | None:
    """How the values of one variable fall to guards of which each names some, but the last may be for all others."""
    variable: Undecided | None = None
    arm_of: dict[Hashable, int] = {}
    for index, guard in enumerate(guards):
        named: tuple[Condition, ...] = guard.conditions if isinstance(guard, AnyOf) else (guard,)
        for atom in named:
            if not isinstance(atom, Is) or (variable is not None and atom.variable != variable):
                last = index == len(guards) - 1 and variable is not None and _is_all_others(guard, variable, arm_of)
                return Split(variable, arm_of, index) if variable is not None and last else None
            variable = atom.variable
            arm_of.setdefault(key_of(atom.value), index)
    if variable is None or variable.values is None or not variable.extent.keys <= arm_of.keys():
        return None
    return Split(variable, arm_of, len(guards) - 1)


def _is_all_others(guard: Condition, variable: Undecided, named: Mapping[Hashable, int]) -> bool:
    """Whether a condition is that a variable has none of some values."""
    parts = guard.conditions if isinstance(guard, All) else (guard,)
    keys: set[Hashable] = set()
    for part in parts:
        if not isinstance(part, Not) or not isinstance(part.condition, Is) or part.condition.variable != variable:
            return False
        if isinstance(part.condition.value, bool) and variable.values is None:
            return False
        keys.add(key_of(part.condition.value))
    return keys == named.keys()


Value: TypeAlias = Known | ListValue | MapValue | Unknown | Choice

NULL = Known(None)


def joined(references: Iterable[tuple[Reference, ...]]) -> tuple[Reference, ...]:
    """The references of several values, each once, in order."""
    found: tuple[Reference, ...] = ()
    for group in references:
        if group:
            found = group if not found else tuple(dict.fromkeys(found + group))
    return found


def most_arms(values: Iterable[Value]) -> int:
    """How many combinations of some values are told apart: as many as the longest choice has arms, and some more."""
    longest = max((len(value.arms) for value in values if isinstance(value, Choice)), default=0)
    return min(MAX_ARMS, longest + MAX_COMBINATIONS)


def arms_under(guard: Condition, value: Value) -> Iterator[tuple[Condition, Value]]:
    """The arms of a value that are possible under a condition, each guarded by both."""
    if not isinstance(value, Choice):
        yield guard, value
        return
    if guard is not True and value.split is not None:
        facts = with_forced(guard, Assignment())
        fixed = facts.value(value.split.variable) if facts is not None else None
        if fixed is not None:
            index = value.split.arm_of.get(key_of(fixed[0]), value.split.otherwise)
            yield all_of(guard, value.arms[index][0]), value.arms[index][1]
            return
    for arm_guard, arm in value.arms:
        both = all_of(guard, arm_guard)
        if both is True or (both is not False and satisfiable(both)):
            yield both, arm


def combinations(values: Sequence[Value]) -> list[tuple[Condition, list[Value]]] | None:
    """Every possible combination of the arms of those values that are choices, or None for too many."""
    rows: list[tuple[Condition, list[Value]]] = [(True, [])]
    most = most_arms(values)
    for value in values:
        if not isinstance(value, Choice):
            for _, row in rows:
                row.append(value)
            continue
        grown: list[tuple[Condition, list[Value]]] = []
        for guard, row in rows:
            grown.extend((both, [*row, arm]) for both, arm in arms_under(guard, value))
            if len(grown) > most:
                return None
        rows = grown
    return rows


def choose(arms: Iterable[tuple[Condition, Value]], origin: Located | None = None) -> Value:
    """A choice over arms: nested choices are flattened, arms that cannot hold dropped, equal known arms joined.

    One arm left is that arm's value itself; more than MAX_ARMS become unknown.
    """
    given = list(arms)
    most = min(MAX_ARMS, max(len(given), most_arms(value for _, value in given)) + 1)
    flat: dict[Hashable, tuple[Condition, Value]] = {}
    for outer, value in given:
        if outer is False or (outer is not True and not satisfiable(outer)):
            continue
        for guard, inner in arms_under(outer, value):
            same = _likeness(inner)
            seen = flat.get(same)
            flat[same] = (guard, inner) if seen is None else (any_of(seen[0], guard), seen[1])
        if len(flat) > most:
            break
    if len(flat) == 1:
        return next(iter(flat.values()))[1]
    if not flat:
        return Unknown("no combination of the conditions is possible", origin)
    if len(flat) > most:
        return too_many((value for _, value in flat.values()), origin)
    return Choice(tuple(flat.values()), origin)


def too_many(values: Iterable[Value], origin: Located | None) -> Unknown:
    """The unknown that stands for more combinations than are worth telling apart."""
    return Unknown(TOO_MANY, origin, joined(value.references for value in values))


def _likeness(value: Value) -> Hashable:
    """What equal scalars have in common; any other value is like itself alone."""
    if isinstance(value, Known):
        return (key_of(value.value), value.references, value.sensitive)
    return id(value)


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
