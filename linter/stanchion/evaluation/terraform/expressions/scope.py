"""What an expression can see, and what a whole evaluation shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.evaluation.conditions import Condition, Undecided, atoms, negate
from stanchion.evaluation.terraform.errors import BoundExceededError
from stanchion.evaluation.terraform.functions.signature import Context
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Problem

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.modules.configuration import Configuration
    from stanchion.evaluation.terraform.modules.module import Module

#: Instances of resources and modules that one unit may have; expressions evaluated, elements and texts gone through.
MAX_INSTANCES = 10_000
#: Instances that one block may have, so that others are judged beside it.
MAX_REPEATS = 2_500
MAX_STEPS = 2_000_000
#: Characters that all texts made in one unit may have together.
MAX_TEXTS = 50_000_000
OUT_OF_STEPS = f"evaluation takes more than {MAX_STEPS:,} steps"
OUT_OF_TEXTS = f"evaluation makes texts of more than {MAX_TEXTS:,} characters"
#: Comparisons that a condition may have under which Terraform fails.
MAX_ATOMS = 100
#: How deep module calls may nest.
MAX_MODULES = 32


@dataclass(slots=True)
class State:
    """What the evaluation of one unit shares: its files, its problems, and how much it has done.

    `workspace` is the one that somebody named; None leaves it open. `constraints` hold in every world.
    """

    tree: SourceTree
    problems: dict[tuple[object, ...], Problem] = field(default_factory=dict)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: dict[str, Unknown] = field(default_factory=dict)
    constraints: list[Condition] = field(default_factory=list)
    files: dict[str, None] = field(default_factory=dict)
    configurations: dict[Path, Configuration] = field(default_factory=dict)
    installed: dict[Path, dict[str, Path]] = field(default_factory=dict)
    numbers: dict[int, tuple[int, Value]] = field(default_factory=dict)
    workspace: str | None = None
    any_workspace: Undecided = field(default_factory=lambda: Undecided("terraform.workspace"))
    instances: int = 0
    steps: int = 0
    texts: int = 0
    exhausted: set[str] = field(default_factory=set)

    def step(self, count: int = 1) -> None:
        """Count work done. Raises BoundExceededError when it is too much."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise BoundExceededError(OUT_OF_STEPS)

    def made(self, value: Value) -> Value:
        """Count what a value takes that was just made: its elements, and the characters in it; gives the value.

        Raises BoundExceededError when it is too much.
        """
        if isinstance(value, Known):
            self._wrote(value)
        elif isinstance(value, ListValue):
            self.step(len(value.items))
            self._wrote(*value.items)
        elif isinstance(value, MapValue):
            self.step(len(value.entries))
            self._wrote(*value.entries.values())
        elif isinstance(value, Unknown) and value.parts:
            self._wrote(*value.parts)
        return value

    def _wrote(self, *values: Value) -> None:
        self.texts += sum(
            len(value.value) for value in values if isinstance(value, Known) and isinstance(value.value, str)
        )
        if self.texts > MAX_TEXTS:
            raise BoundExceededError(OUT_OF_TEXTS)

    def number(self, value: Value) -> int:
        """A number of its own for a value that cannot be named."""
        return self.numbers.setdefault(id(value), (len(self.numbers) + 1, value))[0]

    def problem(self, kind: str, message: str, place: Located | None) -> None:
        """Note what went wrong; the same at the same place is noted once."""
        self.note([Problem(kind, message, place)])

    def note(self, problems: Iterable[Problem]) -> None:
        """Note what went wrong elsewhere."""
        for problem in problems:
            place = problem.place
            where = (place.source.path, place.start, place.end) if place is not None else problem.path
            self.problems.setdefault((problem.kind, problem.message, where), problem)

    def bound(self, reason: str, place: Located) -> None:
        """Note that a bound was hit. When all the work is used up, that is said once, and not of all that follows."""
        if reason in (OUT_OF_STEPS, OUT_OF_TEXTS):
            if reason in self.exhausted:
                return
            self.exhausted.add(reason)
        self.problem("bound", f"{reason}; the value is taken as unknown", place)

    def refuse(self, world: Condition) -> None:
        """Note that Terraform fails where this holds, so that there is no such world. What always fails is a problem
        of its own, and what takes too many comparisons to say is left a world."""
        if world is True or next(islice(atoms(world), MAX_ATOMS, None), None) is not None:
            return
        self.constraints.append(negate(world))

    def undecided(self, value: Unknown) -> Unknown:
        """Keep an unknown that is worth telling the user about, once under its name."""
        self.unknowns.setdefault(value.variable.name if value.variable is not None else value.reason, value)
        return value


@dataclass(slots=True)
class Scope:
    """The names that an expression can use: the module's, and `names` (each, count, loop variables, iterators)."""

    module: Module
    names: dict[str, Value]
    context: Context

    def having(self, names: dict[str, Value]) -> Scope:
        """This scope with more names, which hide those of the module."""
        return Scope(self.module, {**self.names, **names}, self.context)
