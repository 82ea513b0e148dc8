"""Whether conditions can hold, and how a variable is split by what they ask of it.

All worlds that a few variables make are looked at in one pass: a condition is a number with one bit for each of them.
Values that no condition tells apart are one world together, so that what a variable may be costs nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import All, AnyOf, Condition, Extent, Is, Not, Undecided, all_of, atoms, key_of

#: How many worlds one table holds at the most, and how many bits all steps on the way to it may have.
MAX_TABLE = 1 << 16
MAX_TABLE_BITS = 1 << 24
#: How many atoms `satisfiable` looks at where there are too many worlds for a table; fewer for larger formulas, so
#: that a hostile template costs no more for being large.
MAX_LOOKS = 200_000


class _Axis(NamedTuple):
    """One variable of a table: what it may be, told apart, and the bits of the worlds in which it is the first."""

    variable: Undecided
    classes: list[Extent]
    stride: int
    first: int

    def cofactor(self, bits: int, number: int) -> int:
        """What a condition comes to where the variable is the class of that number."""
        return bits >> (number * self.stride) & self.first


class Table(NamedTuple):
    """Conditions under facts, each with the bits of the worlds in which it holds, and the bits of all worlds."""

    axes: dict[Undecided, _Axis]
    bits: list[int]
    every: int


def table_of(conditions: Sequence[Condition], facts: Assignment) -> Table | None:
    """The table of some conditions; None where it would be too large."""
    named: dict[Undecided, dict[object, Extent]] = {}
    variables: dict[Undecided, Undecided] = {}
    size = 0
    for condition in conditions:
        for atom in atoms(condition):
            size += 1
            key = key_of(atom.value)
            named.setdefault(atom.variable, {}).setdefault(key, Extent(False, frozenset((key,))))
            if atom.variable.values is not None:
                variables[atom.variable] = atom.variable
    worlds = 1
    apart: dict[Undecided, list[Extent]] = {}
    for variable, keys in named.items():
        apart[variable] = classes_of(facts.extent(variables.get(variable, variable)), keys.values())
        worlds *= len(apart[variable])
        if worlds > MAX_TABLE or worlds * size > MAX_TABLE_BITS:
            return None
    every = (1 << worlds) - 1
    axes: dict[Undecided, _Axis] = {}
    stride = 1
    for variable, classes in apart.items():
        period = stride * len(classes)
        axes[variable] = _Axis(variable, classes, stride, every // ((1 << period) - 1) * ((1 << stride) - 1))
        stride = period
    known: dict[Condition, int] = {}
    return Table(axes, [_bits(condition, axes, every, known) for condition in conditions], every)


def classes_of(extent: Extent, named: Iterable[Extent]) -> list[Extent]:
    """An extent split into each of the values that are named, and all others together."""
    keys = extent.keys
    found = [one for one in named if not extent.apart_from(one)]
    taken = [key for one in found for key in one.keys]
    others = Extent(True, keys.union(taken)) if extent.without else Extent(False, keys.difference(taken))
    return found if others.empty and found else [*found, others]


def _bits(condition: Condition, axes: dict[Undecided, _Axis], every: int, known: dict[Condition, int]) -> int:
    if isinstance(condition, bool):
        return every if condition else 0
    found = known.get(condition)
    if found is not None:
        return found
    if isinstance(condition, Is):
        axis = axes[condition.variable]
        key = key_of(condition.value)
        found = 0
        for number, extent in enumerate(axis.classes):
            if not extent.without and key in extent.keys:
                found |= axis.first << number * axis.stride
    elif isinstance(condition, Not):
        found = every ^ _bits(condition.condition, axes, every, known)
    elif isinstance(condition, All):
        found = every
        for part in condition.conditions:
            found &= _bits(part, axes, every, known)
    else:
        found = 0
        for part in condition.conditions:
            found |= _bits(part, axes, every, known)
    known[condition] = found
    return found


class Ways(NamedTuple):
    """A variable and what it may be, split by what is asked of it; one way alone where nothing asked hangs on it."""

    variable: Undecided
    extents: list[Extent]


def ways(facts: Assignment, conditions: Sequence[Condition], atom: Is) -> Ways:
    """The first variable that conditions hang on, split where some of them come to something else.

    `atom` is one that the facts leave open. The first way of its variable is that it holds.
    """
    table = table_of(conditions, facts)
    if table is None:
        return Ways(atom.variable, classes_of(facts.extent(atom.variable), _named(conditions, atom)))
    axes = [table.axes[atom.variable], *(axis for axis in table.axes.values() if axis.variable != atom.variable)]
    for axis in axes:
        found: dict[tuple[int, ...], Extent] = {}
        for number, extent in enumerate(axis.classes):
            left = tuple([axis.cofactor(bits, number) for bits in table.bits])
            before = found.get(left)
            found[left] = extent if before is None else before.join(extent)
        if len(found) > 1:
            return Ways(axis.variable, _holding_first(list(found.values()), atom, axis.variable))
    return Ways(atom.variable, [facts.extent(atom.variable)])


def _holding_first(extents: list[Extent], atom: Is, variable: Undecided) -> list[Extent]:
    if variable != atom.variable:
        return extents
    only = Extent(False, frozenset((key_of(atom.value),)))
    return sorted(extents, key=lambda extent: extent.apart_from(only))


def _named(conditions: Sequence[Condition], first: Is) -> Iterator[Extent]:
    keys = [key_of(first.value)]
    for condition in conditions:
        keys += [key_of(atom.value) for atom in atoms(condition) if atom.variable == first.variable]
    return (Extent(False, frozenset((key,))) for key in dict.fromkeys(keys))


def satisfiable(condition: Condition, given: Assignment | None = None) -> bool:
    """Whether some completion of the given facts makes the condition hold.

    Where the search is given up (MAX_LOOKS) the answer is True: nothing was shown to be impossible.
    """
    start = given if given is not None else Assignment()
    if isinstance(condition, AnyOf) and len(condition.conditions) > 8:
        return any(satisfiable(part, start) for part in condition.conditions)
    known = with_forced(condition, start)
    if known is None:
        return False
    found = known.settle(condition)
    if isinstance(found, bool):
        return found
    table = table_of((condition,), known)
    return table.bits[0] != 0 if table is not None else _searched(condition, known, found)


def _searched(condition: Condition, facts: Assignment, first: Is) -> bool:
    """DPLL over the atoms of a condition."""
    size = 1 + sum(1 for _ in atoms(condition))
    waiting = [(facts, first)]
    for _ in range(2 + MAX_LOOKS // size**2):
        if not waiting:
            return False
        before, atom = waiting.pop()
        for truth in (False, True):
            extended = before.assume(atom, truth)
            found = extended.settle(condition) if extended is not None else False
            if found is True:
                return True
            if extended is not None and isinstance(found, Is):
                waiting.append((extended, found))
    return bool(waiting)


def with_forced(condition: Condition, facts: Assignment) -> Assignment | None:
    """The facts and what follows at once from a condition being true; None where they contradict each other."""
    excluded: dict[Undecided, list[Is]] = {}
    found: Assignment | None = facts
    for atom, truth in _forced(condition, True):
        if truth:
            found = found.assume(atom, True) if found is not None else None
        else:
            excluded.setdefault(atom.variable, []).append(atom)
    for variable, ruled_out in excluded.items():
        others = Extent(True, frozenset([key_of(atom.value) for atom in ruled_out]))
        found = found.restrict(variable, others) if found is not None else None
    return found


def _forced(condition: Condition, truth: bool) -> Iterator[tuple[Is, bool]]:
    """The atoms whose truth follows at once from a condition being true or false."""
    waiting = [(condition, truth)]
    gone: set[tuple[int, bool]] = set()
    while waiting:
        part, wanted = waiting.pop()
        if isinstance(part, Is):
            yield part, wanted
        elif isinstance(part, Not):
            waiting.append((part.condition, not wanted))
        elif isinstance(part, All if wanted else AnyOf) and (id(part), wanted) not in gone:
            gone.add((id(part), wanted))
            waiting.extend((each, wanted) for each in reversed(part.conditions))


class Constraints:
    """What holds in every world. Of those that share no variable, directly or by others, each is asked by itself."""

    __slots__ = ("_about", "possible")

    def __init__(self, conditions: Iterable[Condition] = ()) -> None:
        parts: list[tuple[set[Undecided], list[Condition]]] = []
        for condition in conditions:
            variables = {atom.variable for atom in atoms(condition)}
            apart = [part for part in parts if part[0].isdisjoint(variables)]
            together = [condition]
            for names, others in parts:
                if not names.isdisjoint(variables):
                    variables |= names
                    together = [*others, *together]
            parts = [*apart, (variables, together)]
        self._about: dict[Undecided, Condition] = {}
        self.possible = True
        for names, together in parts:
            both = all_of(*together)
            self.possible = self.possible and satisfiable(both)
            self._about.update(dict.fromkeys(names, both))

    def allow(self, facts: Assignment, variable: Undecided) -> bool:
        """Whether facts that agreed with them still do, now that they say something new of a variable."""
        about = self._about.get(variable)
        return about is None or satisfiable(about, facts)

    def __contains__(self, variable: Undecided) -> bool:
        return variable in self._about


NONE = Constraints()
