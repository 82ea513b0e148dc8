"""One cause, one finding: the same fault in several instances, module calls or units is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from stanchion.judging.finding import Finding

_INSTANCE = re.compile(r"""\[(?:\d+|"[^"]*")\]""")

#: A key that is more than a word, and so stands for itself wherever it is said.
_KEY = re.compile(r"""\["([^"]*[^"A-Za-z][^"]*)"\]""")


def joined(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in the order of files and lines; those of one policy at one place, equally certain, become one where
    they say the same, but for the names of the instances that they say it of.

    It names the resources of all, the first one's first.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        place = finding.place
        bare = finding.subject.partition("[")[0]
        key = (finding.policy.id, finding.certainty, finding.when, place.source.path, place.start, place.end, bare)
        groups.setdefault((*key, _said(finding), finding.suppressed, finding.severity), []).append(finding)
    return sorted((_one(group) for group in groups.values()), key=_order)


def _one(group: Sequence[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    named = dict.fromkeys(address for finding in group for address in finding.resources)
    every = tuple(each for finding in group for each in (finding.alike or (finding,)))
    return group[0]._replace(resources=tuple(named), alike=every)


def apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Joined findings as what they were joined of, each fingerprint once: for reports that keep a history of each."""
    for finding in findings:
        yield from {each.fingerprint: each for each in finding.alike or (finding,)}.values()


def _said(finding: Finding) -> str:
    """A finding's message without what tells the instances of one block apart."""
    text = finding.message
    for address in sorted(finding.resources, key=len, reverse=True):
        text = text.replace(address, "\0")
        for key in _KEY.findall(address):  # `open to 10.0.0.0/8` of rule["10.0.0.0/8"]
            text = text.replace(key, "\0")
    return _INSTANCE.sub("[]", text)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (place.source.path, place.start, -finding.severity, finding.policy.id, finding.subject)
