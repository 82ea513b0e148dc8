"""Baselines: what was there when one began to look, so that only what is new fails."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stanchion.acceptance.counting import counts
from stanchion.judging.finding import Finding, Suppression
from stanchion.syntax.files import RefusedError, read_bytes
from stanchion.syntax.source import Problem

VERSION = 1


class BaselineError(ValueError):
    """A file that is no baseline, and why."""


@dataclass(slots=True, frozen=True)
class Known:
    """One accepted finding: by its fingerprint, and how often it was there; the rest is for people."""

    fingerprint: str
    count: int
    policy: str
    path: str
    resource: str
    message: str


def written(findings: Iterable[Finding]) -> str:
    """A baseline of the findings that count, as JSON text, sorted so that it is easy to compare."""
    counted: Counter[str] = Counter()
    examples: dict[str, Finding] = {}
    for finding in findings:
        if counts(finding):
            counted[finding.fingerprint] += 1
            examples.setdefault(finding.fingerprint, finding)
    entries = [
        {
            "policy": finding.policy.id,
            "path": finding.place.source.path,
            "resource": finding.resources[0] if finding.resources else "",
            "message": finding.message,
            "fingerprint": fingerprint,
            "count": counted[fingerprint],
        }
        for fingerprint, finding in examples.items()
    ]
    entries.sort(key=lambda entry: (entry["path"], entry["policy"], entry["resource"], entry["fingerprint"]))
    return json.dumps({"stanchion-baseline": VERSION, "findings": entries}, indent=1, ensure_ascii=True) + "\n"


def read(path: Path) -> list[Known]:
    """The entries of a baseline file. Raises BaselineError, with the file and what was expected."""
    try:
        document = json.loads(read_bytes(path).decode("utf-8"))
    except RefusedError as error:
        raise BaselineError(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{path}: is no baseline: {error}") from None
    if not isinstance(document, dict) or document.get("stanchion-baseline") != VERSION:
        raise BaselineError(f"{path}: expected a baseline as `stanchion baseline` writes it (version {VERSION})")
    try:
        return [_entry(item) for item in document["findings"]]
    except (KeyError, TypeError, ValueError):
        raise BaselineError(f"{path}: an entry lacks its fingerprint or count") from None


def _entry(item: dict[str, Any]) -> Known:
    texts = (str(item.get(key, "")) for key in ("policy", "path", "resource", "message"))
    return Known(str(item["fingerprint"]), int(item["count"]), *texts)


def hide(findings: Iterable[Finding], known: Iterable[Known]) -> tuple[list[Finding], list[Known]]:
    """The findings, those of the baseline marked; and the entries that match nothing any more.

    An entry hides as many findings as it counts: one more of the same is new.
    """
    entries = list(known)
    left = Counter({entry.fingerprint: 0 for entry in entries})
    for entry in entries:
        left[entry.fingerprint] += entry.count
    seen: Counter[str] = Counter()
    marked = []
    for finding in findings:
        if counts(finding) and left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
            seen[finding.fingerprint] += 1
            finding = finding._replace(suppressed=Suppression("baseline", "it was there when the baseline was written"))
        marked.append(finding)
    return marked, [entry for entry in entries if not seen[entry.fingerprint]]


def gone(entry: Known, baseline: Path) -> Problem:
    """What to say of an entry that nothing matches any more."""
    message = f"{entry.policy} on {entry.resource} in {entry.path} is no longer there; take it out of {baseline}"
    return Problem("suppression", message, None, str(baseline))
