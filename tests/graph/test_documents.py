"""Policies that a template gives as text are judged as the objects that they spell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stanchion.cli.main import main
from stanchion.judging.finding import Finding
from stanchion.run import RunOptions, run

ROLE = """
Parameters:
  Account: {Type: String, Default: "*"}
Conditions:
  Wide: !Equals [!Ref Account, "*"]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: %s
"""
OPEN = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}'
NARROW = OPEN.replace('"*"', '"arn:aws:iam::123456789012:root"')


def findings(tmp_path: Path, document: str, select: str = "IAM110") -> list[Finding]:
    (tmp_path / "stack.yaml").write_text(ROLE % document)
    outcome = run([tmp_path], RunOptions(select=(select,)))
    assert [problem.message for problem in outcome.problems] == []
    return outcome.findings


@pytest.mark.parametrize(
    ("document", "certainties"),
    [
        (f"'{OPEN}'", ["definite"]),
        (f"!Sub '{OPEN}'", ["definite"]),
        (f"'{NARROW}'", []),
        (f"!If [Wide, '{OPEN}', '{NARROW}']", ["conditional"]),
        ("'no policy at all'", []),
        ("'{not json'", []),
    ],
)
def test_a_trust_policy_as_text(tmp_path: Path, document: str, certainties: list[str]) -> None:
    assert [finding.certainty for finding in findings(tmp_path, document)] == certainties


def test_a_policy_inside_a_list_as_text(tmp_path: Path) -> None:
    inside = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    document = f"'{NARROW}'\n      Policies:\n        - {{PolicyName: all, PolicyDocument: '{inside}'}}"
    assert [finding.policy.id for finding in findings(tmp_path, document, "IAM511")] == ["IAM511"]


def test_text_that_is_meant_as_text_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: '{\"a\": 1}'\n"
    (tmp_path / "stack.yaml").write_text(text)
    assert main(["graph", str(tmp_path), "--format", "json"]) == 0
    (topic,) = json.loads(capsys.readouterr().out)["resources"]
    assert topic["properties"]["DisplayName"] == '{"a": 1}'
