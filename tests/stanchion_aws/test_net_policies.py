"""The NET family as a whole: no fault is told twice, and every policy finds its own when asked alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from stanchion.evaluation.cloudformation.stack.unit import evaluate_document
from stanchion.evaluation.cloudformation.template.template import TemplateOptions
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.judging.finding import Finding
from stanchion.judging.judge import judge
from stanchion.plugins.registry import load
from stanchion.policy.policy import Policy, Severity
from stanchion.syntax.document.nodes import Node
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.source import Problem, Source

ALL = {policy.id: policy for policy in load(search=[]).policies if policy.family == "NET"}
SHOWN = [policy for policy in ALL.values() if policy.severity > Severity.INFO]
MAPPINGS = Mappings.load()
FAMILIES = Path(__file__).parents[3] / "shared" / "conformance" / "families.json"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "policies"


class NoFiles:
    """A tree with nothing in it."""

    def document(self, path: Path) -> tuple[Node | None, list[Problem]]:
        raise AssertionError(path)

    def exists(self, path: Path) -> bool:
        return False

    def shown(self, path: Path) -> str:
        return path.as_posix()


def findings(template: str, policies: Iterable[Policy]) -> list[Finding]:
    (root,), problems = parse_yaml(Source("template.yaml", template))
    assert problems == []
    evaluated = evaluate_document(root, Path("template.yaml"), NoFiles(), TemplateOptions())
    judged = judge(build(evaluated, MAPPINGS), policies)
    assert judged.problems == []
    return judged.findings


def group(*rules: str) -> str:
    listed = "".join(f"\n        - {{{rule}}}" for rule in rules)
    return f"""
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: a group
      SecurityGroupEgress: []
      SecurityGroupIngress:{listed}
  User:
    Type: AWS::EC2::Instance
    Properties:
      SecurityGroupIds: [!GetAtt Group.GroupId]
"""


def shown(template: str) -> list[tuple[str, str]]:
    return [(found.policy.id, found.message) for found in findings(template, SHOWN)]


def test_a_rule_for_everything_is_one_finding() -> None:
    assert shown(group('IpProtocol: "-1", CidrIp: 0.0.0.0/0')) == [
        ("NET100", "every protocol and port is open to 0.0.0.0/0 through Group")
    ]


def test_a_wide_range_is_one_finding_that_names_what_is_in_it() -> None:
    assert shown(group("IpProtocol: tcp, FromPort: 1, ToPort: 5000, CidrIpv6: '::/0'")) == [
        (
            "NET150",
            "TCP ports 1-5000, SSH (22), RDP (3389), MySQL (3306), SQL Server (1433-1434) among them, are open to ::/0 "
            "through Group",
        )
    ]


def test_a_port_is_one_finding_of_its_own_policy() -> None:
    assert shown(group("IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/1")) == [
        ("NET112", "TCP port 5432 (PostgreSQL) is open to 0.0.0.0/1 through Group")
    ]
    assert shown(group("IpProtocol: tcp, FromPort: 9999, ToPort: 9999, CidrIp: 7.7.7.7/0")) == [
        ("NET190", "TCP port 9999 is open to 7.7.7.7/0, which is 0.0.0.0/0 through Group")
    ]


def test_the_web_is_meant_to_be_open() -> None:
    web = (
        "IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0",
        "IpProtocol: 6, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0",
    )
    assert shown(group(*web)) == []


@pytest.mark.parametrize("policy", ["NET101", "NET102", "NET111", "NET140", "NET142", "NET191", "NET192"])
def test_each_policy_finds_its_port_when_asked_alone(policy: str) -> None:
    for rule in (
        'IpProtocol: "-1", CidrIp: 0.0.0.0/0',
        "IpProtocol: tcp, FromPort: 0, ToPort: 65535, CidrIp: 0.0.0.0/0",
    ):
        (found,) = findings(group(rule), [ALL[policy]])
        assert found.certainty == "definite"


def test_many_rules_under_many_conditions_are_each_found_under_their_own() -> None:
    count = 12
    parameters = "".join(f"\n  P{n}: {{Type: String, AllowedValues: [a, b]}}" for n in range(count))
    conditions = "".join(f"\n  C{n}: !Equals [!Ref P{n}, a]" for n in range(count))
    rules = "".join(
        f"\n        - !If [C{n}, {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}}, !Ref AWS::NoValue]"
        for n in range(count)
    )
    template = f"""
Parameters:{parameters}
Conditions:{conditions}
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:{rules}
"""
    found = findings(template, [ALL["NET101"]])
    assert [(f.certainty, f.when) for f in found] == [("conditional", f'P{n} = "a"') for n in range(count)]


def test_the_finding_names_the_rule_first_and_its_group_too() -> None:
    template = """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: a group}
  Rule:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !GetAtt Group.GroupId, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
"""
    (found,) = findings(template, [ALL["NET101"]])
    assert found.resources == ("Rule", "Group")
    assert found.place.source.position(found.place.start).line == 8


def test_a_default_that_ec2_adds_is_told_once() -> None:
    template = "Resources: {Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a group}}}"
    ids = [found.policy.id for found in findings(template, ALL.values())]
    assert ids == ["NET205", "NET503"]


def test_policies_yield_to_policies_that_exist() -> None:
    named = {other for policy in ALL.values() for other in policy.yields_to}
    unknown = {other for other in named - ALL.keys() if not "NET101" <= other <= "NET149"}
    assert not unknown


def test_every_fixture_belongs_to_a_policy() -> None:
    assert {path.name for path in FIXTURES.glob("*/NET*")} == set(ALL)


@pytest.mark.skipif(not FAMILIES.is_file(), reason="the conformance cases are not here")
def test_every_check_of_the_family_has_a_policy_that_stands_for_it() -> None:
    stands_for = {f"{tool}:{id_}" for policy in ALL.values() for tool, ids in policy.equivalents.items() for id_ in ids}
    assert set(json.loads(FAMILIES.read_text())["NET"]) <= stands_for
