"""Worlds: one way of deciding everything that a configuration leaves open.

A policy is ordinary Python over decided values. Whenever it reads something that hangs on an open condition, the
world decides it one way and notes that; `explore` runs the policy again for the other way, until all are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from stanchion.evaluation.conditions import (
    Assignment,
    Condition,
    Is,
    Scalar,
    Undecided,
    all_of,
    satisfiable,
)
from stanchion.evaluation.values import Unknown
from stanchion.syntax.source import Located

#: How many worlds one question may ask for before the rest are given up.
MAX_WORLDS = 256
#: How many assumptions about unknown values one world may branch on; later ones take the first answer only.
MAX_ASSUMPTIONS = 8


class Decision(NamedTuple):
    """One step on the way into a world. `assumed` marks a guess about a value that nobody knows."""

    atom: Is
    truth: bool
    assumed: bool
    forced: bool


class NeedsValueError(Exception):
    """A policy asked for the exact value of something unknown, and cannot go on without it."""

    def __init__(self, reason: str, place: Located | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class Guess(NamedTuple):
    """The question whether an unknown has a value; `name` tells it from others when it has no variable."""

    unknown: Unknown
    value: Scalar
    name: str


#: What a world can be asked: whether a condition holds, whether a guess is right, which value a variable has.
Question: TypeAlias = Condition | Guess | Undecided


class Mark(NamedTuple):
    """A point on the way into a world: what was assumed by then, and how much was decided, guessed and asked."""

    assignment: Assignment
    decisions: int
    unknowns: int
    asked: int


class World:
    """The decisions taken so far; asking it for an open condition decides that condition.

    `script` replays the first decisions of an earlier world; `constraints` hold in every world. `asked` are the open
    questions that it was asked, each with the answer: what was worked out without any is so in every world.
    """

    __slots__ = ("_constraint", "_script", "asked", "assignment", "decisions", "unknowns")

    def __init__(self, script: Sequence[bool] = (), constraints: Iterable[Condition] = ()) -> None:
        self.assignment = Assignment()
        self.decisions: list[Decision] = []
        self.asked: list[tuple[Question, object]] = []
        self.unknowns: list[Unknown] = []
        self._script = script
        self._constraint = all_of(*constraints)

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds in this world; decides what is still open in it."""
        if condition is True or condition is False:
            return condition
        while True:
            found = self.assignment.settle(condition)
            if isinstance(found, bool):
                self.asked.append((condition, found))
                return found
            self._decide(found, assumed=False)

    def assume(self, unknown: Unknown, value: Scalar, name: str) -> bool:
        """Whether an unknown value is `value` in this world: a guess, noted as such.

        `name` tells it from others when the unknown has no variable: the property that holds it.
        """
        variable = unknown.variable or Undecided(name)
        atom = Is(variable, value)
        truth = self.assignment.truth(atom)
        if truth is None:
            self.unknowns.append(unknown)
            truth = self._decide(atom, assumed=True)
        self.asked.append((Guess(unknown, value, name), truth))
        return truth

    def value(self, variable: Undecided) -> tuple[Scalar] | None:
        """The value of a variable in a tuple of one, None where this world leaves it open."""
        fixed = self.assignment.value(variable)
        self.asked.append((variable, fixed))
        return fixed

    def mark(self) -> Mark:
        """Where it stands, to come back to."""
        return Mark(self.assignment, len(self.decisions), len(self.unknowns), len(self.asked))

    def back_to(self, mark: Mark) -> None:
        """Forget what was asked and decided since; asked the same again it decides the same."""
        self.assignment = mark.assignment
        del self.decisions[mark.decisions :], self.unknowns[mark.unknowns :], self.asked[mark.asked :]

    def ask(self, question: Question) -> object:
        """The answer to a question of any kind."""
        if isinstance(question, Guess):
            return self.assume(*question)
        return self.value(question) if isinstance(question, Undecided) else self.holds(question)

    @property
    def assumed(self) -> bool:
        """Whether this world rests on a guess about a value that nobody knows."""
        return any(decision.assumed for decision in self.decisions)

    def _decide(self, atom: Is, assumed: bool) -> bool:
        step = len(self.decisions)
        truth = self._script[step] if step < len(self._script) else True
        extended = self._extend(atom, truth)
        forced = extended is None
        if extended is None:
            truth = not truth
            extended = self.assignment.assume(atom, truth)
        self.assignment = extended if extended is not None else self.assignment
        self.decisions.append(Decision(atom, truth, assumed, forced))
        return truth

    def _extend(self, atom: Is, truth: bool) -> Assignment | None:
        extended = self.assignment.assume(atom, truth)
        if extended is None or self._constraint is True or satisfiable(self._constraint, extended):
            return extended
        return None


T = TypeVar("T")


@dataclass(slots=True)
class Leaf(Generic[T]):
    """One world seen to its end: what the question answered there, and why it had to stop early, if it did."""

    decisions: list[Decision]
    answer: list[T]
    stopped: NeedsValueError | None
    unknowns: list[Unknown]

    @property
    def assumed(self) -> bool:
        """Whether this world rests on a guess about a value that nobody knows."""
        return any(decision.assumed for decision in self.decisions)


@dataclass(slots=True)
class Exploration(Generic[T]):
    """All worlds that a question was asked in; `complete` is False when the bound cut some off."""

    leaves: list[Leaf[T]]
    complete: bool


def explore(
    question: Callable[[World], Iterable[T]], constraints: Sequence[Condition] = (), limit: int = MAX_WORLDS
) -> Exploration[T]:
    """Ask a question in every world in which it could have another answer, at most `limit` of them.

    The question must be deterministic: given equal decisions it asks the world the same things in the same order.
    """
    leaves: list[Leaf[T]] = []
    pending: list[tuple[bool, ...]] = [()]
    complete = not constraints or satisfiable(all_of(*constraints))
    while pending:
        if len(leaves) >= limit:
            return Exploration(leaves, False)
        script = pending.pop()
        world = World(script, constraints)
        leaf = _ask(question, world)
        leaves.append(leaf)
        complete = _branch(leaf.decisions, len(script), pending) and complete
    return Exploration(leaves, complete)


def _ask(question: Callable[[World], Iterable[T]], world: World) -> Leaf[T]:
    answer: list[T] = []
    stopped = None
    try:
        answer.extend(question(world))
    except NeedsValueError as error:
        stopped = error
    return Leaf(world.decisions, answer, stopped, world.unknowns)


def _branch(decisions: list[Decision], done: int, pending: list[tuple[bool, ...]]) -> bool:
    truths = tuple(decision.truth for decision in decisions)
    assumptions = 0
    complete = True
    for step, decision in enumerate(decisions):
        assumptions += decision.assumed
        if step < done or decision.forced:
            continue
        if decision.assumed and assumptions > MAX_ASSUMPTIONS:
            complete = False
            continue
        pending.append((*truths[:step], not decision.truth))
    return complete
