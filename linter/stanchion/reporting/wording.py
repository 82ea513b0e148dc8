"""What the reports say of findings and problems in the same words."""

from __future__ import annotations

from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.secrets.redact import told
from stanchion.syntax.source import Located, Problem


def message_of(finding: Finding) -> str:
    """What is wrong, when, and whether it is only possible, secrets masked."""
    when = f" (when {finding.when})" if finding.when is not None else ""
    possible = " (possible)" if finding.certainty == POSSIBLE else ""
    return f"{told(finding.message + when)}{possible}"


def line_of(place: Located) -> int:
    """The line on which a place starts."""
    return place.source.position(place.start).line


def where(problem: Problem) -> str:
    """The file of a problem, with the line where that is known: `main.tf:3`; "" for what is of no file."""
    if problem.place is not None:
        return f"{problem.place.source.path}:{line_of(problem.place)}"
    return problem.path or ""
