"""Input that is meant to hurt: nothing raises, everything ends, and each bound is reported."""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

RESOURCE = "Resources: {R: {Type: A::B::C, Properties: {X: %s}}}"


def nested(before: str, after: str, depth: int, inner: str = "a") -> str:
    return before * depth + inner + after * depth


@pytest.mark.parametrize(
    "expression",
    [
        nested("[", "]", 90),
        nested('{"a":', "}", 90),
        nested('{"Fn::Sub":', "}", 90, '"x"'),
        nested('{"Fn::If":["C",', ',"b"]}', 90, '"x"'),
        nested('{"Fn::Join":["",[', "]]}", 60, '"x"'),
        nested('{"Fn::Select":[0,[', "]]}", 60, '"x"'),
        nested('{"Fn::Length":[', "]}", 90, '"x"'),
        nested('{"Fn::ToJsonString":[', "]}", 60, '"x"'),
        nested('{"Fn::ForEach::X":["N",["a"],{"k":', "}]}", 45, "1"),
        nested('{"Fn::FindInMap":["M","a","b",{"DefaultValue":', "}]}", 60, '"x"'),
        nested('{"Fn::Equals":["a",', "]}", 90, '"x"'),
        nested('{"Fn::Not":[', "]}", 90, '{"Fn::Equals":["a","b"]}'),
    ],
)
def test_deep_nesting(evaluate: Any, expression: str) -> None:
    conditions = '"Conditions":{"C":{"Fn::Equals":[{"Ref":"P"},"x"]}},"Parameters":{"P":{"Type":"String"}},'
    unit = evaluate("{" + conditions + with_property(expression) + "}")
    assert unit.declarations["R"].type == "A::B::C"


def with_property(expression: str) -> str:
    return f'"Resources":{{"R":{{"Type":"A::B::C","Properties":{{"X":{expression}}}}}}}'


def test_a_long_chain_of_conditions_hits_the_bound_once(evaluate: Any) -> None:
    chain: dict[str, Any] = {f"C{index}": {"Fn::Not": [{"Condition": f"C{index + 1}"}]} for index in range(1000)}
    chain["C1000"] = {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]}
    unit = evaluate(json.dumps({"Conditions": chain, "Resources": {"R": {"Type": "A::B::C", "Condition": "C0"}}}))
    bounds = [problem for problem in unit.evaluated.problems if problem.kind == "bound"]
    assert [problem.message.split(";")[0] for problem in bounds] == ["values nest deeper than 200 levels"]


def test_conditions_that_double_are_cut_off(evaluate: Any) -> None:
    conditions: dict[str, Any] = {"C0": {"Fn::Equals": [{"Ref": "P0"}, "x"]}}
    parameters = {f"P{index}": {"Type": "String"} for index in range(41)}
    for index in range(1, 40):
        same = {"Condition": f"C{index - 1}"}
        atom = {"Fn::Equals": [{"Ref": f"P{index}"}, "x"]}
        conditions[f"C{index}"] = {
            "Fn::Or": [{"Fn::And": [same, atom]}, {"Fn::And": [{"Fn::Not": [same]}, {"Fn::Not": [atom]}]}]
        }
    data = {
        "Parameters": parameters,
        "Conditions": conditions,
        "Resources": {"R": {"Type": "A::B::C", "Condition": "C39", "Properties": {"X": {"Fn::If": ["C38", 1, 2]}}}},
    }
    unit = evaluate(json.dumps(data))
    assert [problem.kind for problem in unit.evaluated.problems] == ["bound"]
    assert len(unit["R.X"]) == 2


def test_aliases_that_double_are_cut_off(evaluate: Any) -> None:
    lines = ["A0: &a0 [x, x]"]
    lines += [f"A{index}: &a{index} [*a{index - 1}, *a{index - 1}]" for index in range(1, 40)]
    text = "Metadata:\n" + "".join(f"  {line}\n" for line in lines) + RESOURCE % "*a39"
    unit = evaluate(text)
    assert "bound" in {problem.kind for problem in unit.evaluated.problems}


def test_loops_are_bounded(evaluate: Any) -> None:
    body = '{"Type":"A::B::C"}'
    words = json.dumps([f"w{index}" for index in range(150)])
    inner = f'{{"Fn::ForEach::B":["Y",{words},{{"R${{X}}${{Y}}":{body}}}]}}'
    unit = evaluate(f'{{"Resources":{{"Fn::ForEach::A":["X",{words},{inner}]}}}}')
    assert [problem.kind for problem in unit.evaluated.problems] == ["bound"]
    assert 5_000 < len(unit.declarations) <= 10_000


