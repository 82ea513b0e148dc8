"""Decided values: what a policy reads. Each knows its place, and asks its world when something is open.

Reading is forgiving where both languages are: `"true"` equals True, `"443"` equals 443, a missing property reads as
what AWS does when it is left out, or as absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from stanchion.evaluation.conditions import Undecided
from stanchion.evaluation.values import (
    NULL,
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Scalar,
    Unknown,
    Value,
)
from stanchion.graph.resource import Resource
from stanchion.syntax.source import Located, written_at
from stanchion.worlds.world import NeedsValueError, World

Settled: TypeAlias = Known | ListValue | MapValue | Unknown


class Decided:
    """One value in one world. Truth, equality and iteration decide whatever is open.

    `place` is where a finding about it belongs: inside the resource it was read from, even when the value itself
    was written elsewhere (`origin`). `path` is the property path from the resource ("SecurityGroupIngress[0].CidrIp").
    """

    __hash__ = None  # type: ignore[assignment]  # equality may decide something, so it cannot be hashed
    __slots__ = ("_default", "_inside", "_value", "defaulted", "origin", "path", "place", "resource", "world")

    def __init__(
        self,
        value: Value | None,
        world: World,
        resource: Resource,
        place: Located,
        path: str,
        default: Value | None = None,
        inside: Located | None = None,
    ) -> None:
        self._inside = inside
        settled = settle(value, world)
        self.defaulted = False
        self._default = default
        if settled is NULL and default is not None:
            settled = settle(default, world)
            self.defaulted = True
        self._value = settled
        self.world = world
        self.resource = resource
        self.path = path
        self.origin = written_at(settled.origin) if settled.origin is not None else None
        self.place = place

    # What it is

    @property
    def absent(self) -> bool:
        """Whether it is left out or null, and AWS has no default for it. An unknown may be: that is a guess."""
        value = self._value
        if isinstance(value, Known):
            return value.value is None
        if isinstance(value, Unknown) and not value.references and not value.parts:
            return self._assume(value, None)
        return False

    @property
    def present(self) -> bool:
        """The opposite of `absent`."""
        return not self.absent

    @property
    def unknown(self) -> bool:
        """Whether nobody knows it; asks nothing of the world."""
        return isinstance(self._value, Unknown)

    @property
    def reason(self) -> str | None:
        """Why it is unknown, or None."""
        return self._value.reason if isinstance(self._value, Unknown) else None

    @property
    def raw(self) -> Settled:
        """The value under the decision: Known, ListValue, MapValue or Unknown."""
        return self._value

    @property
    def is_list(self) -> bool:
        """Whether it is a list, set or tuple."""
        return isinstance(self._value, ListValue)

    @property
    def is_map(self) -> bool:
        """Whether it is a map or object."""
        return isinstance(self._value, MapValue)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The declarations that were mentioned on the way to the value."""
        return self._value.references

    @property
    def sensitive(self) -> bool:
        """Whether the language marks the value as a secret."""
        return self._value.sensitive

    @property
    def elsewhere(self) -> Located | None:
        """Where its value was written, where that is outside of the resource: the default of a parameter, a local."""
        origin = self.origin
        if origin is None or self.unknown or self.defaulted or stands_in(origin, self.resource):
            return None
        return origin

    @property
    def owners(self) -> tuple[str, ...]:
        """The addresses of the blocks that it is written in: the resource itself, or a satellite of it."""
        owners = self.resource.owners_at(self.place)
        if len(owners) > 1 and self._inside is not None:
            owners = self.resource.owners_at(self._inside)
        return owners

    # What it says

    @property
    def text(self) -> str:
        """A scalar as text ("true", "443"); "" when absent or no scalar. Raises NeedsValueError when unknown."""
        value = self._value
        if isinstance(value, Known):
            if value.value is None:
                return ""
            return str(value.value).lower() if isinstance(value.value, bool) else str(value.value)
        if isinstance(value, Unknown):
            raise NeedsValueError(value.reason, self.place)
        return ""

    @property
    def number(self) -> int | Decimal | None:
        """A number, also one written as text; None when absent or no number. Raises NeedsValueError when unknown."""
        value = self._value
        if isinstance(value, Unknown):
            raise NeedsValueError(value.reason, self.place)
        return as_number(value.value) if isinstance(value, Known) else None

    @property
    def pieces(self) -> tuple[str | None, ...]:
        """A string as its known pieces in order, None for each unknown one: `("arn:aws:s3:::", None, "/*")`."""
        value = self._value
        if isinstance(value, Known):
            return (self.text,)
        if isinstance(value, Unknown) and value.parts is not None:
            found: list[str | None] = []
            for part in value.parts:
                found.extend(Decided(part, self.world, self.resource, self.place, self.path).pieces)
            return tuple(found)
        return (None,)

    def __bool__(self) -> bool:
        value = self._value
        if isinstance(value, Known):
            return value.value not in (None, False, "", "false", "False", 0)
        if isinstance(value, ListValue):
            return any(settle(item, self.world) is not NULL for item in value.items)
        if isinstance(value, MapValue):
            return bool(value.entries) or value.rest is not None
        return self._assume(value, True)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Decided):
            other = other.raw.value if isinstance(other.raw, Known) else other.raw
        if other is not None and not isinstance(other, str | int | Decimal | bool):
            return self._value is other
        value = self._value
        if isinstance(value, Known):
            return equal(value.value, other)
        if isinstance(value, Unknown):
            if value.parts is not None and not _could_be(self.pieces, other):
                return False
            return self._assume(value, other)
        return False

    def __iter__(self) -> Iterator[Decided]:
        """The elements; a scalar or map counts as a list of one, as CloudFormation reads it."""
        value = self._value
        if isinstance(value, ListValue):
            for index, item in enumerate(value.items):
                element = self._child(item, index, None)
                if element.raw is not NULL and not (isinstance(element.raw, Known) and element.raw.value is None):
                    yield element
        elif isinstance(value, Unknown):
            if value.references or self._assume(_about(value, "length"), True):
                yield self._child(_about(value, "*"), 0, None)
        elif not (isinstance(value, Known) and value.value is None):
            yield self

    def element(self, index: int) -> Decided:
        """One element of a list, absent where there is none."""
        items = self._value.items if isinstance(self._value, ListValue) else ()
        return self._child(items[index] if index < len(items) else None, index, None)

    def __getitem__(self, key: str) -> Decided:
        """The entry of a map; absent when there is none; an unknown's entries are unknown."""
        value = self._value
        default = self._default
        inner_default = default.entries.get(key) if isinstance(default, MapValue) else None
        if isinstance(value, MapValue):
            entry = value.entries.get(key)
            if entry is None and value.rest is not None:
                entry = _about(value.rest, key)
            return self._child(entry, key, (value.places or {}).get(key), inner_default)
        if isinstance(value, Unknown):
            return self._child(_about(value, key), key, None)
        return self._child(None, key, None, inner_default)

    def get(self, *path: str) -> Decided:
        """The entry at the end of a path of keys."""
        here = self
        for key in path:
            here = here[key]
        return here

    def items(self) -> Iterator[tuple[str, Decided]]:
        """The entries of a map that are not absent, in source order; none for anything else."""
        if isinstance(self._value, MapValue):
            for key in self._value.entries:
                child = self[key]
                if not (isinstance(child.raw, Known) and child.raw.value is None):
                    yield key, child

    def __len__(self) -> int:
        """How many elements or entries it has in this world."""
        if isinstance(self._value, MapValue):
            return sum(1 for _ in self.items())
        return sum(1 for _ in self)

    def plain(self) -> object:
        """All of it as Python scalars, lists and dicts. Raises NeedsValueError where something is unknown."""
        value = self._value
        if isinstance(value, Known):
            return value.value
        if isinstance(value, ListValue):
            return [element.plain() for element in self]
        if isinstance(value, MapValue):
            return {key: child.plain() for key, child in self.items()}
        raise NeedsValueError(value.reason, self.place)

    def _assume(self, value: Unknown, other: Scalar) -> bool:
        return self.world.assume(value, other, f"{self.resource.address}.{self.path}")

    def _child(
        self, value: Value | None, key: str | int, written: Located | None, default: Value | None = None
    ) -> Decided:
        path = f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}"
        settled = settle(value, self.world)
        place = self.place
        for candidate in (written, settled.origin):
            if candidate is not None and stands_in(candidate, self.resource):
                place = candidate
                break
        inside = place if self._inside is None and isinstance(key, int) else self._inside
        return Decided(settled, self.world, self.resource, place, path, default, inside)

    def __repr__(self) -> str:
        return f"Decided({self.path}: {self._value!r})"


