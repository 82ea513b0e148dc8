"""Baselines: what was there is hidden, what is new is not, what is gone is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.acceptance.baseline import BaselineError, hide, read, written
from stanchion.judging.finding import Finding
from stanchion.run import RunOptions, run

TRAIL = 'resource "aws_cloudtrail" "{name}" {{\n  name           = "{name}"\n  s3_bucket_name = "logs"\n}}\n'


def findings(directory: Path, text: str) -> list[Finding]:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    return run([directory], RunOptions(select=("LOG101",))).findings


def test_only_what_is_new_is_left(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    baseline.write_text(written(findings(tmp_path, TRAIL.format(name="old"))), encoding="utf-8")
    moved = "\n\n# moved\n" + TRAIL.format(name="old") + TRAIL.format(name="new")
    marked, gone = hide(findings(tmp_path, moved), read(baseline))
    assert [(f.resources[0], f.suppressed is not None) for f in marked] == [
        ("aws_cloudtrail.old", True),
        ("aws_cloudtrail.new", False),
    ]
    assert gone == []


def test_the_same_address_in_another_directory_is_new(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first = findings(tmp_path / "one", TRAIL.format(name="a"))
    baseline = tmp_path / "baseline.json"
    baseline.write_text(written(first), encoding="utf-8")
    (marked,), gone = hide(findings(tmp_path / "two", TRAIL.format(name="a")), read(baseline))
    assert marked.suppressed is None
    assert len(gone) == 1


def test_an_entry_hides_no_more_than_it_counts(tmp_path: Path) -> None:
    (one,) = findings(tmp_path, TRAIL.format(name="a"))
    baseline = tmp_path / "baseline.json"
    baseline.write_text(written([one]), encoding="utf-8")
    marked, _ = hide([one, one], read(baseline))
    assert [finding.suppressed is not None for finding in marked] == [True, False]


@pytest.mark.parametrize("text", ["", "[]", '{"stanchion-baseline": 9}', '{"stanchion-baseline": 1, "findings": [{}]}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match=r"baseline\.json"):
        read(path)
