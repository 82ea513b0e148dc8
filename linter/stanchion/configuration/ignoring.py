"""Findings that the configuration suppresses."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import replace

from stanchion.configuration.settings import Ignored
from stanchion.policy.finding import Finding, Suppression


def suppressed(finding: Finding, rules: Sequence[Ignored], today: str = "") -> Finding:
    """The finding, marked when a rule matches it. A rule past its date no longer counts; `today` is YYYY-MM-DD."""
    for rule in rules:
        if _matches(finding, rule) and not _expired(rule, today):
            return replace(finding, suppressed=Suppression("config", rule.reason))
    return finding


def _matches(finding: Finding, rule: Ignored) -> bool:
    if rule.path and not _glob(finding.place.source.path, rule.path):
        return False
    if rule.policies and finding.policy.id not in rule.policies and finding.policy.family not in rule.policies:
        return False
    return not rule.address or any(fnmatch.fnmatchcase(address, rule.address) for address in finding.resources)


def _glob(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, f"{pattern.rstrip('/')}/*")


def _expired(rule: Ignored, today: str) -> bool:
    if not rule.until:
        return False
    if not today:
        import datetime

        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return today > rule.until
