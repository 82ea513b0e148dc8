"""Mending whole runs: fixes are made, what they gave is judged again, and what did not help is taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from stanchion.fixing.edits import Edit, edited, overlap
from stanchion.fixing.fixes import SAFE, TextFix, fixer
from stanchion.policy.finding import Finding
from stanchion.run import Outcome
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
        fixes = [fix for fix in found if fix is not None and _key(fix.finding) not in refused]
        mended.unsafe = [fix for fix in fixes if fix.applicability != SAFE and not unsafe]
        chosen = _without_overlaps(fix for fix in fixes if unsafe or fix.applicability == SAFE)
        if not chosen:
            break
        if not _try(chosen, tree, judge, mended, keep=True):
            continue
        bad = [Withdrawn(fix, reason) for fix in chosen if (reason := _try([fix], tree, judge, mended, keep=False))]
        mended.withdrawn += bad
        refused.update(_key(each.fix.finding) for each in bad)
        if not bad:  # each helps, but not all together
            _try(chosen[:1], tree, judge, mended, keep=True)
    return mended


def _try(fixes: Sequence[TextFix], tree: SourceTree, judge: Judge, mended: Mended, keep: bool) -> str:
    """Make some fixes and judge again: why that does not help, "" when it does. Only then, and to `keep`, they stay."""
    before = Counter(_key(finding) for finding in mended.outcome.findings)
    held = {path: tree.overlay.get(path) for path in {fix.path for fix in fixes}}
    old: dict[Path, str] = {}
    for path in held:
        source = tree.source(path)
        if isinstance(source, Source):
            old[path] = source.text
            edits = dict.fromkeys(edit for fix in fixes if fix.path == path for edit in fix.edits)
            tree.changed(path, edited(source.text, edits))
    outcome = judge(tree)
    reason = _why_not(fixes, before, mended.outcome, outcome)
    if reason or not keep:
        for path, text in held.items():
            tree.changed(path, text)
        return reason
    mended.outcome = outcome
    mended.made += fixes
    for path, text in old.items():
        mended.before.setdefault(path, text)
        mended.texts[path] = tree.overlay[path]
    return ""


def _why_not(fixes: Sequence[TextFix], before: Counter[tuple[object, ...]], was: Outcome, now: Outcome) -> str:
    """Why fixes were not worth making, "" when they were."""
    after = Counter(_key(finding) for finding in now.findings)
    if len(now.problems) > len(was.problems):
        known = {problem.message for problem in was.problems}
        return next((problem.message for problem in now.problems if problem.message not in known), "it breaks the file")
    new = after - before
    if new:
        first = next(finding for finding in now.findings if _key(finding) in new)
        return f"another finding would have come: {first.policy.id} {first.message}"
    return "the finding would have stayed" if any(after[_key(fix.finding)] for fix in fixes) else ""


def _without_overlaps(fixes: Iterable[TextFix]) -> list[TextFix]:
    """As many fixes as do not touch the same text; the same edits twice are no overlap."""
    chosen: list[TextFix] = []
    edits: list[Edit] = []
    for fix in fixes:
        if any(overlap(mine, other) for mine in fix.edits for other in edits if mine != other):
            continue
        chosen.append(fix)
        edits += [edit for edit in fix.edits if edit not in edits]
    return chosen


def _key(finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same before and after a change of the text."""
    return (finding.policy.id, finding.unit, finding.resources[:1], finding.subject.partition("@")[0])
