"""Rows: what they find and where, what they leave alone, what they refuse when they are made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stanchion.api import (
    ABSENT,
    HIGH,
    LOW,
    PRESENT,
    SAFE,
    Policy,
    any_of,
    at_least,
    at_most,
    contains,
    matches,
    none_of,
    one_of,
    policies_in,
    resource,
)
from stanchion.fixing.fixes import SAFE as IS_SAFE
from stanchion.fixing.fixes import fixer
from stanchion.fixing.remediation import of_finding, of_policy
from stanchion.graph import schemas
from stanchion.plugins.registry import Registry, load
from stanchion.policy.rows import Rows
from stanchion.run import Keep, Outcome, RunOptions, run
from stanchion.syntax.reading import SourceTree

WHY = "It matters."
PAGE = "A page"


def rows(*types: str) -> Rows:
    return resource(*types, name="Thing", guide="A guide")


def judged(root: Path, policy: Policy, text: str, name: str = "main.tf") -> Outcome:
    (root / name).write_text(text)
    outcome = run([root], RunOptions((policy.id,)), None, SourceTree(root, base=root), Registry((policy,)))
    assert [problem.message for problem in outcome.problems] == []
    return outcome


def lines(outcome: Outcome) -> list[tuple[int, str]]:
    return sorted((f.place.source.position(f.place.start).line, f.certainty) for f in outcome.findings)


LAUNCH = """\
variable "key" {}
variable "sealed" { type = bool }
resource "aws_launch_template" "it" {
  block_device_mappings {
    device_name = "a"
    ebs {
      encrypted = true
    }
  }
  block_device_mappings {
    device_name = "b"
    ebs {
      encrypted = false
    }
  }
  block_device_mappings {
    device_name = "c"
    ebs {
      volume_size = 5
    }
  }
  block_device_mappings {
    device_name  = "d"
    virtual_name = "ephemeral0"
  }
  block_device_mappings {
    device_name = "e"
    ebs {
      encrypted = var.sealed
    }
  }
}
"""
DEVICES = "LaunchTemplateData.BlockDeviceMappings[].Ebs"


def test_each_element_of_a_list_is_asked_and_the_exact_one_is_pointed_at(tmp_path: Path) -> None:
    policy = rows("AWS::EC2::LaunchTemplate").must(
        "ENC901", f"{DEVICES}.Encrypted", True, HIGH, "has a disk in the clear", WHY, page=PAGE, when={DEVICES: PRESENT}
    )
    outcome = judged(tmp_path, policy, LAUNCH)
    assert lines(outcome) == [(13, "definite"), (18, "definite"), (29, "possible")]
    assert {finding.matter for finding in outcome.findings} == {f"{DEVICES}.Encrypted"}


def test_a_condition_through_the_same_list_speaks_of_the_same_element(tmp_path: Path) -> None:
    policy = rows("AWS::EC2::LaunchTemplate").must(
        "ENC901",
        f"{DEVICES}.Encrypted",
        True,
        HIGH,
        "has a disk in the clear",
        WHY,
        page=PAGE,
        when={"LaunchTemplateData.BlockDeviceMappings[].DeviceName": "b"},
    )
    assert lines(judged(tmp_path, policy, LAUNCH)) == [(13, "definite")]


PREDICATES: list[tuple[Any, str, str]] = [
    (5, "5", "4"),
    (PRESENT, '"x"', '""'),
    (ABSENT, "null", '"x"'),
    (one_of("a", "b"), '"b"', '"c"'),
    (none_of("a", "b"), '"c"', '"a"'),
    (none_of("a"), "null", '"a"'),
    (at_least(7), "7", "6"),
    (at_least(7), '"8"', "null"),
    (at_most(7), "7", "8"),
    (matches("^TLS"), '"TLS12"', '"SSL"'),
    (any_of(ABSENT, matches("^TLS")), "null", '"SSL"'),
    (any_of("a", at_least(3)), "4", "2"),
]


@pytest.mark.parametrize(("predicate", "good", "bad"), PREDICATES)
def test_predicates(predicate: Any, good: str, bad: str, tmp_path: Path) -> None:
    policy = rows("AWS::SNS::Topic").must("ENC901", "DisplayName", predicate, LOW, "is wrong", WHY, page=PAGE)
    text = "".join(
        f'resource "aws_sns_topic" "{name}" {{\n  display_name = {value}\n}}\n'
        for name, value in (("good", good), ("bad", bad))
    )
    outcome = judged(tmp_path, policy, text)
    assert [(finding.resources[0], finding.certainty) for finding in outcome.findings] == [
        ("aws_sns_topic.bad", "definite")
    ]


def test_a_list_contains_all_that_is_asked_for(tmp_path: Path) -> None:
    policy = rows("AWS::RDS::DBCluster").must(
        "LOG901",
        "EnableCloudwatchLogsExports",
        contains("audit", "error"),
        LOW,
        "exports too few logs",
        WHY,
        page=PAGE,
    )
    text = """\
