"""Mending whole runs: fixes are made, what they gave is judged again, and what did not help is taken back."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from stanchion.fixing.fixes import SAFE, TextFix, fixer
from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.outcome import Outcome
from stanchion.patching.edits import edited
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Source

#: How often what was mended is judged again in search of more: fixes that touch the same text take turns.
MAX_ROUNDS = 20


#: Judges everything anew, by the texts that the tree holds now.
Judge = Callable[[SourceTree], Outcome]


class Withdrawn(NamedTuple):
    """A fix that was not made after all, and why."""

    fix: TextFix
    reason: str


@dataclass(slots=True)
class Mended:
    """What mending came to: the outcome with all fixes made, the fixes, and the new texts by file."""

    outcome: Outcome
    made: list[TextFix] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    unsafe: list[TextFix] = field(default_factory=list)
    texts: dict[Path, str] = field(default_factory=dict)
    before: dict[Path, str] = field(default_factory=dict)


def mend(tree: SourceTree, judge: Judge, unsafe: bool = False) -> Mended:
    """Make all fixes (the safe ones alone, unless `unsafe`) in the tree's texts; nothing is written to disk.

    A fix stays only when its finding is gone afterwards and no other has come.
    """
    mended = Mended(judge(tree))
    refused: set[tuple[object, ...]] = set()
    for _ in range(MAX_ROUNDS):
        found = map(fixer(mended.outcome.graphs, tree), mended.outcome.findings)
        fixes = [fix for fix in found if fix is not None and _try_of(fix) not in refused]
        mended.unsafe = [fix for fix in fixes if fix.applicability != SAFE and not unsafe]
        chosen = _without_overlaps(fix for fix in fixes if unsafe or fix.applicability == SAFE)
        if not chosen:
            break
        trial = _Trial(tree, judge, mended.outcome)
        helping = trial.helping([], chosen)
        mended.withdrawn += trial.withdrawn
        refused.update(_try_of(each.fix) for each in trial.withdrawn)
        if helping:
            for path, text in _edit(helping, tree).items():
                mended.before.setdefault(path, text)
                mended.texts[path] = tree.overlay[path]
            mended.made += helping
            mended.outcome = trial.outcome
    return mended


class _Trial:
    """Fixes tried out on one state of the texts. `outcome` is that of the last try that helped."""

    def __init__(self, tree: SourceTree, judge: Judge, was: Outcome) -> None:
        self.tree = tree
        self.judge = judge
        self.was = was
        self.outcome = was
        self.withdrawn: list[Withdrawn] = []

    def helping(self, given: list[TextFix], more: list[TextFix]) -> list[TextFix]:
        """Those of more fixes that help beside the given ones: all, or by halves until a bad one is alone."""
        reason = self._tried([*given, *more])
        if not reason:
            return more
        if len(more) == 1:
            if not given:  # beside others it may fail because of them: then it comes again with the next round
                self.withdrawn.append(Withdrawn(more[0], reason))
            return []
        middle = len(more) // 2
        first = self.helping(given, more[:middle])
        return first + self.helping([*given, *first], more[middle:])

    def _tried(self, fixes: list[TextFix]) -> str:
        """Why fixes do not help, "" when they do."""
        held = {path: self.tree.overlay.get(path) for path in {fix.path for fix in fixes}}
        _edit(fixes, self.tree)
        outcome = self.judge(self.tree)
        reason = _why_not(fixes, self.was, outcome)
        if not reason:
            self.outcome = outcome
        for path, text in held.items():
            self.tree.changed(path, text)
        return reason


def _edit(fixes: Sequence[TextFix], tree: SourceTree) -> dict[Path, str]:
    """Make edits in the tree's texts; gives the texts before."""
    old: dict[Path, str] = {}
    for path in dict.fromkeys(fix.path for fix in fixes):
        source = tree.source(path)
        if isinstance(source, Source):
            old[path] = source.text
            edits = dict.fromkeys(edit for fix in fixes if fix.path == path for edit in fix.edits)
            tree.changed(path, edited(source.text, edits))
    return old


def _try_of(fix: TextFix) -> tuple[object, ...]:
    """What makes two tries the same: the finding, and what would be written."""
    return (*_key(fix.finding), fix.finding.subject, *(edit.text for edit in fix.edits))


def _why_not(fixes: Sequence[TextFix], was: Outcome, now: Outcome) -> str:
    """Why fixes were not worth making, "" when they were."""
    before = Counter(map(_key, was.findings))
    after = Counter(map(_key, now.findings))
    if len(now.problems) > len(was.problems):
        known = {problem.message for problem in was.problems}
        return next((problem.message for problem in now.problems if problem.message not in known), "it breaks the file")
    new = after - before
    if new:
        first = next(finding for finding in now.findings if _key(finding) in new)
        return f"another finding would have come: {first.policy.id} {first.message}"
    wanted = Counter(_key(fix.finding) for fix in fixes)
    stayed = any(after[key] > before[key] - number for key, number in wanted.items())
    return "the finding would have stayed" if stayed else ""


def _without_overlaps(fixes: Iterable[TextFix]) -> list[TextFix]:
    """As many fixes as do not touch the same text; the same edits twice are no overlap."""
    chosen: list[TextFix] = []
    taken: dict[Path, list[tuple[int, int, str]]] = {}
    for fix in fixes:
        spots = taken.setdefault(fix.path, [])
        edits = [(edit.start, edit.end, edit.text) for edit in fix.edits]
        new = [edit for edit in edits if not _is_among(edit, spots)]
        if any(_overlaps(edit, spots) for edit in new):
            continue
        chosen.append(fix)
        for edit in new:
            insort(spots, edit)
    return chosen


def _is_among(edit: tuple[int, int, str], spots: Sequence[tuple[int, int, str]]) -> bool:
    at = bisect_left(spots, edit)
    return at < len(spots) and spots[at] == edit


def _overlaps(edit: tuple[int, int, str], spots: Sequence[tuple[int, int, str]]) -> bool:
    """Whether an edit touches what another one does, or inserts at the same spot; `spots` are sorted and apart."""
    start, end, _ = edit
    at = bisect_left(spots, (start,))
    if at < len(spots) and (spots[at][0] == start or spots[at][0] < end):
        return True
    return at > 0 and spots[at - 1][1] > start


def _key(finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same before and after a change. The elements of a list move up when one goes."""
    return (finding.policy.id, finding.unit, finding.resources[:1], finding.matter, finding.certainty == POSSIBLE)
