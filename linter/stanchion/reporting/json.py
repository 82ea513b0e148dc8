"""The JSON report, to the output contract (schema 1)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from stanchion import __version__
from stanchion.fixing.fixes import TextFix
from stanchion.judging.finding import Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Severity
from stanchion.reporting.escape import encodable
from stanchion.secrets.redact import redact, told
from stanchion.syntax.source import Located, Problem
from stanchion.worlds.fault import Step

SCHEMA = 1
FixOf: TypeAlias = Callable[[Finding], TextFix | None]


def report(outcome: Outcome, findings: list[Finding], fix_of: FixOf) -> str:
    """The report as JSON text with a line end; `fix_of` gives the fix of a finding that has one."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "stanchion", "version": __version__},
        "findings": [_finding(finding, fix_of(finding)) for finding in findings],
        "errors": [_problem(problem) for problem in outcome.problems],
        "summary": summary(outcome, findings),
    }
    return dumped(document)


def dumped(document: Any) -> str:
    """A document as JSON text with a line end, in ASCII: valid for strict readers, and no danger to a terminal."""
    text = json.dumps(document, indent=2, ensure_ascii=True)
    if "\\ud" in text:  # half of a surrogate pair is no text: only strict readers say so
        text = json.dumps(_encodable(document), indent=2, ensure_ascii=True)
    return text + "\n"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list) else value


def summary(outcome: Outcome, findings: list[Finding]) -> dict[str, Any]:
    """The counts of a run; findings that are only possible or suppressed are not among the severities."""
    counted = Counter(f.severity for f in findings if f.suppressed is None and f.certainty != "possible")
    return {
        "units": outcome.units,
        "files": outcome.files,
        "resources": outcome.resources,
        "policies": outcome.policies,
        "undecided": len(outcome.undecided),
        "unseen": sorted({name for name, _ in outcome.unseen}),
        "by_severity": {severity.word: counted.get(severity, 0) for severity in reversed(Severity)},
    }


def _finding(finding: Finding, fix: TextFix | None) -> dict[str, Any]:
    suppressed = finding.suppressed
    return {
        "policy": finding.policy.id,
        "title": finding.policy.title,
        "severity": finding.severity.word,
        "certainty": finding.certainty,
        "when": None if finding.when is None else told(finding.when),
        "message": told(finding.message),
        "resources": [redact(address) for address in finding.resources],
        "type": finding.type,
        "framework": finding.framework,
        "location": location(finding.place),
        "trace": [_step(step) for step in finding.trace],
        "fix": _fix(fix) if fix is not None else None,
        "suppressed": None if suppressed is None else {"by": suppressed.by, "reason": told(suppressed.reason)},
        "fingerprint": finding.fingerprint,
    }


def _fix(fix: TextFix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "effect": fix.effect or None,
        "edits": [{"location": location(edit), "text": edit.text} for edit in fix.edits],
    }


def _step(step: Step) -> dict[str, Any]:
    return {"message": told(step.message), "location": location(step.place)}


def location(place: Located) -> dict[str, Any]:
    """A place as path, start and end, lines and columns from 1."""
    start, end = place.source.position(place.start), place.source.position(place.end)
    return {
        "path": place.source.path,
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }


def _problem(problem: Problem) -> dict[str, Any]:
    where: dict[str, Any] | None = None
    if problem.place is not None:
        where = location(problem.place)
    elif problem.path is not None:
        where = {"path": problem.path}
    return {"kind": problem.kind, "message": told(problem.message), "location": where}
