"""Annotations for GitHub's checks (GitHub Docs, "Workflow commands for GitHub Actions")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stanchion.fixing.remediation import of_finding
from stanchion.judging.finding import Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.wording import message_of
from stanchion.secrets.redact import told
from stanchion.syntax.source import Located, Problem

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}


def report(outcome: Outcome, findings: Sequence[Finding]) -> str:
    """One workflow command a line."""
    lines = [*(_finding(finding) for finding in findings), *_problems(outcome.problems)]
    return "".join(f"{line}\n" for line in lines)


def annotation(message: str) -> str:
    """The workflow command of a run that did not come to a report."""
    return f"::error title=Stanchion::{_data(shown(told(message)))}\n"


def _finding(finding: Finding) -> str:
    if finding.suppressed is not None:
        level, more = "notice", f"Suppressed by {finding.suppressed.by}: {shown(told(finding.suppressed.reason))}"
    else:
        level = _LEVELS.get(finding.severity, "notice")
        more = f"Mending: {of_finding(finding)}"
    text = f"{shown(message_of(finding))}\n{more}"
    title = f"{finding.policy.id} {finding.policy.title}"
    return f"::{level} {_where(finding.place)},title={_property(title)}::{_data(text)}"


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems:
        where = f" {_where(problem.place)}" if problem.place is not None else ""
        level = "error" if problem.grave else "warning"
        yield f"::{level}{where}::{_data(shown(told(problem.message)))}"


def _where(place: Located) -> str:
    start, end = place.source.position(place.start), place.source.position(place.end)
    column = f",col={start.column},endColumn={end.column}" if start.line == end.line else ""
    return f"file={_property(place.source.path)},line={start.line},endLine={end.line}{column}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(shown(text)).replace(":", "%3A").replace(",", "%2C")
