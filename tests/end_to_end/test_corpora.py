"""The corpora end to end: exactly the reviewed findings, each on its line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from stanchion.policy.policy import Profile, Severity
from stanchion.reporting.joining import joined
from stanchion.run import RunOptions, run

HERE = Path(__file__).parent
CORPUS = HERE.parents[2] / "shared" / "corpus"
REVIEWED = tomllib.loads((HERE / "reviewed.toml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not beside the project")


@pytest.mark.parametrize("name", REVIEWED)
def test_the_findings_are_the_reviewed_ones(name: str) -> None:
    outcome = run([CORPUS / name], RunOptions(profile=Profile.AUDIT, severity=Severity.LOW))
    found = [
        f"{finding.policy.id} {Path(finding.place.source.path).name}:"
        f"{finding.place.source.position(finding.place.start).line}"
        for finding in joined(outcome.findings)
        if finding.certainty == "definite"
    ]
    assert sorted(found) == sorted(REVIEWED[name]["definite"])
    assert [f.message for f in outcome.findings if f.certainty == "conditional"] == []
    assert [problem.message for problem in outcome.problems] == []


def test_nothing_in_the_corpora_crashes_a_policy() -> None:
    outcome = run([CORPUS], RunOptions(profile=Profile.AUDIT, severity=Severity.INFO))
    assert outcome.units > 50
    assert [problem.message for problem in outcome.problems if problem.kind == "plugin"] == []