def settle(value: Value | None, world: World) -> Settled:
    """The value that a choice has in a world; an unknown whose variable the world has decided becomes known."""
    if value is None:
        return NULL
    while isinstance(value, Choice):
        value = value.arms[world.pick(value)][1]
    if isinstance(value, Unknown) and value.variable is not None:
        fixed = world.value(value.variable)
        if fixed is not None:
            return Known(fixed[0], value.origin, value.references, value.sensitive)
    if isinstance(value, Known) and value.value is None:
        return NULL
    return value


def stands_in(place: Located, resource: Resource) -> bool:
    """Whether something was written inside one of the blocks that make up a resource."""
    return bool(resource.parts_at(place))


def as_number(value: Scalar) -> int | Decimal | None:
    """A scalar as a number where it is one or spells one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | Decimal):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def equal(left: Scalar, right: Scalar) -> bool:
    """Equality as the providers see it: booleans and numbers may be spelt as text."""
    if isinstance(left, bool) or isinstance(right, bool):
        return _spelt(left) == _spelt(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if left is None or right is None:
        return left is right
    return as_number(left) == as_number(right)


def _spelt(value: Scalar) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.lower() if isinstance(value, str) else None


def _about(unknown: Unknown, key: str) -> Unknown:
    """The unknown that stands for a part of an unknown."""
    variable = None
    if unknown.variable is not None:
        variable = Undecided(f"{unknown.variable.name}[*]" if key == "*" else f"{unknown.variable.name}.{key}")
    return Unknown(unknown.reason, unknown.origin, unknown.references, unknown.sensitive, variable)


def _could_be(pieces: tuple[str | None, ...], other: Scalar) -> bool:
    """Whether a partly known string could be the given text: its known ends must match."""
    if not isinstance(other, str):
        return False
    head, tail = pieces[0], pieces[-1]
    if head is not None and not other.startswith(head):
        return False
    return tail is None or len(pieces) == 1 or other.endswith(tail)
