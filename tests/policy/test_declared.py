"""Policies in YAML: right in both languages, unknown where nothing is known, and harmless whatever they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.judging.finding import Finding
from stanchion.plugins.registry import load
from stanchion.policy.declared.reading import read_policies
from stanchion.run import Keep, Outcome, RunOptions, run

PACK = """\
policies:
  - id: ACME001
    title: Bucket keeps no versions
    severity: medium
    types: [AWS::S3::Bucket]
    must:
      required: [VersioningConfiguration]
      properties:
        VersioningConfiguration:
          required: [Status]
          properties: {Status: {const: Enabled}}
    message: "{resource} keeps no versions"
    why: What is overwritten is gone.
    mend: 'versioning_configuration { status = "Enabled" }'
    docs: "Amazon S3 User Guide: Using versioning"
    equivalents: {checkov: [CKV_AWS_21]}
    fix: {set: {VersioningConfiguration.Status: Enabled}}
  - id: ACME002
    title: Large or unencrypted volume
    severity: low
    types: [AWS::EC2::Volume]
    when:
      properties: {VolumeType: {enum: [gp2, gp3]}}
      required: [VolumeType]
    must:
      properties:
        Size: {maximum: 100}
        Encrypted: {const: true}
        AvailabilityZone: {pattern: "^eu-"}
    why: It costs.
    mend: size = 100
    docs: "Amazon EBS User Guide"
