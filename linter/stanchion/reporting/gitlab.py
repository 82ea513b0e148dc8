"""GitLab's code quality report (GitLab Docs, "Code Quality", the report's format)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from stanchion.policy.finding import Finding
from stanchion.policy.policy import Severity
from stanchion.reporting.redaction import redacted
from stanchion.run import Outcome

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def report(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """The report as JSON text; equal fingerprints are told apart by a count, since GitLab joins equal ones."""
    seen: Counter[str] = Counter()
    entries = []
    for finding in findings:
        start = finding.place.source.position(finding.place.start)
        end = finding.place.source.position(finding.place.end)
        message = finding.message if finding.when is None else f"{finding.message} (when {finding.when})"
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        entries.append(
            {
                "description": redacted(message),
                "check_name": finding.policy.id,
                "fingerprint": fingerprint if seen[fingerprint] == 1 else f"{fingerprint}-{seen[fingerprint]}",
                "severity": _SEVERITIES[finding.policy.severity],
                "location": {
                    "path": finding.place.source.path,
                    "lines": {"begin": start.line, "end": end.line},
                },
            }
        )
    return json.dumps(entries, indent=1, ensure_ascii=True) + "\n"