def test_strings_are_bounded(evaluate: Any) -> None:
    pieces = ",".join(json.dumps({"Fn::Sub": "x" * 20_000}) for _ in range(60))
    unit = evaluate("{" + with_property(f'{{"Fn::Join":["",[{pieces}]]}}') + "}")
    assert [problem.kind for problem in unit.evaluated.problems] == ["bound"]


def test_many_choices_end_in_an_unknown(evaluate: Any) -> None:
    parameters = "".join(f"  P{index}: {{Type: String, AllowedValues: [a, b, c]}}\n" for index in range(10))
    joined = ", ".join(f"!Ref P{index}" for index in range(10))
    unit = evaluate(f"Parameters:\n{parameters}" + RESOURCE % f"!Join ['', [{joined}]]")
    assert unit["R.X"] == "?it hangs on more than 128 combinations"


def test_a_puzzle_in_the_conditions_ends(evaluate: Any) -> None:
    """Seven pigeons in six holes, said in conditions: hard for a solver."""
    holes = [f"h{index}" for index in range(6)]
    parameters = {f"P{index}": {"Type": "String", "AllowedValues": holes} for index in range(7)}
    apart = [
        {"Fn::Not": [{"Fn::And": [{"Fn::Equals": [{"Ref": f"P{a}"}, h]}, {"Fn::Equals": [{"Ref": f"P{b}"}, h]}]}]}
        for a in range(7)
        for b in range(a)
        for h in holes
    ]
    conditions: dict[str, Any] = {}
    for start in range(0, len(apart), 10):
        conditions[f"C{start}"] = {"Fn::And": apart[start : start + 10]}
    conditions["All"] = {"Fn::And": [{"Condition": name} for name in list(conditions)[:10]]}
    data = {
        "Parameters": parameters,
        "Conditions": conditions,
        "Resources": {"R": {"Type": "A::B", "Condition": "All"}},
    }
    assert "R" in evaluate(json.dumps(data)).declarations


STRINGS = """
P C M R R.Arn AWS::Region AWS::NoValue ${P} ${R.Arn}-${!x} Number 0 true {{resolve:ssm:a}} {{resolve:secretsmanager:${R}
AWS::SQS::Queue AWS::Serverless::Function AWS::CloudFormation::Stack AWS::CloudFormation::StackSet main.yaml x
"""
KEYS = """
P C M R Ref Type Properties Condition Default AllowedValues NoEcho DependsOn Name Parameters Location TemplateURL
TemplateBody Events Policies Tags Assertions Role Metadata aws:asset:path Value DefaultValue FunctionUrlConfig AuthType
PrimaryKey Fn::If Fn::Sub Fn::Join Fn::Select Fn::Split Fn::FindInMap Fn::GetAtt Fn::Equals Fn::And Fn::Not Fn::Or
Fn::Length Fn::Cidr Fn::Base64 Fn::Transform Fn::ToJsonString Fn::GetAZs Fn::ForEach::X Fn::Contains Fn::RefAll
"""
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
scalars = st.one_of(st.none(), st.booleans(), numbers, st.just(""), st.sampled_from(STRINGS.split()))
keys = st.sampled_from(KEYS.split())
documents = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=25,
)
sections = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(documents, st.dictionaries(keys, documents, max_size=3))
        for name in ("Parameters", "Mappings", "Conditions", "Rules", "Outputs", "Globals", "Metadata", "Transform")
    }
    | {
        "Resources": st.dictionaries(
            keys,
            st.one_of(
                documents,
                st.fixed_dictionaries(
                    {"Type": st.one_of(scalars, documents)},
                    optional={"Properties": documents, "Condition": documents, "DependsOn": documents},
                ),
            ),
            max_size=3,
        )
    },
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(documents, sections), serverless=st.booleans())
def test_any_document_is_evaluated(evaluate: Any, data: Any, serverless: bool) -> None:
    if serverless and isinstance(data, dict):
        data = {**data, "Transform": "AWS::Serverless-2016-10-31"}
    unit = evaluate(json.dumps(data))
    for problem in unit.evaluated.problems:
        assert problem.message
        assert problem.place is not None
    for declaration in unit.evaluated.declarations:
        assert declaration.block.start <= declaration.header.start <= declaration.header.end <= declaration.block.end