resource "aws_rds_cluster" "good" {
  enabled_cloudwatch_logs_exports = ["audit", "error", "general"]
}
resource "aws_rds_cluster" "bad" {
  enabled_cloudwatch_logs_exports = ["audit"]
}
resource "aws_rds_cluster" "none" {
}
"""
    assert lines(judged(tmp_path, policy, text)) == [(5, "definite"), (7, "definite")]


KEYS = """\
variable "spec" {}
resource "aws_kms_key" "plain" {
}
resource "aws_kms_key" "signing" {
  customer_master_key_spec = "RSA_2048"
}
resource "aws_kms_key" "unknown" {
  customer_master_key_spec = var.spec
}
"""


def rotation(**more: Any) -> Policy:
    return rows("AWS::KMS::Key").must(
        "KEY901",
        "EnableKeyRotation",
        True,
        LOW,
        "is never rotated",
        WHY,
        page=PAGE,
        when={"KeySpec": "SYMMETRIC_DEFAULT"},
        **more,
    )


def test_what_the_condition_leaves_out_is_silent_and_an_undecided_one_possible(tmp_path: Path) -> None:
    assert lines(judged(tmp_path, rotation(), KEYS)) == [(2, "definite"), (7, "possible")]


def fixes_of(root: Path, policy: Policy, text: str, name: str = "main.tf") -> list[str]:
    (root / name).write_text(text)
    tree = SourceTree(root, base=root)
    outcome = run([root], RunOptions((policy.id,), keep=Keep.FIXABLE), None, tree, Registry((policy,)))
    made = [fix for fix in map(fixer(outcome.graphs, tree), outcome.findings) if fix is not None]
    return [fix.applicability if fix.applicability == IS_SAFE else fix.effect for fix in made]


def test_a_fix_is_made_only_where_the_row_says_so(tmp_path: Path) -> None:
    assert fixes_of(tmp_path, rotation(), KEYS) == []
    assert fixes_of(tmp_path, rotation(fix=SAFE), KEYS) == ["safe"]
    assert fixes_of(tmp_path, rotation(effect="costs money"), KEYS) == ["costs money"]


def test_a_fix_under_an_open_condition_is_unsafe(tmp_path: Path) -> None:
    template = """\
Parameters:
  Symmetric: {Type: String, AllowedValues: ["yes", "no"]}
