"""`new-policy` and `test-policies`: a start that runs, and fixtures that are held to."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.cli.main import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", ["--yaml", "--python"])
@pytest.mark.parametrize(
    ("type_", "name", "value", "count"),
    [
        ("AWS::EC2::Volume", "Encrypted", "true", 4),
        ("AWS::OpenSearchService::Domain", "NodeToNodeEncryptionOptions.Enabled", "true", 4),
        ("AWS::RDS::DBInstance", "BackupRetentionPeriod", "7", 4),
        ("AWS::S3::Bucket", "VersioningConfiguration.Status", "Enabled", None),
    ],
)
def test_a_new_policy_runs_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, type_: str, name: str, value: str, count: int | None
) -> None:
    arguments = ["new-policy", "ACME001", "--type", type_, "--property", name, "--value", value, form]
    assert main([*arguments, "--directory", str(tmp_path)]) == 0
    option, ending = ("--policies", "yaml") if form == "--yaml" else ("--plugin", "py")
    pack = [option, str(tmp_path / f"acme001.{ending}")]
    capsys.readouterr()
    assert main(["test-policies", str(tmp_path / "fixtures"), *pack]) == 0
    said = capsys.readouterr().out
    assert ", 0 failed" in said
    assert count is None or f"{count} fixtures of 1 policy" in said
    assert main([*arguments, "--directory", str(tmp_path)]) == 2
    assert "nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["acme1"], "expected capital letters and a number behind them"),
        (["LOG101"], "LOG101 is a policy already"),
        (["ACME1", "--type", "AWS::No::Such"], "CloudFormation has no such type"),
        (["ACME1", "--property", "Encripted"], "AWS::EC2::Volume has no Encripted there"),
        (["ACME1", "--value", "yes"], "expected true or false"),
        (["ACME1", "--type", "AWS::S3::Bucket", "--property", "VersioningConfiguration"], "is no single value"),
    ],
)
def test_what_cannot_be_started_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["new-policy", *arguments, "--directory", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_our_own_fixtures_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-policies", str(ROOT / "fixtures" / "policies" / "cloudtrail")]) == 0
    assert capsys.readouterr().out.endswith(", 0 failed\n")


def test_what_differs_is_told_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = tmp_path / "LOG101"
    here.mkdir()
    trail = 'resource "aws_cloudtrail" "a" {{\n  name           = "a"\n  s3_bucket_name = "b"{}\n}}\n'
    (here / "bad.tf").write_text(trail.format(" # expect: LOG101"))
    (here / "bad-empty.tf").write_text('resource "aws_vpc" "a" {}\n')
    (here / "good.tf").write_text(trail.format(""))
    (here / "bad.json").write_text('{"Resources": {"T": {"Type": "AWS::CloudTrail::Trail",\n"Properties": {}}}}')
    (here / "bad.json.expect").write_text("1: LOG101 conditional\n")
    assert main(["test-policies", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{here / 'bad-empty.tf'}: a bad fixture expects something: `# expect: LOG101`",
        f"{here / 'bad.json'}:1: expected LOG101 (conditional); it was not found",
        f"{here / 'bad.json'}:1: LOG101 (definite) was found; it is not expected",
        f"{here / 'bad.tf'}:3: expected LOG101 (definite); it was not found",
        f"{here / 'bad.tf'}:1: LOG101 (definite) was found; it is not expected",
        f"{here / 'good.tf'}:1: LOG101 (definite) was found; it is not expected",
        "4 fixtures of 1 policy, 4 failed",
    ]


def test_a_directory_without_fixtures_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test-policies", str(tmp_path)]) == 2
    assert "expected ID/bad* and ID/good* of a policy" in capsys.readouterr().err
