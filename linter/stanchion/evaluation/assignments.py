"""What is known of variables: an assignment holds for each the set of values that it may still have.

Every question is answered on sets: a parameter with hundreds of allowed values costs no more than one with two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stanchion.evaluation.conditions import (
    All,
    AnyOf,
    Condition,
    Extent,
    Is,
    Not,
    Scalar,
    Undecided,
    key_of,
    scalar_text,
    size_of,
    value_of,
)

#: A condition with more parts than this may hold the same part many times over; it is looked at once.
MAX_SIMPLE = 200


class Assignment(Mapping[Undecided, Extent]):
    """An immutable set of facts; `assume` and `restrict` give a larger one, or None on contradiction."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[Undecided, Extent] | None = None) -> None:
        self._facts: dict[Undecided, Extent] = dict(facts or {})

    def __getitem__(self, variable: Undecided) -> Extent:
        return self._facts[variable]

    def __iter__(self) -> Iterator[Undecided]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def extent(self, variable: Undecided) -> Extent:
        """What a variable may still be."""
        known = self._facts.get(variable)
        if known is None:
            return variable.extent
        return known if variable.values is None or not known.without else variable.extent.meet(known)

    def truth(self, atom: Is) -> bool | None:
        """Whether the atom holds, or None when these facts leave it open."""
        known = self._facts.get(atom.variable)
        if known is None and atom.variable.values is None:
            return None
        extent = self.extent(atom.variable)
        value = atom.value
        key = key_of(value)
        if extent.without:
            if key in extent.keys:
                return False
            # What was asked to be a boolean and is not the one is the other.
            return True if isinstance(value, bool) and (not value,) in extent.keys else None
        if key not in extent.keys:
            return False
        return True if len(extent.keys) == 1 else None

    def value(self, variable: Undecided) -> tuple[Scalar] | None:
        """The variable's value in a tuple of one when these facts leave exactly one, else None."""
        extent = self.extent(variable)
        if extent.without or len(extent.keys) != 1:
            return None
        return (value_of(next(iter(extent.keys))),)

    def assume(self, atom: Is, truth: bool) -> Assignment | None:
        """These facts and one more; None when that contradicts them."""
        known = self.truth(atom)
        if known is not None:
            return self if known is truth else None
        only = Extent(False, frozenset((key_of(atom.value),)))
        return self.restrict(atom.variable, only if truth else only.complement())

    def restrict(self, variable: Undecided, extent: Extent) -> Assignment | None:
        """These facts, and that a variable is within an extent; None when that leaves it nothing to be."""
        before = self.extent(variable)
        left = before.meet(extent)
        if left.empty:
            return None
        if left == before:
            return self
        facts = dict(self._facts)
        facts[variable] = left
        return Assignment(facts)

    def decide(self, condition: Condition) -> bool | None:
        """Whether a condition holds: True, False, or None when these facts leave some atom of it open.

        Strong Kleene: a disjunction with one true part is true whatever the others are.
        """
        found = self.settle(condition)
        return None if isinstance(found, Is) else found

    def settle(self, condition: Condition) -> bool | Is:
        """Whether a condition holds, or the first atom that leaves it open."""
        return self._settled(condition, {} if size_of(condition) > MAX_SIMPLE else None)

    def _settled(self, condition: Condition, known: dict[int, bool | Is] | None) -> bool | Is:
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, Is):
            truth = self.truth(condition)
            return condition if truth is None else truth
        if isinstance(condition, Not):
            inner = self._settled(condition.condition, known)
            return inner if isinstance(inner, Is) else not inner
        if known is None:
            return self._connected(condition, None)
        found = known.get(id(condition))
        if found is None:
            found = known[id(condition)] = self._connected(condition, known)
        return found

    def _connected(self, condition: All | AnyOf, known: dict[int, bool | Is] | None) -> bool | Is:
        decisive = isinstance(condition, AnyOf)
        first: Is | None = None
        for part in condition.conditions:
            found = self._settled(part, known)
            if found is decisive:
                return decisive
            if first is None and isinstance(found, Is):
                first = found
        return not decisive if first is None else first

    def open_atom(self, condition: Condition) -> Is | None:
        """The first atom of a condition that these facts leave open."""
        found = self.settle(condition)
        return found if isinstance(found, Is) else None

    def meets(self, other: Assignment) -> bool:
        """Whether some world agrees with both."""
        few, many = (self, other) if len(self._facts) <= len(other._facts) else (other, self)
        return not any(
            variable in many._facts and many._facts[variable].apart_from(extent)
            for variable, extent in few._facts.items()
        )


#: So many values of one variable are named in words.
MAX_NAMED = 4


def describe(facts: Mapping[Undecided, Extent] | list[tuple[Is, bool]]) -> str:
    """Facts, or a conjunction of decided atoms, in words: `Environment = "dev" and Create = true`."""
    if isinstance(facts, list):
        gathered: dict[Undecided, Extent] = {}
        for atom, truth in facts:
            only = Extent(False, frozenset((key_of(atom.value),)))
            before = gathered.get(atom.variable, atom.variable.extent)
            gathered[atom.variable] = before.meet(only if truth else only.complement())
        facts = gathered
    return " and ".join(_in_words(variable, extent) for variable, extent in facts.items())


def _in_words(variable: Undecided, extent: Extent) -> str:
    every = variable.extent
    if not every.without and not extent.without and len(every.keys - extent.keys) < len(extent.keys):
        extent = Extent(True, every.keys - extent.keys)
    values = _sorted(variable, extent)
    if extent.without:
        if len(values) == 1 and isinstance(values[0], bool):
            return f"{variable.name} = {scalar_text(not values[0])}"
        if len(values) > MAX_NAMED:
            return f"{variable.name} is none of {_listed(values, 'and')}"
        return " and ".join(f"{variable.name} != {scalar_text(value)}" for value in values)
    if len(values) == 1:
        return f"{variable.name} = {scalar_text(values[0])}"
    return f"{variable.name} is {_listed(values, 'or')}"


def _listed(values: list[Scalar], word: str) -> str:
    named = [scalar_text(value) for value in values]
    if len(named) > MAX_NAMED:
        named = [*named[: MAX_NAMED - 1], f"{len(named) - MAX_NAMED + 1} other values"]
    return f"{', '.join(named[:-1])} {word} {named[-1]}"


def _sorted(variable: Undecided, extent: Extent) -> list[Scalar]:
    """The values of an extent, in an order that is the same in every run."""
    listed = [value for value in variable.values or () if key_of(value) in extent.keys]
    if len(listed) == len(extent.keys):
        return listed
    return sorted((value_of(key) for key in extent.keys), key=lambda value: (str(type(value)), str(value)))
