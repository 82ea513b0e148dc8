"""Worlds: one way of deciding everything that a configuration leaves open.

A policy is ordinary Python over decided values. Whenever it reads something that hangs on an open condition, the
world decides it one way and notes that; `explore` runs the policy again for the other way, until all are seen.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import Condition, Extent, Is, Scalar, Undecided
from stanchion.evaluation.deciding import NONE, Constraints, Ways, satisfiable, ways
from stanchion.evaluation.values import Choice, Split, Unknown
from stanchion.syntax.source import Located

#: How many worlds one question may ask for before the rest are given up.
MAX_WORLDS = 256
#: How many values of a single variable one question may be asked for.
MAX_VALUES = 1_024
#: How many assumptions about unknown values one world may branch on; later ones take the first answer only.
MAX_ASSUMPTIONS = 8


class Decision(NamedTuple):
    """One step on the way into a world: what a variable is taken to be, and what else it may be, each told apart by
    what was asked. `assumed` marks a guess about a value that nobody knows.
    """

    variable: Undecided
    extent: Extent
    assumed: bool
    others: tuple[Extent, ...]

    @property
    def forced(self) -> bool:
        """Whether there is no other way."""
        return not self.others


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


#: What a world can be asked: whether a condition holds, whether a guess is right, which value a variable has, which
#: arm of a choice it is.
Question: TypeAlias = Condition | Guess | Undecided | Choice


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

    __slots__ = ("_constraints", "_proven", "_script", "asked", "assignment", "decisions", "unknowns")

    def __init__(self, script: Sequence[Decision] = (), constraints: Constraints = NONE) -> None:
        self.assignment = Assignment()
        self.decisions: list[Decision] = []
        self.asked: list[tuple[Question, object]] = []
        self.unknowns: list[Unknown] = []
        self._script = script
        self._constraints = constraints
        #: Conditions found to have one answer whatever is still open, each with the step that showed it.
        self._proven: dict[Condition, tuple[int, bool]] = {}

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds in this world; decides what is still open in it."""
        if condition is True or condition is False:
            return condition
        found = self._settled((condition,), assumed=False)
        self.asked.append((condition, found))
        return found

    def _settled(self, conditions: Sequence[Condition], assumed: bool) -> bool:
        """Whether the first of several conditions holds, decided by steps that tell all of them apart."""
        while True:
            found = self.assignment.settle(conditions[0])
            if isinstance(found, bool):
                return found
            if conditions[0] in self._proven:
                return self._proven[conditions[0]][1]
            before = self.assignment
            self._step(assumed, partial(ways, before, conditions, found))
            if self.assignment is before:
                answer = satisfiable(conditions[0], before)
                self._proven[conditions[0]] = (len(self.decisions), answer)
                return answer

    def pick(self, choice: Choice) -> int:
        """Which arm of a choice this world has; the variable of them all is split between the arms in one step."""
        split = choice.split
        if split is None:
            found = self._searched([guard for guard, _ in choice.arms])
        else:
            variable, arm_of, otherwise = split
            extent = self.assignment.extent(variable)
            if extent.without or len(extent.keys) > 1:
                extent = self._step(False, lambda: Ways(variable, arms_apart(split, extent))).extent
            key = next(iter(extent.keys)) if not extent.without else None
            found = otherwise if extent.without else arm_of.get(key, otherwise)
        self.asked.append((choice, found))
        return found

    def _searched(self, guards: list[Condition]) -> int:
        for index in range(len(guards) - 1):
            if self._settled(guards[index:], assumed=False):
                return index
        return len(guards) - 1

    def assume(self, unknown: Unknown, value: Scalar, name: str) -> bool:
        """Whether an unknown value is `value` in this world: a guess, noted as such.

        `name` tells it from others when the unknown has no variable: the property that holds it.
        """
        variable = unknown.variable or Undecided(name)
        atom = Is(variable, value)
        truth = self.assignment.truth(atom)
        if truth is None:
            self.unknowns.append(unknown)
            truth = self._settled((atom,), assumed=True)
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
        for condition in [each for each, (step, _) in self._proven.items() if step > mark.decisions]:
            del self._proven[condition]

    def ask(self, question: Question) -> object:
        """The answer to a question of any kind."""
        if isinstance(question, Guess):
            return self.assume(*question)
        if isinstance(question, Choice):
            return self.pick(question)
        return self.value(question) if isinstance(question, Undecided) else self.holds(question)

    @property
    def assumed(self) -> bool:
        """Whether this world rests on a guess about a value that nobody knows."""
        return any(decision.assumed for decision in self.decisions)

    def _step(self, assumed: bool, apart: Callable[[], Ways]) -> Decision:
        """Take the next step of the script, or the first of the possible ones."""
        step = len(self.decisions)
        if step < len(self._script):
            decision = self._script[step]
        else:
            variable, found = apart()
            if variable in self._constraints:
                found = [way for way in found if self._possible(variable, way)] or found[:1]
            decision = Decision(variable, found[0], assumed, tuple(found[1:]))
        extended = self.assignment.restrict(decision.variable, decision.extent)
        assert extended is not None, "an open variable is split into what it may be"
        self.assignment = extended
        self.decisions.append(decision)
        return decision

    def _possible(self, variable: Undecided, extent: Extent) -> bool:
        extended = self.assignment.restrict(variable, extent)
        return extended is not None and self._constraints.allow(extended, variable)