"""


def pack(tmp_path: Path, text: str = PACK) -> Path:
    path = tmp_path / "policies.yaml"
    path.write_text(text)
    return path


def judged(tmp_path: Path, name: str, text: str, policies: str = PACK) -> Outcome:
    work = tmp_path / "work"
    work.mkdir()
    (work / name).write_text(text)
    files = (pack(tmp_path, policies),)
    outcome = run([work], RunOptions(families=("ACME",), policy_files=files))
    assert not outcome.problems
    return outcome


def shown(finding: Finding) -> tuple[str, str, str, int]:
    line = finding.place.source.position(finding.place.start).line
    return finding.policy.id, finding.certainty, finding.message, line


BUCKETS = """\
variable "status" {
  default = "Suspended"
}
variable "given" {}
resource "aws_s3_bucket" "none" {}
resource "aws_s3_bucket" "kept" {}
resource "aws_s3_bucket_versioning" "kept" {
  bucket = aws_s3_bucket.kept.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket" "off" {}
resource "aws_s3_bucket_versioning" "off" {
  bucket = aws_s3_bucket.off.id
  versioning_configuration {
    status = var.status
  }
}
resource "aws_s3_bucket" "unknown" {}
resource "aws_s3_bucket_versioning" "unknown" {
  bucket = aws_s3_bucket.unknown.id
  versioning_configuration {
    status = var.given
  }
}
"""


def test_a_condition_is_over_the_canonical_resource_with_what_configures_it(tmp_path: Path) -> None:
    found = [shown(finding) for finding in judged(tmp_path, "main.tf", BUCKETS).findings]
    assert sorted(found) == [
        ("ACME001", "definite", "aws_s3_bucket.none keeps no versions", 5),
        ("ACME001", "definite", "aws_s3_bucket.off keeps no versions", 17),
        ("ACME001", "possible", "aws_s3_bucket.unknown keeps no versions", 24),
    ]


TEMPLATE = """\
Parameters:
  Environment: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  Prod: !Equals [!Ref Environment, prod]
Resources:
  Chosen:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration:
        Status: !If [Prod, Enabled, Suspended]
  Large:
    Type: AWS::EC2::Volume
    Properties:
      VolumeType: gp3
      Size: "200"
      Encrypted: "true"
      AvailabilityZone: us-east-1a
  Other:
    Type: AWS::EC2::Volume
    Properties: {VolumeType: io2, Size: 1000}
"""


def test_conditions_carry_their_assignment_and_values_have_the_types_of_the_schema(tmp_path: Path) -> None:
    outcome = judged(tmp_path, "stack.yaml", TEMPLATE)
    assert [(f.policy.id, f.resources[0], f.when, shown(f)[3]) for f in outcome.findings] == [
        ("ACME001", "Chosen", 'Environment = "dev"', 10),
        ("ACME002", "Large", None, 17),
        ("ACME002", "Large", None, 15),
    ]


def test_an_unknown_value_that_only_a_pattern_asks_for_is_undecided(tmp_path: Path) -> None:
    text = """\
variable "zone" {}
resource "aws_ebs_volume" "a" {
  type              = "gp3"
  size              = 10
  encrypted         = true
  availability_zone = var.zone
}
"""
    outcome = judged(tmp_path, "main.tf", text)
    assert {finding.certainty for finding in outcome.findings} == {"possible"}
    assert [(note.policy, note.reason) for note in outcome.undecided] == [("ACME002", "var.zone has no default")]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("    title: Bucket", "    titel: Bucket", 2, "there is no key 'titel' here; did you mean 'title'?"),
        ("    severity: medium\n", "", 2, "expected severity here too"),
        ("severity: medium", "severity: bad", 4, "is not one of"),
        ("id: ACME001", "id: acme", 2, "expected an id of capital letters and a number behind them"),
        ("{const: Enabled}", "{type: strng}", 11, "expected JSON Schema"),
        ("{const: Enabled}", "{$ref: 'https://example.net/x'}", 11, "$ref cannot be used here"),
        ("{const: Enabled}", "{pattern: '('}", 11, "expected a regular expression"),
        ("types: [AWS::S3::Bucket]", "types: [", 7, "expected"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in PACK
    policies, problems = read_policies([pack(tmp_path, PACK.replace(old, new))])
    assert "ACME001" not in {policy.id for policy in policies}
    told = [problem for problem in problems if message in problem.message]
    assert told, problems
    assert {problem.kind for problem in problems} == {"configuration"}
    place = told[0].place
    assert place is not None
    assert place.source.position(place.start).line in (line, line + 1)


def test_one_mistake_leaves_the_other_policies(tmp_path: Path) -> None:
    policies, problems = read_policies([pack(tmp_path, PACK.replace("severity: medium", "severity: bad"))])
    assert [policy.id for policy in policies] == ["ACME002"]
    assert len(problems) == 1


def test_ids_are_used_once(tmp_path: Path) -> None:
    registry = load(files=[pack(tmp_path, PACK.replace("ACME002", "ACME001").replace("ACME001", "LOG101", 1))])
    assert [p.message for p in registry.problems] == ["policy LOG101 is there already; the first one is kept"]


def test_a_pattern_that_never_ends_is_given_up(tmp_path: Path) -> None:
    evil = PACK.replace('"^eu-"', '"^(a|a|aa)+$"')
    zone = "a" * 5000 + "!"
    text = f'resource "aws_ebs_volume" "a" {{\n  type = "gp3"\n  availability_zone = "{zone}"\n}}\n'
    outcome = judged(tmp_path, "main.tf", text, evil)
    assert {finding.certainty for finding in outcome.findings} == {"possible"}
    assert ["takes too long" in note.reason for note in outcome.undecided] == [True]


def test_a_directory_of_policies(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "one.yaml").write_text(PACK)
    policies, problems = read_policies([tmp_path / "more"])
    assert [policy.id for policy in policies] == ["ACME001", "ACME002"]
    assert not problems
    _, problems = read_policies([tmp_path / "nowhere.yaml"])
    assert "could not be read" in problems[0].message


def test_a_fix_is_data_too(tmp_path: Path) -> None:
    from stanchion.fixing.fixes import fixer
    from stanchion.syntax.reading import SourceTree

    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "a" {}\n')
    tree = SourceTree(tmp_path)
    options = RunOptions(families=("ACME",), policy_files=(pack(tmp_path),), keep=Keep.FIXABLE)
    outcome = run([tmp_path / "main.tf"], options, None, tree)
    fix = fixer(outcome.graphs, tree)(outcome.findings[0])
    assert fix is not None
    assert 'resource "aws_s3_bucket_versioning" "a"' in fix.edits[0].text
