"""The SARIF 2.1.0 report (OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0")."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stanchion import __version__
from stanchion.fixing.fixes import TextFix
from stanchion.fixing.remediation import of_policy
from stanchion.judging.finding import CONDITIONAL, POSSIBLE, Finding
from stanchion.outcome import Outcome
from stanchion.policy.policy import Policy, Severity
from stanchion.reporting.escape import shown
from stanchion.reporting.joining import apart
from stanchion.reporting.json import FixOf, dumped
from stanchion.reporting.wording import message_of
from stanchion.secrets.redact import redact, told
from stanchion.syntax.source import Located, Problem
from stanchion.worlds.fault import Step

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
#: GitHub code scanning's scale: over 9.0 critical, 7.0 high, 4.0 medium, below that low.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.5",
}


def report(outcome: Outcome, findings: list[Finding], base: Path, fix_of: FixOf) -> str:
    """The log as JSON text. `base` is what relative paths are relative to; `fix_of` gives a finding's fix."""
    policies = list({finding.policy.id: finding.policy for finding in findings}.values())
    index = {policy.id: number for number, policy in enumerate(policies)}
    run = {
        "tool": {
            "driver": {
                "name": "stanchion",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(policy) for policy in policies],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"uri": base.absolute().as_uri().rstrip("/") + "/"}},
        "invocations": [
            {
                "executionSuccessful": not any(problem.grave for problem in outcome.problems),
                "toolExecutionNotifications": [_notification(problem) for problem in outcome.problems],
            }
        ],
        "results": [_result(finding, index, fix_of(finding)) for finding in apart(findings)],
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _text(text: str) -> str:
    """Text from strangers as a message: secrets masked, nothing hidden in it, and no link of theirs (SARIF 2.1.0,
    section 3.11.6, "Messages with embedded links")."""
    return shown(told(text)).replace("](", "] (")


def _rule(policy: Policy) -> dict[str, Any]:
    mend = of_policy(policy)
    equivalents = [f"{tool}/{check}" for tool, checks in sorted(policy.equivalents.items()) for check in checks]
    return {
        "id": policy.id,
        "name": _name(policy.title),
        "shortDescription": {"text": policy.title},
        "fullDescription": {"text": policy.why},
        "help": {
            "text": f"{policy.why}\n\nMending: {mend}\n\nSee: {policy.docs}",
            "markdown": f"{policy.why}\n\n**Mending:** {mend}\n\n*{policy.docs}*",
        },
        "defaultConfiguration": {"level": _LEVELS[policy.severity]},
        "properties": {
            "tags": ["security", policy.family, *policy.controls],
            "security-severity": _SCORES[policy.severity],
            "equivalents": equivalents,
        },
    }


def _name(title: str) -> str:
    """A title in the form of an identifier, as rule names are (SARIF 2.1.0, section 3.49.7)."""
    words = "".join(char if char.isalnum() else " " for char in title.replace("'", "")).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _result(finding: Finding, index: dict[str, int], fix: TextFix | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.policy.id,
        "ruleIndex": index[finding.policy.id],
        "level": "note" if finding.certainty == POSSIBLE else _LEVELS[finding.severity],
        "message": {"text": _text(message_of(finding))},
        "locations": [
            {
                **_location(finding.place),
                "logicalLocations": [
                    {"fullyQualifiedName": redact(address), "kind": "resource"} for address in finding.resources
                ],
            }
        ],
        "partialFingerprints": {"stanchion/v1": finding.fingerprint},
        "properties": {"certainty": finding.certainty, "type": finding.type, "framework": finding.framework},
    }
    if finding.certainty == CONDITIONAL:
        result["properties"]["when"] = _text(finding.when or "")
    if finding.trace:
        result["codeFlows"] = [{"threadFlows": [{"locations": [*map(_flow, finding.trace), _flow(_itself(finding))]}]}]
    if fix is not None:
        result["fixes"] = [_fix(fix)]
    if finding.suppressed is not None:
        kind = "inSource" if finding.suppressed.by == "comment" else "external"
        result["suppressions"] = [{"kind": kind, "justification": _text(finding.suppressed.reason)}]
    return result


def _fix(fix: TextFix) -> dict[str, Any]:
    """The edits of a fix, all of one file (SARIF 2.1.0, section 3.55, "fix object")."""
    said = f"Mends it, and {fix.effect}" if fix.effect else "Mends it"
    replacements = [{"deletedRegion": _region(edit), "insertedContent": {"text": edit.text}} for edit in fix.edits]
    change = {"artifactLocation": _artifact(fix.edits[0].source.path), "replacements": replacements}
    return {"description": {"text": _text(said)}, "artifactChanges": [change]}


def _itself(finding: Finding) -> Step:
    return Step(finding.message, finding.place)


def _flow(step: Step) -> dict[str, Any]:
    return {"location": {**_location(step.place), "message": {"text": _text(step.message)}}}


def _location(place: Located) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(place.source.path), "region": _region(place)}}


def _region(place: Located) -> dict[str, int]:
    start, end = place.source.position(place.start), place.source.position(place.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> dict[str, Any]:
    if Path(path).is_absolute():
        return {"uri": f"file://{quote(os.fsencode(path))}"}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": ROOT}


def _notification(problem: Problem) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": "error" if problem.grave else "warning",
        "message": {"text": _text(problem.message)},
        "descriptor": {"id": problem.kind},
    }
    if problem.place is not None:
        notification["locations"] = [_location(problem.place)]
    elif problem.path is not None:
        notification["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(problem.path)}}]
    return notification
