"""Conditions over what is not decided yet: formulas whose atoms are "this variable is that value".

A *variable* is anything a configuration leaves open: a CloudFormation parameter, a Terraform input variable
without a value, an attribute known only after apply. A closed variable lists all its values (AllowedValues).
What is known of variables is in `assignments`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias, cast

Scalar: TypeAlias = str | int | Decimal | bool | None


def key_of(value: Scalar) -> Hashable:
    """What stands for a scalar in a set, where true is not 1."""
    return (value,) if isinstance(value, bool) else value


def value_of(key: Hashable) -> Scalar:
    """The scalar that a key stands for."""
    return cast("Scalar", key[0] if isinstance(key, tuple) else key)


class Extent(NamedTuple):
    """What a variable may be: one of `keys`, or (`without`) anything but these."""

    without: bool
    keys: frozenset[Hashable]

    @property
    def empty(self) -> bool:
        """Whether there is nothing that it may be: what is neither true nor false was never asked to be a boolean."""
        return (True,) in self.keys and (False,) in self.keys if self.without else not self.keys

    def meet(self, other: Extent) -> Extent:
        """What is in both."""
        if self.without:
            if other.without:
                return Extent(True, self.keys | other.keys)
            return Extent(False, other.keys - self.keys)
        return Extent(False, self.keys - other.keys if other.without else self.keys & other.keys)

    def apart_from(self, other: Extent) -> bool:
        """Whether nothing is in both."""
        if self.without:
            return not other.without and other.keys <= self.keys
        return self.keys <= other.keys if other.without else self.keys.isdisjoint(other.keys)

    def join(self, other: Extent) -> Extent:
        """What is in one of them."""
        if self.without or other.without:
            return self.complement().meet(other.complement()).complement()
        return Extent(False, self.keys | other.keys)

    def complement(self) -> Extent:
        """Everything else."""
        return Extent(not self.without, self.keys)


ANYTHING = Extent(True, frozenset())


# Written out, since every start of the program pays for what `dataclass` would generate, and hashed once: the same
# conditions are looked up again and again.


class Undecided:
    """A variable: its name as a reader of the source would write it, and all its values when they are listed.

    Two variables are the same when their names are.
    """

    __slots__ = ("_extent", "_hash", "name", "values")

    def __init__(self, name: str, values: tuple[Scalar, ...] | None = None) -> None:
        self.name = name
        self.values = values
        self._hash = hash(name)
        self._extent: Extent | None = None

    @property
    def extent(self) -> Extent:
        """All that it may be."""
        if self._extent is None:
            listed = self.values
            self._extent = ANYTHING if listed is None else Extent(False, frozenset([key_of(v) for v in listed]))
        return self._extent

    def close(self, values: tuple[Scalar, ...]) -> None:
        """List all its values, now that they are known; nothing was told from them yet."""
        self.values = values
        self._extent = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecided) and other.name == self.name

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Undecided({self.name!r}, {self.values!r})"


class Is:
    """The variable has the value."""

    __slots__ = ("_hash", "value", "variable")
    size = 1

    def __init__(self, variable: Undecided, value: Scalar) -> None:
        self.variable = variable
        self.value = value
        self._hash = hash((variable, value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Is) and other.variable == self.variable and same(other.value, self.value)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Is({self.variable!r}, {self.value!r})"


class Not:
    """The opposite of a condition."""

    __slots__ = ("_hash", "condition", "size")

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.size = 1 + size_of(condition)
        self._hash = hash(("not", condition))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Not) and other._hash == self._hash and other.condition == self.condition

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Not({self.condition!r})"


class All:
    """Every one of two or more conditions."""

    __slots__ = ("_hash", "conditions", "size")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
        self.size = 1 + sum(map(size_of, conditions))
        self._hash = hash(("all", conditions))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, All) and other._hash == self._hash and other.conditions == self.conditions

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"All({self.conditions!r})"


class AnyOf:
    """At least one of two or more conditions."""

    __slots__ = ("_hash", "conditions", "size")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
        self.size = 1 + sum(map(size_of, conditions))
        self._hash = hash(("any", conditions))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyOf) and other._hash == self._hash and other.conditions == self.conditions

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"AnyOf({self.conditions!r})"


Condition: TypeAlias = bool | Is | Not | All | AnyOf


def negate(condition: Condition) -> Condition:
    """The condition that holds exactly when this one does not."""
    if isinstance(condition, bool):
        return not condition
    if isinstance(condition, Not):
        return condition.condition
    return Not(condition)


def all_of(*conditions: Condition) -> Condition:
    """Holds when all hold; constants and repetitions are folded."""
    kept: dict[Condition, None] = {}
    for condition in conditions:
        if condition is True:
            continue
        if condition is False:
            return False
        for part in condition.conditions if isinstance(condition, All) else (condition,):
            if negate(part) in kept:
                return False
            kept[part] = None
    if not kept:
        return True
    return next(iter(kept)) if len(kept) == 1 else All(tuple(kept))


def any_of(*conditions: Condition) -> Condition:
    """Holds when at least one holds; constants and repetitions are folded."""
    kept: dict[Condition, None] = {}
    for condition in conditions:
        if condition is False:
            continue
        if condition is True:
            return True
        for part in condition.conditions if isinstance(condition, AnyOf) else (condition,):
            if negate(part) in kept:
                return True
            kept[part] = None
    if not kept:
        return False
    return next(iter(kept)) if len(kept) == 1 else AnyOf(tuple(kept))


def same(left: Scalar, right: Scalar) -> bool:
    """Scalar equality in which true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def atoms(condition: Condition) -> Iterator[Is]:
    """Every atom of a condition once, in order; parts that are found in many places are gone through once."""
    seen: set[Is] = set()
    gone: set[int] = set()
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Is):
            if part not in seen:
                seen.add(part)
                yield part
        elif isinstance(part, Not):
            waiting.append(part.condition)
        elif isinstance(part, All | AnyOf) and id(part) not in gone:
            gone.add(id(part))
            waiting.extend(reversed(part.conditions))


def size_of(condition: Condition) -> int:
    """How many atoms and connectives a condition has, each counted as often as it occurs."""
    return 0 if isinstance(condition, bool) else condition.size


def scalar_text(value: Scalar) -> str:
    """A scalar as both languages write it: `"dev"`, `true`, `443`, `null`."""
    if value is None or isinstance(value, bool | str):
        import json  # only what is reported as conditional needs it

        return json.dumps(value, ensure_ascii=False)
    return str(value)
