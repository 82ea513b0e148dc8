"""Findings that the configuration suppresses."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.judging.finding import Finding, Suppression
from stanchion.syntax.source import Problem

if TYPE_CHECKING:
    from stanchion.configuration.settings import Ignored


def suppressed(findings: Sequence[Finding], rules: Sequence[Ignored], base: Path, today: str) -> list[Finding]:
    """The findings, marked where a rule matches. A rule past its day no longer counts; `today` is YYYY-MM-DD, and
    `base` the directory that reported paths are relative to.

    What is suppressed already, nearer to the fault, stays as it is.
    """
    if not rules:
        return list(findings)
    valid = [rule for rule in rules if not _is_over(rule, today)]
    marked = []
    for finding in findings:
        if finding.suppressed is None:
            rule = next((rule for rule in valid if _matches(finding, rule, base)), None)
            if rule is not None:
                finding = finding._replace(suppressed=Suppression("config", rule.reason))
        marked.append(finding)
    return marked


def over(rules: Sequence[Ignored], today: str) -> list[Problem]:
    """A problem for every rule past its day, so that nobody wonders why its findings are back."""
    message = "this rule ended on {}: what it is about is reported again"
    return [Problem("suppression", message.format(rule.until), rule.place) for rule in rules if _is_over(rule, today)]


def _matches(finding: Finding, rule: Ignored, base: Path) -> bool:
    if rule.path and not _path_matches(finding.place.source.path, rule, base):
        return False
    if rule.policies and not any(name in rule.policies for name in finding.policy.names):
        return False
    return not rule.address or any(matches(address, rule.address) for address in finding.resources)


def _path_matches(path: str, rule: Ignored, base: Path) -> bool:
    """Whether a glob matches a reported path, or the path from the directory of the rule's file."""
    pattern = rule.path.removeprefix("./")
    if _glob(path, pattern):
        return True
    here = os.path.dirname(os.path.abspath(rule.place.source.path)).rstrip(os.sep) + os.sep
    whole = os.path.normpath(base / path)
    return whole.startswith(here) and _glob(whole[len(here) :].replace(os.sep, "/"), pattern)


def _glob(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, f"{pattern.rstrip('/')}/*")


def matches(address: str, pattern: str) -> bool:
    """Whether a glob matches an address. Brackets stand for themselves: `aws_instance.web[0]`, `web["a"]`, `web[*]`."""
    return fnmatch.fnmatchcase(address, pattern.replace("[", "[[]"))


def _is_over(rule: Ignored, today: str) -> bool:
    return bool(rule.until) and today > rule.until