def arms_apart(split: Split, extent: Extent) -> list[Extent]:
    """What a variable may be, split between the arms of a choice that hangs on it alone."""
    found: dict[int, list[Hashable]] = {}
    otherwise = split.otherwise
    keys = list(split.arm_of)
    if not extent.without:
        keys = [key for key in keys if key in extent.keys]
        keys += sorted(extent.keys.difference(keys), key=repr)
    for key in keys:
        if not extent.without or key not in extent.keys:
            found.setdefault(split.arm_of.get(key, otherwise), []).append(key)
    apart = {index: Extent(False, frozenset(keys)) for index, keys in found.items()}
    if extent.without:
        others = [key for index, keys in found.items() if index != otherwise for key in keys]
        apart[otherwise] = Extent(True, extent.keys.union(others))
    return list(apart.values())


T = TypeVar("T")


@dataclass(slots=True)
class Leaf(Generic[T]):
    """One world seen to its end: what the question answered there, and why it had to stop early, if it did."""

    decisions: list[Decision]
    answer: list[T]
    stopped: NeedsValueError | None
    unknowns: list[Unknown]
    assignment: Assignment

    @property
    def assumed(self) -> bool:
        """Whether this world rests on a guess about a value that nobody knows."""
        return any(decision.assumed for decision in self.decisions)

    @property
    def facts(self) -> Assignment:
        """What was decided, without the guesses."""
        if not self.assumed:
            return self.assignment
        facts = Assignment()
        for decision in self.decisions:
            if not decision.assumed:
                facts = facts.restrict(decision.variable, decision.extent) or facts
        return facts


@dataclass(slots=True)
class Exploration(Generic[T]):
    """All worlds that a question was asked in; `complete` is False when the bound cut some off."""

    leaves: list[Leaf[T]]
    complete: bool


def explore(
    question: Callable[[World], Iterable[T]], constraints: Constraints = NONE, limit: int = MAX_WORLDS
) -> Exploration[T]:
    """Ask a question in every world in which it could have another answer, at most `limit` of them.

    The question must be deterministic: given equal decisions it asks the world the same things in the same order.
    """
    leaves: list[Leaf[T]] = []
    pending: list[tuple[Decision, ...]] = [()]
    complete = constraints.possible
    combined = 0
    while pending:
        if combined >= limit or len(leaves) >= MAX_VALUES:
            return Exploration(leaves, False)
        script = pending.pop()
        world = World(script, constraints)
        leaf = _ask(question, world)
        leaves.append(leaf)
        combined += sum(1 for decision in leaf.decisions if decision.others) != 1
        complete = _branch(leaf.decisions, len(script), pending) and complete
    return Exploration(leaves, complete)


def _ask(question: Callable[[World], Iterable[T]], world: World) -> Leaf[T]:
    answer: list[T] = []
    stopped = None
    try:
        answer.extend(question(world))
    except NeedsValueError as error:
        stopped = error
    return Leaf(world.decisions, answer, stopped, world.unknowns, world.assignment)


def _branch(decisions: list[Decision], done: int, pending: list[tuple[Decision, ...]]) -> bool:
    assumptions = 0
    complete = True
    for step, decision in enumerate(decisions):
        assumptions += decision.assumed
        if step < done or decision.forced:
            continue
        if decision.assumed and assumptions > MAX_ASSUMPTIONS:
            complete = False
            continue
        before = tuple(decisions[:step])
        pending += [(*before, decision._replace(extent=other)) for other in reversed(decision.others)]
    return complete