Conditions:
  IsSymmetric: !Equals [!Ref Symmetric, "yes"]
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeySpec: !If [IsSymmetric, SYMMETRIC_DEFAULT, RSA_2048]
"""
    (effect,) = fixes_of(tmp_path, rotation(fix=SAFE), template, "template.yaml")
    assert "which the configuration leaves open" in effect


DATABASE = 'resource "aws_db_instance" "it" {\n  engine = "mysql"\n}\n'


def test_a_fix_of_what_is_set_once_is_unsafe_also_where_no_schema_is_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = rows("AWS::RDS::DBInstance").must(
        "ENC901", "StorageEncrypted", True, HIGH, "is in the clear", WHY, page=PAGE, fix=SAFE
    )
    assert fixes_of(tmp_path, policy, DATABASE) == [
        "replaces the resource: StorageEncrypted can be set only when it is made"
    ]
    monkeypatch.setattr(schemas, "schema", lambda type_: None)
    assert fixes_of(tmp_path, policy, DATABASE) == [
        "may replace the resource: the schema of AWS::RDS::DBInstance is not at hand"
    ]


VPCS = """\
variable "which" {}
resource "aws_vpc" "logged" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "rejects" {
  cidr_block = "10.1.0.0/16"
}
resource "aws_vpc" "silent" {
  cidr_block = "10.2.0.0/16"
}
resource "aws_flow_log" "all" {
  vpc_id       = aws_vpc.logged.id
  traffic_type = "ALL"
}
resource "aws_flow_log" "some" {
  vpc_id       = aws_vpc.rejects.id
  traffic_type = "ACCEPT"
}
"""
SOMEWHERE = 'resource "aws_flow_log" "somewhere" {\n  vpc_id       = var.which\n  traffic_type = "ALL"\n}\n'


def flow_logs() -> Policy:
    return rows("AWS::EC2::VPC").needs(
        "LOG901",
        "AWS::EC2::FlowLog",
        "ResourceId",
        LOW,
        "has no flow log",
        WHY,
        page=PAGE,
        having={"TrafficType": one_of("ALL", "REJECT")},
    )


def test_a_related_resource_must_refer_to_it_and_be_so_itself(tmp_path: Path) -> None:
    outcome = judged(tmp_path, flow_logs(), VPCS)
    assert lines(outcome) == [(5, "definite"), (8, "definite")]
    assert of_finding(outcome.findings[0]) == (
        "add an aws_flow_log whose ResourceId is this resource, with TrafficType ALL or REJECT"
    )


def test_a_related_resource_of_which_nobody_knows_whom_it_names_leaves_it_possible(tmp_path: Path) -> None:
    assert lines(judged(tmp_path, flow_logs(), VPCS + SOMEWHERE)) == [(5, "possible"), (8, "possible")]


def statement(effect: str, secure: str) -> str:
    document = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": secure}},
    }
    return json.dumps(document)


def bucket(name: str, *statements: str) -> str:
    return f"""
  {name}:
    Type: AWS::S3::Bucket
  {name}Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref {name}
      PolicyDocument:
        Statement: [{", ".join(statements)}]
