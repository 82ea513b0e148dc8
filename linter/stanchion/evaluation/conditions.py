"""Conditions over what is not decided yet: formulas whose atoms are "this variable is that value".

A *variable* is anything a configuration leaves open: a CloudFormation parameter, a Terraform input variable
without a value, an attribute known only after apply. A closed variable lists all its values (AllowedValues).
An *assignment* says for some variables which value they have, or which they do not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Scalar: TypeAlias = str | int | Decimal | bool | None


# Written out, since every start of the program pays for what `dataclass` would generate, and hashed once: the same
# conditions are looked up again and again.


class Undecided:
    """A variable: its name as a reader of the source would write it, and all its values when they are listed.

    Two variables are the same when their names are.
    """

    __slots__ = ("_hash", "name", "values")

    def __init__(self, name: str, values: tuple[Scalar, ...] | None = None) -> None:
        self.name = name
        self.values = values
        self._hash = hash(name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecided) and other.name == self.name

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Undecided({self.name!r}, {self.values!r})"


class Is:
    """The variable has the value."""

    __slots__ = ("_hash", "value", "variable")

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

    __slots__ = ("_hash", "condition")

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self._hash = hash(("not", condition))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Not) and other._hash == self._hash and other.condition == self.condition

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Not({self.condition!r})"


class All:
    """Every one of two or more conditions."""

    __slots__ = ("_hash", "conditions")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
        self._hash = hash(("all", conditions))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, All) and other._hash == self._hash and other.conditions == self.conditions

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"All({self.conditions!r})"


class AnyOf:
    """At least one of two or more conditions."""

    __slots__ = ("_hash", "conditions")

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions
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


def _among(value: Scalar, values: tuple[Scalar, ...]) -> bool:
    """Whether a scalar is one of several; a loop, since it is asked for thousands of times."""
    is_bool = isinstance(value, bool)
    for other in values:  # noqa: SIM110
        if value == other and isinstance(other, bool) is is_bool:
            return True
    return False


class Fact(NamedTuple):
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
            if _among(value, fact.excluded):
                return False
            if isinstance(value, bool) and variable.values is None and _among(not value, fact.excluded):
                return True  # what was asked to be a boolean and is not the one is the other
        if variable.values is not None:
            remaining = self.remaining(variable)
            if not _among(value, remaining):
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
        return tuple([v for v in values if not _among(v, fact.excluded)])

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

    def settle(self, condition: Condition) -> bool | Is:
        """Whether a condition holds, or the first atom that leaves it open: `decide` and `open_atom` in one go."""
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, Is):
            truth = self.truth(condition)
            return condition if truth is None else truth
        if isinstance(condition, Not):
            inner = self.settle(condition.condition)
            return inner if isinstance(inner, Is) else not inner
        decisive = isinstance(condition, AnyOf)
        first: Is | None = None
        for part in condition.conditions:
            found = self.settle(part)
            if found is decisive:
                return decisive
            if first is None and isinstance(found, Is):
                first = found
        return not decisive if first is None else first

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


#: How hard `satisfiable` tries: this many partial assignments for a formula of one atom, fewer by the square of their
#: number for larger ones, so that a hostile template costs no more for being large.
MAX_WAYS = 200_000


def satisfiable(condition: Condition, given: Assignment | None = None) -> bool:
    """Whether some completion of the given facts makes the condition hold (DPLL over its atoms).

    Where the search is given up (MAX_WAYS) the answer is True: nothing was shown to be impossible.
    """
    start = given if given is not None else Assignment()
    if isinstance(condition, AnyOf):
        return any(satisfiable(part, start) for part in condition.conditions)
    for atom, truth in _forced(condition, True):
        extended = start.assume(atom, truth)
        if extended is None:
            return False
        start = extended
    waiting = [start]
    for _ in range(1 + MAX_WAYS // (1 + sum(1 for _ in atoms(condition))) ** 2):
        if not waiting:
            return False
        assignment = waiting.pop()
        decided = assignment.decide(condition)
        if decided:
            return True
        atom_left = assignment.open_atom(condition) if decided is None else None
        if atom_left is not None:
            ways = (assignment.assume(atom_left, False), assignment.assume(atom_left, True))
            waiting += (way for way in ways if way is not None)
    return bool(waiting)


def _forced(condition: Condition, truth: bool) -> Iterator[tuple[Is, bool]]:
    """The atoms whose truth follows at once from a condition being true or false."""
    if isinstance(condition, Is):
        yield condition, truth
    elif isinstance(condition, Not):
        yield from _forced(condition.condition, not truth)
    elif isinstance(condition, All if truth else AnyOf):
        for part in condition.conditions:
            yield from _forced(part, truth)


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
        import json  # only what is reported as conditional needs it

        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _left(variable: Undecided, excluded: list[Scalar]) -> tuple[Scalar, ...]:
    return tuple(v for v in variable.values or () if not any(same(v, other) for other in excluded))


def describe(literals: Mapping[Is, bool] | list[tuple[Is, bool]]) -> str:
    """A conjunction of decided atoms in words: `Environment = "dev" and Create = true`.

    A variable whose other values are all ruled out is said to have the one that is left.
    """
    pairs = list(literals.items()) if isinstance(literals, Mapping) else literals
    excluded: dict[Undecided, list[Scalar]] = {}
    for atom, truth in pairs:
        if not truth:
            excluded.setdefault(atom.variable, []).append(atom.value)
    words = []
    for atom, truth in pairs:
        value: Scalar = atom.value
        left = () if truth else _left(atom.variable, excluded[atom.variable])
        if len(left) == 1:
            value, truth = left[0], True
        elif isinstance(value, bool):
            value, truth = value is truth, True
        words.append(f"{atom.variable.name} {'=' if truth else '!='} {scalar_text(value)}")
    return " and ".join(dict.fromkeys(words))
