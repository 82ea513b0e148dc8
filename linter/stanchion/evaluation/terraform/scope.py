"""What an expression can see, and what a whole evaluation shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.evaluation.terraform.errors import BoundExceededError
from stanchion.evaluation.terraform.functions.signature import Context
from stanchion.evaluation.values import Unknown, Value
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Problem

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.configuration import Configuration
    from stanchion.evaluation.terraform.module import Module

#: Instances of resources and modules that one unit may have, elements that its loops may visit.
MAX_INSTANCES = 10_000
MAX_STEPS = 500_000
#: How deep module calls may nest.
MAX_MODULES = 32


@dataclass(slots=True)
class State:
    """What the evaluation of one unit shares: its files, its problems, and how much it has done."""

    tree: SourceTree
    problems: list[Problem] = field(default_factory=list)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: dict[int, Unknown] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    configurations: dict[Path, Configuration] = field(default_factory=dict)
    installed: dict[Path, dict[str, Path]] = field(default_factory=dict)
    numbers: dict[int, tuple[int, Value]] = field(default_factory=dict)
    instances: int = 0
    steps: int = 0

    def step(self, count: int = 1) -> None:
        """Count work done in loops. Raises BoundExceededError when it is too much."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise BoundExceededError(f"evaluation takes more than {MAX_STEPS} steps")

    def number(self, value: Value) -> int:
        """A number of its own for a value that cannot be named."""
        return self.numbers.setdefault(id(value), (len(self.numbers) + 1, value))[0]

    def problem(self, kind: str, message: str, place: Located | None) -> None:
        """Note what went wrong."""
        self.problems.append(Problem(kind, message, place))


@dataclass(slots=True)
class Scope:
    """The names that an expression can use: the module's, and `names` (each, count, loop variables, iterators)."""

    module: Module
    names: dict[str, Value]
    context: Context

    def having(self, names: dict[str, Value]) -> Scope:
        """This scope with more names, which hide those of the module."""
        return Scope(self.module, {**self.names, **names}, self.context)
