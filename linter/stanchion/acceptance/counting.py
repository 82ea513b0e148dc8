"""Which findings count: those that fail a build, go into a baseline, and are shown unasked."""

from __future__ import annotations

from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.policy.policy import Severity


def counts(finding: Finding, least: Severity = Severity.INFO) -> bool:
    """Whether a finding counts: nobody accepted it, it is more than possible, and at least so severe."""
    return finding.suppressed is None and finding.certainty != POSSIBLE and finding.severity >= least
