"""A summary the size of a comment on a pull request."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from stanchion.policy.finding import Finding
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.redaction import redacted
from stanchion.run import Outcome

#: How many findings are listed; a comment that nobody reads to its end helps nobody.
MOST = 50
#: Everything that Markdown or HTML could take for its own.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>&<@:$])")


def report(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """The summary as GitHub-flavoured Markdown; whatever comes from the source is escaped."""
    counted = [finding for finding in findings if finding.suppressed is None]
    lines = [f"### Stanchion: {_count(counted)}", ""]
    if counted:
        lines += ["| | policy | where | what |", "|---|---|---|---|"]
        worst_first = sorted(counted, key=lambda finding: -finding.policy.severity)
        lines += [_row(finding) for finding in worst_first[:MOST]]
        if len(counted) > MOST:
            lines.append(f"\n… and {len(counted) - MOST} more.")
        lines.append("")
    for problem in outcome.problems:
        if problem.grave:
            lines.append(f"- **not read:** {escaped(redacted(problem.message))}")
    if outcome.undecided:
        lines.append(f"\n{len(outcome.undecided)} questions could not be decided.")
    return "\n".join(lines).rstrip() + "\n"


def _count(findings: Sequence[Finding]) -> str:
    if not findings:
        return "nothing found"
    by_severity = Counter(finding.policy.severity for finding in findings)
    return ", ".join(f"{by_severity[s]} {s.word}" for s in reversed(Severity) if by_severity[s])


def _row(finding: Finding) -> str:
    line = finding.place.source.position(finding.place.start).line
    message = escaped(redacted(finding.message))
    if finding.when is not None:
        message += f" *(when {escaped(redacted(finding.when))})*"
    where = f"{escaped(finding.place.source.path)}\\:{line}"
    return f"| {finding.policy.severity.word} | {finding.policy.id} | {where} | {message} |"


def escaped(text: str) -> str:
    """A text in which nothing is markup, a link, a mention or a cell's end."""
    return _SPECIAL.sub(r"\\\1", shown(text.replace("\n", " "))).replace("\\&", "&amp;").replace("\\<", "&lt;")
