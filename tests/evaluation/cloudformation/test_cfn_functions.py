"""Every intrinsic function, in both spellings."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from stanchion.evaluation.values import Known, Reference, Unknown

HEAD = """
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]}
  Name: {Type: String, Default: web}
  Open: {Type: String}
  Subnets: {Type: CommaDelimitedList, Default: "s1, s2"}
Mappings:
  Sizes: {dev: {size: 1, zones: [a]}, prod: {size: 2, zones: [a, b]}}
  Images: {us-east-1: {id: ami-1}, eu-west-1: {id: ami-2}}
  Same: {us-east-1: {id: ami-1}, eu-west-1: {id: ami-1}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  R:
    Type: AWS::SQS::Queue
    Properties:
      X: %s
"""


def result(evaluate: Any, expression: str, **options: Any) -> Any:
    unit = evaluate(HEAD % expression, **options)
    assert unit.problems == []
    return unit["R.X"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Name", "web"),
        ("{Ref: Name}", "web"),
        ("!Ref Bucket", "?Bucket"),
        ("!GetAtt Bucket.Arn", "?Bucket.Arn"),
        ("!GetAtt [Bucket, Arn]", "?Bucket.Arn"),
        ("{'Fn::GetAtt': [Bucket, Arn]}", "?Bucket.Arn"),
        ("{'Fn::GetAtt': Bucket.Website.Url}", "?Bucket.Website.Url"),
        ("!Sub 'a-${Name}-${!Name}'", "a-web-${Name}"),
        ("!Sub ['${A}-${Name}', {A: !Ref Name}]", "web-web"),
        ("{'Fn::Sub': ['${A}', {A: {Ref: Name}}]}", "web"),
        ("!Sub '${Bucket}/x/${Bucket.Arn}'", "?${Bucket}/x/${Bucket.Arn}"),
        ("!Sub '${Bucket}'", "?Bucket"),
        ("!Sub 'no variables $ {x}'", "no variables $ {x}"),
        ("!Join ['-', [a, !Ref Name, 3, true]]", "a-web-3-true"),
        ("{'Fn::Join': ['', [a, {Ref: Bucket}, b]]}", "?a${Bucket}b"),
        ("!Join ['+', !Ref Subnets]", "s1+s2"),
        ("!Join ['+', !Split [',', 'a,b']]", "a+b"),
        ("!Split ['|', 'a|b|']", ["a", "b", ""]),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Ref Subnets]", "s1"),
        ("!Select [1, !Split ['/', 'a/b/c']]", "b"),
        ("!Select [0, !GetAZs '']", "?Fn::Select 0 of Fn::GetAZs AWS::Region"),
        ("!Select [1, !GetAZs us-east-1]", "?Fn::Select 1 of Fn::GetAZs us-east-1"),
        ("!FindInMap [Sizes, prod, size]", 2),
        ("!FindInMap [Sizes, !Ref Env, size]", {'Env = "dev"': 1, 'Env = "prod"': 2}),
        ("!FindInMap [Sizes, prod, zones]", ["a", "b"]),
        ("!FindInMap [Sizes, nowhere, size, {DefaultValue: 9}]", 9),
        ("!FindInMap [Nope, nowhere, size, {DefaultValue: !Ref Name}]", "web"),
        ("!FindInMap [Same, !Ref 'AWS::Region', id]", "ami-1"),
        (
            "!FindInMap [Images, !Ref 'AWS::Region', id, {DefaultValue: none}]",
            {
                'AWS::Region = "us-east-1"': "ami-1",
                'AWS::Region = "eu-west-1"': "ami-2",
                '(AWS::Region != "us-east-1" and AWS::Region != "eu-west-1")': "none",
            },
        ),
        ("!If [Prod, yes-it-is, no-it-is-not]", {'Env = "prod"': "yes-it-is", 'Env != "prod"': "no-it-is-not"}),
        ("{'Fn::If': [Prod, 1, 1]}", 1),
        (
            "[a, !If [Prod, b, !Ref 'AWS::NoValue'], !Ref 'AWS::NoValue']",
            ["a", {'Env = "prod"': "b", 'Env != "prod"': None}],
        ),
        ("!Base64 abc", base64.b64encode(b"abc").decode()),
        ("{'Fn::Base64': !Sub 'x ${Name}'}", base64.b64encode(b"x web").decode()),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Select [1, !Cidr ['192.168.0.0/24', '6', '5']]", "192.168.0.32/27"),
        ("!Cidr ['2001:db8::/56', 2, 64]", ["2001:db8::/64", "2001:db8:0:1::/64"]),
        ("!Select [2, !Cidr [!GetAtt Bucket.Cidr, 4, 8]]", "?Fn::Select 2 of Fn::Cidr of Bucket.Cidr"),
        ("!ImportValue shared", "?Fn::ImportValue shared"),
        ("!ImportValue {'Fn::Sub': '${Name}-vpc'}", "?Fn::ImportValue web-vpc"),
        ("{'Fn::Length': [1, 2]}", 2),
        ("!Length [a, !If [Prod, b, !Ref 'AWS::NoValue']]", {'Env = "prod"': 2, 'Env != "prod"': 1}),
        ("!ToJsonString {a: !Ref Name, b: [1, true, 2.50]}", '{"a":"web","b":[1,true,2.50]}'),
        ("!ToJsonString {a: !Ref Bucket}", '?{"a":"${Bucket}"}'),
        ("!Ref 'AWS::AccountId'", "?AWS::AccountId"),
        ("!Sub 'arn:${AWS::Partition}:iam::aws:policy/X'", "?arn:${AWS::Partition}:iam::aws:policy/X"),
    ],
)
def test_function(evaluate: Any, expression: str, expected: Any) -> None:
    assert result(evaluate, expression) == expected


def test_references_are_kept_through_functions(evaluate: Any) -> None:
    unit = evaluate(HEAD % "!Join [':', [!Ref Bucket, !GetAtt Bucket.Arn, !Sub '${Bucket.DomainName}']]")
    assert unit.value("R.X").references == (
        Reference("Bucket", "Ref"),
        Reference("Bucket", "Arn"),
        Reference("Bucket", "DomainName"),
    )


def test_a_partly_known_string_keeps_its_parts(evaluate: Any) -> None:
    value = evaluate(HEAD % "!Sub 'a-${Bucket}-${Name}'").value("R.X")
    assert isinstance(value, Unknown)
    assert value.type == "string"
    assert value.parts is not None
    assert [part.value if isinstance(part, Known) else None for part in value.parts] == ["a-", None, "-web"]


def test_base64_of_a_partly_known_text_has_the_parts_of_the_text(evaluate: Any) -> None:
    value = evaluate(HEAD % "{'Fn::Base64': !Sub 'export A=1 ${Bucket}'}").value("R.X")
    assert isinstance(value, Unknown)
    assert value.parts is not None
    assert value.parts[0].value == "export A=1 "  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "reason", "sensitive"),
    [
        ("{{resolve:secretsmanager:db:SecretString:password}}", "resolved from Secrets Manager at deploy time", True),
        ("{{resolve:ssm-secure:/db/password:1}}", "resolved from Parameter Store at deploy time", True),
        ("{{resolve:ssm:/db/host}}", "resolved from Parameter Store at deploy time", False),
    ],
)
def test_dynamic_references(evaluate: Any, text: str, reason: str, sensitive: bool) -> None:
    value = evaluate(HEAD % f"'{text}'").value("R.X")
    assert isinstance(value, Unknown)
    assert value.variable is not None
    assert (value.variable.name, value.reason, value.sensitive, value.type) == (text, reason, sensitive, "string")
    inside = evaluate(HEAD % f"!Sub 'a${{Bucket}}{text}b'").value("R.X")
    assert inside.parts[2].variable.name == text
    assert inside.sensitive is sensitive


def test_a_dynamic_reference_may_have_a_hole(evaluate: Any) -> None:
    value = evaluate(HEAD % "!Sub '{{resolve:secretsmanager:${Bucket}:SecretString:p}}'").value("R.X")
    assert value.variable.name == "{{resolve:secretsmanager:${Bucket}:SecretString:p}}"
    assert value.references == (Reference("Bucket", "Ref"),)


def test_find_in_map_by_region_must_find_a_row(evaluate: Any) -> None:
    unit = evaluate(HEAD % "!If [Prod, !FindInMap [Images, !Ref 'AWS::Region', id], x]")
    assert [str(type(c).__name__) for c in unit.evaluated.constraints] == ["AnyOf"]
    first = unit["R.X"]
    assert set(first.values()) == {"ami-1", "ami-2", "x", "?the mapping has no row for this AWS::Region"}


def test_region_pins_the_pseudo_parameters(evaluate: Any) -> None:
    expression = "!Sub '${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix}'"
    assert result(evaluate, expression, region="eu-west-1") == "eu-west-1 aws amazonaws.com"
    assert result(evaluate, expression, region="cn-north-1") == "cn-north-1 aws-cn amazonaws.com.cn"
    assert result(evaluate, "!FindInMap [Images, !Ref 'AWS::Region', id]", region="eu-west-1") == "ami-2"


def test_property_without_value_is_absent(evaluate: Any) -> None:
    unit = evaluate(HEAD % "!Ref 'AWS::NoValue'")
    assert "X" not in unit.declarations["R"].properties.entries
    unit = evaluate(HEAD % "!If [Prod, !Ref 'AWS::NoValue', 3]")
    assert unit["R.X"] == {'Env = "prod"': None, 'Env != "prod"': 3}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("!Ref Nothing", "'Nothing' is neither a parameter nor a resource"),
        ("!GetAtt Nothing.Arn", "'Nothing' is not a resource"),
        ("!GetAtt Bucket", "a logical id, a dot and an attribute"),
        ("!Sub '${Nothing}'", "'Nothing' is neither a parameter nor a resource"),
        ("!Sub '${X:-y}'", "is no name of a variable"),
        ("!Sub [a]", "expected Fn::Sub to have 2 values, found 1"),
        ("!Join [a]", "expected Fn::Join to have 2 values, found 1"),
        ("!Join ['', abc]", "expected Fn::Join to have a list to join"),
        ("!Select [5, [a]]", "element 5 of a list of 1"),
        ("!Select [x, [a]]", "as a whole number"),
        ("!FindInMap [Nope, a, b]", "there is no mapping 'Nope'"),
        ("!FindInMap [Sizes, nope, size]", "the mapping has no key 'nope'"),
        ("!If [Nope, a, b]", "there is no condition 'Nope'"),
        ("!If [Prod, a]", "expected Fn::If to have 3 values"),
        ("!Cidr [x, 1, 8]", "is no block"),
        ("!Cidr [10.0.0.0/24, 300, 8]", "from 1 to 256"),
        ("!Nonsense x", "!Nonsense is not a function"),
        ("{'Fn::Nonsense': x}", "Fn::Nonsense is not a function"),
        ("{'Fn::Sub': a, Other: b}", "expected Fn::Sub to be the only key"),
        ("!Ref 'AWS::Nothing'", "AWS::Nothing is not one of the pseudo parameters"),
        ("'{{resolve:nothing:x}}'", "'nothing' is not a service"),
        ("null", "found nothing"),
    ],
)
def test_mistakes_are_problems_with_a_place_and_the_rest_goes_on(evaluate: Any, expression: str, message: str) -> None:
    unit = evaluate(HEAD % expression)
    matching = [problem for problem in unit.evaluated.problems if message in problem.message]
    assert len(matching) == 1, unit.problems
    assert matching[0].place is not None
    assert matching[0].place.source.position(matching[0].place.start).line == 18
    assert {"Bucket", "R", "Env"} <= set(unit.declarations)
