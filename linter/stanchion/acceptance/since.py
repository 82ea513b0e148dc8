"""What a change brings: the findings that the new state has and the old one had not.

Findings are compared by what they say of which resource, not by lines: a block that was moved or renumbered brings
nothing new, and a fault in an untouched file that a change elsewhere causes does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from stanchion.judging.finding import POSSIBLE, Finding


def introduced(new: Iterable[Finding], old: Iterable[Finding]) -> list[Finding]:
    """The findings of the new state without those that the old state had too.

    Where one resource has several of the same kind, those written as before are the old ones, and as many more as
    there were.
    """
    before = [finding for finding in old if finding.certainty != POSSIBLE]
    exactly = Counter((_identity(finding), _written(finding)) for finding in before)
    total = Counter(_identity(finding) for finding in before)
    unmatched: list[Finding] = []
    for finding in new:
        key = (_identity(finding), _written(finding))
        if exactly[key] > 0:
            exactly[key] -= 1
            total[key[0]] -= 1
        else:
            unmatched.append(finding)
    brought: list[Finding] = []
    for finding in unmatched:
        identity = _identity(finding)
        if total[identity] > 0:
            total[identity] -= 1
        else:
            brought.append(finding)
    return brought


def _identity(finding: Finding) -> tuple[str, ...]:
    return (finding.policy.id, finding.unit, finding.framework, *finding.resources[:1], finding.matter)


def _written(finding: Finding) -> str:
    place = finding.place
    return " ".join(place.source.text[place.start : place.end].split())
