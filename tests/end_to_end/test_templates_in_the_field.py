"""Templates as people write them, from the file to the finding: what is open, where, and what is told."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from stanchion.run import Outcome, RunOptions, run

ADMIN = ("NET101", "NET102", "NET112")


def judged(directory: Path, select: tuple[str, ...] = ADMIN, **files: str) -> Outcome:
    """What a run over files says; a double underscore in a name is a dot."""
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(textwrap.dedent(text), encoding="utf-8")
    return run([directory], RunOptions(select=select, root=directory))


def told(outcome: Outcome) -> list[str]:
    """Findings as `ID line certainty`."""
    return sorted(
        f"{finding.policy.id} {finding.place.source.position(finding.place.start).line} {finding.certainty}"
        for finding in outcome.findings
    )


def group(*rules: str) -> str:
    """A template with one security group, each rule on a line of its own from line 6 on."""
    lines = [
        "Resources:",
        "  G:",
        "    Type: AWS::EC2::SecurityGroup",
        "    Properties:",
        "      SecurityGroupIngress:",
    ]
    return "\n".join([*lines, *(f"        - {rule}" for rule in rules)]) + "\n"


def rule(port: int | str, cidr: str) -> str:
    return f"{{IpProtocol: tcp, FromPort: {port}, ToPort: {port}, CidrIp: {cidr}}}"


# --- keys that are there twice --------------------------------------------------------------------------------------


def test_of_two_equal_keys_the_last_is_what_is_deployed(tmp_path: Path) -> None:
    opened = group("{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8, CidrIp: 0.0.0.0/0}")
    closed = group("{IpProtocol: tcp, FromPort: 3389, ToPort: 3389, CidrIp: 0.0.0.0/0, CidrIp: 10.0.0.0/8}")
    outcome = judged(tmp_path, opened__yaml=opened, closed__yaml=closed)
    assert told(outcome) == ["NET101 6 definite"]
    assert [problem.message for problem in outcome.problems] == [
        "CidrIp is defined twice (first on line 6); the last one counts"
    ] * 2
    assert not any(problem.grave for problem in outcome.problems)


def test_of_two_resources_and_two_defaults_the_last_counts(tmp_path: Path) -> None:
    resource = "  G: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [%s]}}\n"
    text = "Parameters:\n  Port: {Type: Number, Default: 443, Default: 22}\nResources:\n"
    text += resource % rule(5432, "0.0.0.0/0") + resource % rule("!Ref Port", "0.0.0.0/0")
    outcome = judged(tmp_path, t__yaml=text)
    assert told(outcome) == ["NET101 5 definite"]


def test_json_is_read_so_too(tmp_path: Path) -> None:
    rules = '[{"IpProtocol": "tcp", "FromPort": %d, "ToPort": %d, "CidrIp": "0.0.0.0/0"}]'
    text = '{"Resources": {"G": {"Type": "AWS::EC2::SecurityGroup", "Properties": {\n"SecurityGroupIngress": %s,\n' % (
        rules % (443, 443)
    ) + '"SecurityGroupIngress": %s}}}}' % (rules % (22, 22))
    assert told(judged(tmp_path, t__json=text)) == ["NET101 3 definite"]


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_second_document_is_an_error(tmp_path: Path) -> None:
    outcome = judged(tmp_path, t__yaml="Resources: {T: {Type: AWS::SNS::Topic}}\n---\n" + group(rule(22, "0.0.0.0/0")))
    (problem,) = outcome.problems
    assert problem.grave
    assert problem.message == "expected one document in the file, found 2; only the first was read"
    assert problem.place is not None
    assert problem.place.source.position(problem.place.start).line == 3


def test_files_are_found_whatever_the_case_of_their_ending(tmp_path: Path) -> None:
    text = group(rule(22, "0.0.0.0/0"))
    assert len(judged(tmp_path, a__YAML=text, b__Yml=text, c__TEMPLATE=text).findings) == 3


def test_what_is_no_template_is_passed_over_in_silence(tmp_path: Path) -> None:
    guard = "- name: open\n  input:\n    Resources:\n      G: {Type: AWS::EC2::SecurityGroup, Properties: {}}\n"
    other = "service: x\nresources:\n  Resources:\n    G: {Type: AWS::EC2::SecurityGroup, Properties: {}}\n"
    outcome = judged(tmp_path, guard__yaml=guard, serverless__yml=other, t__yaml=group(rule(22, "0.0.0.0/0")))
    assert outcome.units == 1
    assert outcome.problems == []


# --- includes -------------------------------------------------------------------------------------------------------

NETS = "Nets:\n  office: {Cidr: 0.0.0.0/0}\n"
INCLUDE = "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}\n"
OFFICE = "!FindInMap [Nets, office, Cidr]"


@pytest.mark.parametrize("own", ["", "  Own: {a: {b: c}}\n"], ids=["alone", "beside another"])
def test_an_include_under_mappings_is_read(tmp_path: Path, own: str) -> None:
    text = group(rule(22, OFFICE)) + "Mappings:\n" + own + INCLUDE % "nets.yaml"
    outcome = judged(tmp_path, t__yaml=text, nets__yaml=NETS)
    assert told(outcome) == ["NET101 6 definite"]
    assert outcome.problems == []


def test_an_include_that_is_not_at_hand_leaves_its_mappings_open(tmp_path: Path) -> None:
    outcome = judged(tmp_path, t__yaml=group(rule(22, OFFICE)) + "Mappings:\n" + INCLUDE % "s3://b/nets.yaml")
    assert told(outcome) == ["NET101 6 possible"]
    assert outcome.problems == []
    assert [what for what, _ in outcome.unseen] == ["include s3://b/nets.yaml"]


def test_included_parameters_and_conditions_count(tmp_path: Path) -> None:
    text = group(f"!If [Dev, {rule('!Ref Port', '0.0.0.0/0')}, !Ref AWS::NoValue]")
    text += "Parameters:\n" + INCLUDE % "parameters.yaml" + "Conditions:\n" + INCLUDE % "conditions.yaml"
    parameters = "Port: {Type: Number, Default: 22}\nEnv: {Type: String, Default: prod}\n"
    outcome = judged(
        tmp_path, t__yaml=text, parameters__yaml=parameters, conditions__yaml="Dev: !Equals [!Ref Env, dev]\n"
    )
    assert outcome.problems == []
    (finding,) = outcome.findings
    assert (finding.policy.id, finding.when) == ("NET101", 'Env = "dev"')


# --- keys that are known in part ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ['!Sub "production-${AWS::Region}"', '!Join ["-", [production, !Ref AWS::Region]]'])
def test_a_key_that_cannot_be_is_no_way(tmp_path: Path, key: str) -> None:
    plain = "Mappings:\n  Plain:\n    staging-eu-west-1: {Cidr: %s}\n    production-eu-west-1: {Cidr: %s}\n"
    text = group(rule(22, f"!FindInMap [Plain, {key}, Cidr]"))
    assert judged(tmp_path, t__yaml=text + plain % ("0.0.0.0/0", "10.0.0.0/8")).findings == []
    (finding,) = judged(tmp_path, t__yaml=text + plain % ("10.0.0.0/8", "0.0.0.0/0")).findings
    assert finding.certainty == "definite"


# --- other stacks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    ["!GetStackOutput {StackName: s, OutputName: Cidr}", "{'Fn::GetStackOutput': {StackName: s, OutputName: Cidr}}"],
)
def test_an_output_of_another_stack_is_not_known(tmp_path: Path, call: str) -> None:
    outcome = judged(tmp_path, t__yaml=group(rule(22, call)))
    assert told(outcome) == ["NET101 6 possible"]
    assert outcome.problems == []


STACK_SET = """\
    Resources:
      S:
        Type: AWS::CloudFormation::StackSet
        Properties:
          StackSetName: s
          Parameters: [{ParameterKey: Cidr, ParameterValue: %s}]
          StackInstancesGroup: %s
          TemplateBody: |
            Parameters: {Cidr: {Type: String, Default: %s}}
            Resources:
              G:
                Type: AWS::EC2::SecurityGroup
                Properties: {SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !Ref Cidr}]}
    """
OVERRIDE = "[{Regions: [r], ParameterOverrides: [{ParameterKey: Cidr, ParameterValue: 0.0.0.0/0}]}]"


@pytest.mark.parametrize(
    ("passed", "groups", "default", "certainty"),
    [
        ("0.0.0.0/0", "[]", "10.0.0.0/8", ["definite"]),
        ("10.0.0.0/8", "[]", "0.0.0.0/0", []),
        ("10.0.0.0/8", OVERRIDE, "10.0.0.0/8", ["conditional"]),
    ],
)
def test_a_stack_set_passes_parameters(
    tmp_path: Path, passed: str, groups: str, default: str, certainty: list[str]
) -> None:
    outcome = judged(tmp_path, t__yaml=STACK_SET % (passed, groups, default))
    assert [finding.certainty for finding in outcome.findings] == certainty
