"""`migrate`: other tools' suppressions in our words, with the same effect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stanchion.cli.main import main
from stanchion.run import RunOptions, run

TERRAFORM = """\
resource "aws_cloudtrail" "a" {
  # checkov:skip=CKV_AWS_36:the other trail is validated
  # checkov:skip=CKV_AWS_99999:nobody knows it
  name           = "a"
  s3_bucket_name = "b"
}

#trivy:ignore:AVD-AWS-0014:exp:2099-01-01
resource "aws_cloudtrail" "b" {
  name           = "b"
  s3_bucket_name = "b" // tfsec:ignore:AWS-0016 said by us
  # a word
}
"""
MIGRATED = """\
# stanchion: ignore[LOG101] -- the other trail is validated
resource "aws_cloudtrail" "a" {
  # checkov:skip=CKV_AWS_99999:nobody knows it
  name           = "a"
  s3_bucket_name = "b"
}

#stanchion: ignore[LOG102] until=2099-01-01 -- accepted for trivy
resource "aws_cloudtrail" "b" {
  name           = "b"
  s3_bucket_name = "b" // stanchion: ignore[LOG101] -- accepted for tfsec; said by us
  # a word
}
"""
YAML = """\
Resources:
  A:
    Type: AWS::CloudTrail::Trail
    Metadata:
      checkov:
        skip:
          - id: CKV_AWS_36
            comment: fine so
    Properties: {S3BucketName: b, IsLogging: true}
  B:
    # checkov:skip=CKV_AWS_36:also fine
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: b, IsLogging: true}
  C:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: b, IsLogging: true}
"""
JSON = """\
{
  "Resources": {
    "G": {
      "Type": "AWS::EC2::SecurityGroup",
      "Metadata": {
        "cfn_nag": {"rules_to_suppress": [{"id": "W36", "reason": "named so"}]},
        "guard": {"SuppressedRules": ["NO_SUCH_RULE"]}
      },
      "Properties": {"GroupDescription": "x"}
    }
  }
}
"""


def suppressed(directory: Path) -> set[tuple[str, str]]:
    outcome = run([directory], RunOptions())
    return {(f.policy.id, f.resources[0]) for f in outcome.findings if f.suppressed is not None}


def test_comments_keep_what_they_are_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    before = suppressed(tmp_path)
    assert main(["migrate", str(tmp_path)]) == 0
    assert (tmp_path / "main.tf").read_text() == MIGRATED
    assert suppressed(tmp_path) == before
    assert "main.tf:3: no policy stands for CKV_AWS_99999; it stays as it is" in capsys.readouterr().err
    assert main(["migrate", str(tmp_path)]) == 0
    assert (tmp_path / "main.tf").read_text() == MIGRATED


def test_templates_keep_what_theirs_are_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "stack.yaml").write_text(YAML)
    (tmp_path / "stack.json").write_text(JSON)
    before = suppressed(tmp_path)
    assert {("LOG101", "A"), ("LOG101", "B")} <= before
    assert ("LOG101", "C") not in before
    assert main(["migrate", str(tmp_path)]) == 0
    assert suppressed(tmp_path) == before
    text = (tmp_path / "stack.yaml").read_text()
    assert "checkov" not in text
    assert "  # stanchion: ignore[LOG101] -- also fine\n  B:\n" in text
    metadata = json.loads((tmp_path / "stack.json").read_text())["Resources"]["G"]["Metadata"]
    assert metadata == {
        "guard": {"SuppressedRules": ["NO_SUCH_RULE"]},
        "stanchion": {"ignore": [{"id": "NET502", "reason": "named so"}]},
    }
    assert "no policy stands for NO_SUCH_RULE" in capsys.readouterr().err


def test_a_diff_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    assert main(["migrate", "--diff", str(tmp_path)]) == 0
    assert (tmp_path / "main.tf").read_text() == TERRAFORM
    assert "+# stanchion: ignore[LOG101] -- the other trail is validated\n" in capsys.readouterr().out
