"""Conditions over what is not decided yet: formulas whose atoms are "this variable is that value".

A *variable* is anything a configuration leaves open: a CloudFormation parameter, a Terraform input variable
without a value, an attribute known only after apply. A closed variable lists all its values (AllowedValues).
An *assignment* says for some variables which value they have, or which they do not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Scalar: TypeAlias = str | int | Decimal | bool | None


@dataclass(slots=True, frozen=True)
class Undecided:
    """A variable: its name as a reader of the source would write it, and all its values when they are listed.

    Two variables are the same when their names are.
    """

    name: str
    values: tuple[Scalar, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecided) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(slots=True, frozen=True)
class Is:
    """The variable has the value."""

    variable: Undecided
    value: Scalar


@dataclass(slots=True, frozen=True)
class Not:
    """The opposite of a condition."""

    condition: Condition


@dataclass(slots=True, frozen=True)
class All:
    """Every one of two or more conditions."""

    conditions: tuple[Condition, ...]


@dataclass(slots=True, frozen=True)
class AnyOf:
    """At least one of two or more conditions."""

    conditions: tuple[Condition, ...]


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
    kept: list[Condition] = []
    for condition in conditions:
        if condition is True:
            continue
        if condition is False:
            return False
        for part in condition.conditions if isinstance(condition, All) else (condition,):
            if negate(part) in kept:
                return False
            if part not in kept:
                kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def any_of(*conditions: Condition) -> Condition:
    """Holds when at least one holds; constants and repetitions are folded."""
    kept: list[Condition] = []
    for condition in conditions:
        if condition is False:
            continue
        if condition is True:
            return True
        for part in condition.conditions if isinstance(condition, AnyOf) else (condition,):
            if negate(part) in kept:
                return True
            if part not in kept:
                kept.append(part)
    if not kept:
        return False
    return kept[0] if len(kept) == 1 else AnyOf(tuple(kept))


def same(left: Scalar, right: Scalar) -> bool:
    """Scalar equality in which true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


@dataclass(slots=True, frozen=True)
class Fact:
    """What an assignment says of one variable: it is `value` (when `fixed`), or it is none of `excluded`."""

    fixed: bool
    value: Scalar
    excluded: tuple[Scalar, ...]


class Assignment(Mapping[Undecided, Fact]):
    """An immutable set of facts; `assume` gives a larger one, or None on contradiction."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[Undecided, Fact] | None = None) -> None:
        self._facts: dict[Undecided, Fact] = dict(facts or {})

    def __getitem__(self, variable: Undecided) -> Fact:
        return self._facts[variable]

    def __iter__(self) -> Iterator[Undecided]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def truth(self, atom: Is) -> bool | None:
        """Whether the atom holds, or None when these facts leave it open."""
        variable, value = atom.variable, atom.value
        fact = self._facts.get(variable)
        if fact is not None:
            if fact.fixed:
                return same(fact.value, value)
            if any(same(value, other) for other in fact.excluded):
                return False
            if isinstance(value, bool) and variable.values is None and any(same(not value, x) for x in fact.excluded):
                return True  # what was asked to be a boolean and is not the one is the other
        if variable.values is not None:
            remaining = self.remaining(variable)
            if not any(same(value, other) for other in remaining):
                return False
            if len(remaining) == 1:
                return True
        return None

    def remaining(self, variable: Undecided) -> tuple[Scalar, ...]:
        """The values a closed variable may still have."""
        fact = self._facts.get(variable)
        values = variable.values or ()
        if fact is None:
            return values
        if fact.fixed:
            return (fact.value,)
        return tuple(v for v in values if not any(same(v, other) for other in fact.excluded))

    def value(self, variable: Undecided) -> tuple[Scalar] | None:
        """The variable's value in a tuple of one when these facts leave exactly one, else None."""
        fact = self._facts.get(variable)
        if fact is not None and fact.fixed:
            return (fact.value,)
        if variable.values is not None:
            remaining = self.remaining(variable)
            if len(remaining) == 1:
                return (remaining[0],)
        return None

    def assume(self, atom: Is, truth: bool) -> Assignment | None:
        """These facts and one more; None when that contradicts them."""
        known = self.truth(atom)
        if known is not None:
            return self if known is truth else None
        facts = dict(self._facts)
        if truth:
            facts[atom.variable] = Fact(True, atom.value, ())
        else:
            before = facts.get(atom.variable)
            facts[atom.variable] = Fact(False, None, ((before.excluded if before else ()) + (atom.value,)))
        return Assignment(facts)

    def decide(self, condition: Condition) -> bool | None:
        """Whether a condition holds: True, False, or None when these facts leave some atom of it open.

        Strong Kleene: a disjunction with one true part is true whatever the others are.
        """
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, Is):
            return self.truth(condition)
        if isinstance(condition, Not):
            inner = self.decide(condition.condition)
            return None if inner is None else not inner
        decisive = isinstance(condition, AnyOf)
        open_ = False
        for part in condition.conditions:
            truth = self.decide(part)
            if truth is decisive:
                return decisive
            open_ = open_ or truth is None
        return None if open_ else not decisive

    def open_atom(self, condition: Condition) -> Is | None:
        """The first atom of a condition that these facts leave open."""
        if isinstance(condition, bool):
            return None
        if isinstance(condition, Is):
            return condition if self.truth(condition) is None else None
        parts = (condition.condition,) if isinstance(condition, Not) else condition.conditions
        for part in parts:
            if self.decide(part) is None:
                atom = self.open_atom(part)
                if atom is not None:
                    return atom
        return None


def satisfiable(condition: Condition, given: Assignment | None = None) -> bool:
    """Whether some completion of the given facts makes the condition hold (DPLL over its atoms)."""
    assignment = given if given is not None else Assignment()
    truth = assignment.decide(condition)
    if truth is not None:
        return truth
    atom = assignment.open_atom(condition)
    if atom is None:
        return False
    for choice in (True, False):
        extended = assignment.assume(atom, choice)
        if extended is not None and satisfiable(condition, extended):
            return True
    return False


def atoms(condition: Condition) -> Iterator[Is]:
    """Every atom of a condition, in order, with repetitions."""
    if isinstance(condition, Is):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.condition)
    elif isinstance(condition, All | AnyOf):
        for part in condition.conditions:
            yield from atoms(part)


def scalar_text(value: Scalar) -> str:
    """A scalar as both languages write it: `"dev"`, `true`, `443`, `null`."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def describe(literals: Mapping[Is, bool] | list[tuple[Is, bool]]) -> str:
    """A conjunction of decided atoms in words: `Environment = "dev" and Create = true`."""
    pairs = list(literals.items()) if isinstance(literals, Mapping) else literals
    words = []
    for atom, truth in pairs:
        value: Scalar = atom.value
        if isinstance(value, bool):
            value, truth = value is truth, True
        words.append(f"{atom.variable.name} {'=' if truth else '!='} {scalar_text(value)}")
    return " and ".join(dict.fromkeys(words))
