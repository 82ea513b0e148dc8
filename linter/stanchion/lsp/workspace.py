"""What the editor has open, judged: one tree of sources a folder, kept warm between edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.acceptance.counting import counts
from stanchion.configuration.settings import Configuration, ConfigurationError, configure
from stanchion.discovery.units import PlanFile, Template, Unit
from stanchion.discovery.walk import find
from stanchion.graph.resource import Graph
from stanchion.judging.finding import Finding
from stanchion.options import Keep, RunOptions, options_from
from stanchion.outcome import Outcome
from stanchion.plugins.registry import Registry, load
from stanchion.plugins.selection import UnknownPolicyError
from stanchion.reporting.joining import joined
from stanchion.run import Judging
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem

if TYPE_CHECKING:
    from stanchion.fixing.fixes import TextFix


@dataclass(slots=True)
class Judged:
    """What one unit gave when it was last judged."""

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def told(self) -> set[str]:
        """The paths of the files about which there is something to say."""
        places = [finding.place for finding in self.findings]
        places += [problem.place for problem in self.problems if problem.place is not None]
        return {place.source.path for place in places}


class Folder:
    """One workspace folder: its sources, its configuration, and what its units gave."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tree = SourceTree(root, base=root)
        self.registry: Registry = load()
        self.configuration = Configuration()
        self.mistake: str | None = None
        self.units: dict[str, Judged] = {}
        self._holders: dict[Path, list[Unit]] = {}
        self.reload()

    def reload(self) -> None:
        """Read the configuration anew; a mistake in it is told and the rest goes on with the defaults."""
        try:
            self.configuration = configure([self.root], root=self.root)
            self.mistake = None
            self.registry = load(self.configuration.plugins, files=self.configuration.policies)
        except ConfigurationError as error:
            self.configuration = Configuration()
            self.mistake = str(error)
        try:
            self._judging = Judging(self.tree, self.registry, self._options())
        except UnknownPolicyError as error:
            self.mistake = str(error)
            self.configuration = Configuration()
            self._judging = Judging(self.tree, self.registry, self._options())

    def changed(self, path: Path, text: str | None) -> None:
        """A file has a new text in the editor, or (None) on disk."""
        self.tree.changed(path, text)
        if path.suffix in (".tf", ".tofu", ".json") or path not in self._holders:
            self._holders.clear()

    def holding(self, path: Path) -> list[Unit]:
        """The units that a file belongs to; the nearest first."""
        found = self._holders.get(path)
        if found is None:
            units = find([path], self.tree, self.configuration.exclude, skip_others=True).units
            found = self._holders[path] = sorted(units, key=lambda unit: _distance(name_of(unit), path))
        return found

    def every(self) -> list[Unit]:
        """All units of the folder."""
        return find([self.root], self.tree, self.configuration.exclude, skip_others=True).units

    def judge(self, unit: Unit) -> set[str]:
        """Judge one unit, and remember what it gave; the files about which something else may be said now."""
        outcome = Outcome()
        self._judging.judge(unit, outcome)
        found = Judged(joined(outcome.findings), outcome.problems, outcome.graphs, outcome.paths)
        key = str(name_of(unit))
        before = self.units.get(key)
        self.units[key] = found
        return found.told() | (before.told() if before is not None else set())

    def forget_others(self, path: Path, units: Iterable[Unit]) -> set[str]:
        """Forget the units that a file belonged to and does no more; the files that something was said about."""
        shown = self.tree.shown(path)
        kept = {str(name_of(unit)) for unit in units}
        gone = [key for key, judged in self.units.items() if shown in judged.files and key not in kept]
        told: set[str] = set()
        return told.union(*(self.units.pop(key).told() for key in gone))

    def findings_in(self, path: Path) -> list[Finding]:
        """What is found in one file, over all units, each once."""
        shown = self.tree.shown(path)
        every = (f for judged in self.units.values() for f in judged.findings if f.place.source.path == shown)
        return joined([f for f in every if counts(f)])

    def fix_of(self, finding: Finding) -> TextFix | None:
        """The fix of a finding, by the texts that the editor holds now."""
        from stanchion.fixing.fixes import fixer

        graphs = [graph for judged in self.units.values() for graph in judged.graphs]
        return fixer(graphs, self.tree, self._judging.grapher.mappings)(finding)

    def problems_in(self, path: Path) -> list[Problem]:
        """What is wrong with one file, each once."""
        shown = self.tree.shown(path)
        kept: dict[tuple[object, ...], Problem] = {}
        for judged in self.units.values():
            for problem in judged.problems:
                place = problem.place
                if place is not None and place.source.path == shown:
                    kept.setdefault((problem.message, place.start, place.end), problem)
        return list(kept.values())

    def graphs_with(self, path: Path) -> Iterable[Graph]:
        """The graphs of the units that a file is part of."""
        shown = self.tree.shown(path)
        for judged in self.units.values():
            if shown in judged.files:
                yield from judged.graphs

    def _options(self) -> RunOptions:
        return replace(options_from(self.configuration, self.root), keep=Keep.EVERYTHING)


def name_of(unit: Unit) -> Path:
    """The file or directory that a unit is named after."""
    return unit.path if isinstance(unit, Template | PlanFile) else unit.directory


def _distance(where: Path, path: Path) -> tuple[int, str]:
    """How far a unit is from a file: its own directory first."""
    shared = 0
    for left, right in zip(where.parts, path.parts, strict=False):
        if left != right:
            break
        shared += 1
    return (len(where.parts) + len(path.parts) - 2 * shared, str(where))
