"""What a run found, over all units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stanchion.evaluation.values import Unknown
from stanchion.graph.resource import Graph
from stanchion.judging.finding import Finding, Undecided
from stanchion.syntax.source import Located, Problem


@dataclass(slots=True)
class Outcome:
    """What a run found, over all units: `graphs` are those that the options keep, `paths` all files of all units."""

    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    units: int = 0
    resources: int = 0
    policies: int = 0

    @property
    def files(self) -> int:
        """How many files were read."""
        return len(self.paths)

    def note(self, graph: Graph) -> None:
        """Count a unit's graph, and take over what is wrong with it and what in it nobody knows."""
        self.units += 1
        self.resources += sum(1 for resource in graph.resources if not resource.type.startswith("Template::"))
        self.problems += graph.problems
        self.unseen += graph.unseen
        self.unknowns += graph.unknowns
        self.paths.update(graph.files)

    def add(self, other: Outcome) -> None:
        """Take over what was found elsewhere, counts apart."""
        self.findings += other.findings
        self.undecided += other.undecided
        self.problems += other.problems
        self.graphs += other.graphs
        self.unseen += other.unseen
        self.unknowns += other.unknowns
        self.paths |= other.paths


def distinct(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, each once: a file that several units share is read in each of them."""
    kept: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        place = problem.place
        where = (place.source.path, place.start, place.end) if place is not None else (problem.path,)
        kept.setdefault((problem.kind, problem.message, *where), problem)
    return list(kept.values())
