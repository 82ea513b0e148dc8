"""GitLab's code quality report (GitLab Docs, "Code Quality", the report's format)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from stanchion.judging.finding import Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.joining import apart
from stanchion.reporting.json import dumped
from stanchion.reporting.wording import line_of, message_of
from stanchion.secrets.redact import told
from stanchion.syntax.source import Problem

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def report(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """The report as JSON text: findings that nothing suppresses, and files that could not be read.

    Equal fingerprints are told apart by a count, since GitLab joins equal ones.
    """
    entries = [_finding(finding) for finding in apart(findings) if finding.suppressed is None]
    entries += _problems(outcome.problems)
    seen: Counter[str] = Counter()
    for entry in entries:
        fingerprint = entry["fingerprint"]
        seen[fingerprint] += 1
        if seen[fingerprint] > 1:
            entry["fingerprint"] = f"{fingerprint}-{seen[fingerprint]}"
    return dumped(entries)


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "description": shown(message_of(finding)),
        "check_name": finding.policy.id,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": place.source.path,
            "lines": {"begin": line_of(place), "end": place.source.position(place.end).line},
        },
    }


def _problems(problems: Sequence[Problem]) -> Iterator[dict[str, Any]]:
    from hashlib import sha256

    for problem in problems:
        path = problem.place.source.path if problem.place is not None else problem.path
        if problem.grave and path:
            said = shown(told(problem.message))
            yield {
                "description": f"not, or not wholly, judged: {said}",
                "check_name": f"stanchion/{problem.kind}",
                "fingerprint": sha256(f"{problem.kind}\0{shown(path)}\0{said}".encode()).hexdigest(),
                "severity": "blocker",
                "location": {
                    "path": path,
                    "lines": {"begin": line_of(problem.place) if problem.place is not None else 1},
                },
            }
