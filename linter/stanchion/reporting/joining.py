"""One cause, one finding: the same fault in several instances, module calls or units is told once."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.judging.finding import Finding


def joined(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in the order of files and lines; those of one policy at one place, equally certain, become one.

    It names the resources of all, the first one's first.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        place = finding.place
        bare = finding.subject.partition("[")[0]
        key = (finding.policy.id, finding.certainty, finding.when, place.source.path, place.start, place.end, bare)
        groups.setdefault((*key, finding.suppressed), []).append(finding)
    result = []
    for group in groups.values():
        first = group[0]
        named = dict.fromkeys(address for finding in group for address in finding.resources)
        result.append(first._replace(resources=tuple(named)) if len(group) > 1 else first)
    return sorted(result, key=_order)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (place.source.path, place.start, -finding.policy.severity, finding.policy.id, finding.subject)
