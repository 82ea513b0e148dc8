"""A summary the size of a comment on a pull request."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.wording import line_of, where
from stanchion.secrets.redact import told

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
        worst_first = sorted(counted, key=lambda finding: -finding.severity)
        lines += [_row(finding) for finding in worst_first[:MOST]]
        if len(counted) > MOST:
            lines.append(f"\n… and {len(counted) - MOST} more.")
        lines.append("")
    unread = [problem for problem in outcome.problems if problem.grave]
    for problem in unread[:MOST]:
        place = f"{escaped(where(problem))}: " if where(problem) else ""
        lines.append(f"- **not, or not wholly, judged:** {place}{escaped(told(problem.message))}")
    if len(unread) > MOST:
        lines.append(f"- … and {len(unread) - MOST} more that were not, or not wholly, judged.")
    if outcome.undecided:
        number = len(outcome.undecided)
        lines.append(f"\n{number} question{'s' if number != 1 else ''} could not be decided.")
    return "\n".join(lines).rstrip() + "\n"


def _count(findings: Sequence[Finding]) -> str:
    if not findings:
        return "nothing found"
    by_severity = Counter(finding.severity for finding in findings)
    return ", ".join(f"{by_severity[s]} {s.word}" for s in reversed(Severity) if by_severity[s])


def _row(finding: Finding) -> str:
    message = escaped(told(finding.message))
    if finding.when is not None:
        message += f" *(when {escaped(told(finding.when))})*"
    if finding.certainty == POSSIBLE:
        message += " *(possible)*"
    place = f"{escaped(finding.place.source.path)}\\:{line_of(finding.place)}"
    return f"| {finding.severity.word} | {finding.policy.id} | {place} | {message} |"


def escaped(text: str) -> str:
    """A text in which nothing is markup, a link, a mention or a cell's end."""
    return _SPECIAL.sub(r"\\\1", shown(text.replace("\n", " "))).replace("\\&", "&amp;").replace("\\<", "&lt;")