"""


def test_conditions_through_one_list_speak_of_one_element(tmp_path: Path) -> None:
    policy = rows("AWS::S3::Bucket").needs(
        "TLS901",
        "AWS::S3::BucketPolicy",
        "Bucket",
        LOW,
        "takes plain HTTP",
        WHY,
        page=PAGE,
        having={
            "PolicyDocument.Statement[].Effect": "Deny",
            "PolicyDocument.Statement[].Condition.Bool.aws:SecureTransport": False,
        },
    )
    text = "Resources:" + bucket("Good", statement("Allow", "true"), statement("Deny", "false"))
    text += bucket("Bad", statement("Allow", "false"), statement("Deny", "true"))
    outcome = judged(tmp_path, policy, text, "template.yaml")
    assert [finding.resources[0] for finding in outcome.findings] == ["Bad"]


def test_what_to_write_is_in_the_words_of_the_type_at_hand(tmp_path: Path) -> None:
    policy = rows("AWS::RDS::DBInstance").must(
        "ENC901", "StorageEncrypted", True, HIGH, "is in the clear", WHY, page=PAGE
    )
    text = DATABASE + 'resource "aws_rds_cluster_instance" "member" {\n  engine = "aurora-mysql"\n}\n'
    said = {finding.resources[0]: of_finding(finding) for finding in judged(tmp_path, policy, text).findings}
    assert said["aws_db_instance.it"] == "storage_encrypted = true"
    assert "storage_encrypted" not in said["aws_rds_cluster_instance.member"]
    assert of_policy(policy, "cloudformation") == "StorageEncrypted: true"


@pytest.mark.parametrize(
    ("predicate", "terraform"),
    [
        (at_least(7), "backup_retention_period = 7 or more"),
        (PRESENT, "set backup_retention_period"),
        (ABSENT, "leave out backup_retention_period"),
        (one_of(1, 2), "backup_retention_period = 1 or 2"),
    ],
)
def test_what_to_write_for_other_predicates(predicate: Any, terraform: str) -> None:
    policy = rows("AWS::RDS::DBInstance").must(
        "BAK901", "BackupRetentionPeriod", predicate, LOW, "is wrong", WHY, page=PAGE
    )
    assert of_policy(policy, "terraform") == terraform


REFUSED: list[tuple[Callable[[Rows], object], str]] = [
    (lambda it: it.must("A1", "B[0].C", True, LOW, "x", WHY, page=PAGE), "expected a property path"),
    (lambda it: it.must("A1", "", True, LOW, "x", WHY, page=PAGE), "expected a property path"),
    (lambda it: it.must("A1", "B", True, LOW, "{resouce} x", WHY, page=PAGE, title="T"), "not resouce"),
    (lambda it: it.must("A1", "B", True, LOW, "{resource} x", WHY, page=PAGE), "expected a title"),
    (lambda it: it.must("A1", "B", True, LOW, "  ", WHY, page=PAGE, title="T"), "expected a message"),
    (lambda it: it.must("A1", "B", PRESENT, LOW, "x", WHY, page=PAGE, fix=SAFE), "no one value to write"),
    (lambda it: it.must("A1", "B", True, LOW, "x", WHY, page=PAGE, fix="yes"), "expected fix=SAFE"),
    (lambda it: it.must("A1", "B", True, LOW, "x", WHY, page=PAGE, when={"B": True}), "only where it is so already"),
    (lambda it: it.must("A1", "B", ("a", "b"), LOW, "x", WHY, page=PAGE), "expected a predicate"),  # type: ignore[arg-type]
    (lambda it: it.needs("A1", "AWS::X::Y", "Z..A", LOW, "x", WHY, page=PAGE), "expected a property path"),
    (lambda it: at_least(True), "expected a number"),
    (lambda it: one_of(), "expected something"),
    (lambda it: matches("("), "expected a regular expression"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_a_row_that_cannot_be_is_refused_when_it_is_made(make: Callable[[Rows], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(rows("AWS::S3::Bucket"))


def test_rows_without_a_type_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a type"):
        rows().must("A1", "B", True, LOW, "x", WHY, page=PAGE)


def test_the_policies_of_a_module_are_those_of_its_rows_too() -> None:
    things = rows("AWS::S3::Bucket")
    one = things.must("A1", "B", True, LOW, "x", WHY, page=PAGE)
    other = things.must("A2", "B", False, LOW, "y", WHY, page=PAGE)
    assert policies_in({"THINGS": things}) == (one, other)


def paths_of(policy: Policy) -> list[tuple[str, str]]:
    """Every type with every path that a row speaks of."""
    row = policy.row
    assert row is not None
    paths = [path for path, _ in row.when if path] + ([row.path] if row.path else [])
    found = [(type_, path) for type_ in row.types for path in paths]
    if row.relation is not None:
        found += [(row.relation.type, path) for path, _ in row.relation.having]
        found += [(row.relation.type, row.relation.by)] if row.relation.by else []
    return found


@pytest.mark.parametrize(
    "policy", [policy for policy in load(search=[]).policies if policy.row is not None], ids=lambda policy: policy.id
)
def test_every_row_speaks_of_what_the_schemas_know(policy: Policy) -> None:
    from stanchion.graph.mappings import Mappings

    mappings = Mappings.load()
    assert policy.row is not None
    for type_ in policy.row.types:
        assert schemas.schema(type_) is not None, type_
    for type_, path in paths_of(policy):
        own = (mappings.line(type_) or {}).get("extensions", ())
        assert schemas.has_path(type_, path.replace("[]", "")) or path.replace("[]", "") in own, (type_, path)
    for type_, path in paths_of(policy):
        assert ("[]" in path) is lists_on(type_, path), f"{type_} {path}: a list is written with [] behind it"


def lists_on(type_: str, path: str) -> bool:
    """Whether a path passes through a list on its way (the property at its end may be one)."""
    whole = schemas.schema(type_)
    assert whole is not None
    part = whole
    names = path.replace("[]", "").split(".")
    for number, name in enumerate(names):
        known = schemas.properties_of(whole, part)
        if name not in known:
            return "[]" in path
        part = dict(schemas.resolved(whole, known[name]))
        if part.get("type") == "array" and (number + 1 < len(names) or path.endswith("[]")):
            return True
    return False
