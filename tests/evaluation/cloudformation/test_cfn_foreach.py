"""Fn::ForEach: expanded as the language extensions do, or one symbolic iteration."""

from __future__ import annotations

import json
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

HEAD = """
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: 'a,b'}
  Given: {Type: CommaDelimitedList}
Mappings: {M: {dev: {names: [a]}, prod: {names: [a, b]}}}
"""


def test_resources_are_repeated(evaluate: Any) -> None:
    unit = evaluate(
        HEAD
        + """
Resources:
  Fn::ForEach::Topics:
    - Name
    - [one, two]
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Sub '${Name}-${Env}'
          Plain: 'x-${Name}'
          Again: !Ref Name
          Other: !GetAtt [!Sub 'Topic${Name}', TopicArn]
Outputs:
  Fn::ForEach::Arns:
    - Name
    - [one, two]
    - 'Arn${Name}': {Value: !Ref {'Fn::Sub': 'Topic${Name}'}}
"""
    )
    assert unit.problems == []
    assert [d.address for d in unit.evaluated.declarations if d.kind == "resource"] == ["Topicone", "Topictwo"]
    assert unit["Topicone.TopicName"] == {'Env = "dev"': "one-dev", 'Env = "prod"': "one-prod"}
    assert unit["Topictwo.Plain"] == "x-two"
    assert unit["Topictwo.Again"] == "two"
    assert unit["Topictwo.Other"] == "?Topictwo.TopicArn"
    assert unit["Outputs.Arntwo.Value"] == "?Topictwo"
    assert unit.declarations["Topicone"].header.text() == "Topic${Name}"


def test_an_ampersand_leaves_out_what_a_logical_id_may_not_have(evaluate: Any) -> None:
    loop = "{'Fn::ForEach::X': [Ip, [10.0.0.1], {'Host&{Ip}': {Type: A::B::C, Properties: {Ip: !Ref Ip}}}]}"
    unit = evaluate(f"Resources: {loop}")
    assert unit["Host10001.Ip"] == "10.0.0.1"


def test_loops_nest_and_conditions_loop(evaluate: Any) -> None:
    unit = evaluate(
        HEAD
        + """
Conditions:
  Fn::ForEach::Is:
    - E
    - [dev, prod]
    - Is${E}: !Equals [!Ref Env, !Ref E]
Resources:
  Fn::ForEach::A:
    - E
    - [dev, prod]
    - Fn::ForEach::B:
        - N
        - [x, y]
        - R${E}${N}: {Type: A::B::C, Condition: !Sub 'Is${E}', Properties: {V: !Sub '${E}/${N}'}}
"""
    )
    assert unit.problems == []
    assert unit.exists("Rprody") == 'Env = "prod"'
    assert unit["Rdevx.V"] == "dev/x"


def test_a_collection_that_is_a_choice_makes_resources_under_conditions(evaluate: Any) -> None:
    loop = "[N, !FindInMap [M, !Ref Env, names], {'R${N}': {Type: A::B::C}}]"
    unit = evaluate(f"{HEAD}Resources: {{'Fn::ForEach::X': {loop}}}")
    assert unit.exists("Ra") == "true"
    assert unit.exists("Rb") == 'Env = "prod"'


def test_an_unknown_collection_gives_one_symbolic_iteration(evaluate: Any) -> None:
    unit = evaluate(
        HEAD
        + """
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Given
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Sub '${Name}.fifo', Me: !Ref {'Fn::Sub': 'Topic${Name}'}}
"""
    )
    assert unit.problems == []
    assert [d.address for d in unit.evaluated.declarations if d.kind == "resource"] == ["Topic${Name}"]
    assert unit["Topic${Name}.TopicName"] == "?${Name}.fifo"
    assert unit.value("Topic${Name}.Me").references[0].address == "Topic${Name}"


def test_properties_loop(evaluate: Any) -> None:
    unit = evaluate(
        f"{HEAD}Conditions: {{P: !Equals [!Ref Env, prod]}}\n"
        "Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      Z: 1\n"
        "      Fn::ForEach::X: [N, !Ref Names, {'Key${N}': !Ref N}]\n"
        "      Fn::ForEach::Y: [N, !If [P, [q], []], {'Key${N}': !Ref N}]\n"
    )
    assert unit.problems == []
    assert (unit["R.Keya"], unit["R.Keyb"], unit["R.Z"]) == ("a", "b", 1)
    assert unit["R.Keyq"] == {'Env = "prod"': "q", 'Env != "prod"': None}


@pytest.mark.parametrize(
    ("loop", "message"),
    [
        ("[a]", "expected Fn::ForEach::X to have 3 values"),
        ("a", "expected Fn::ForEach::X to have a list of 3 values"),
        ("[[a], [b], {c: {Type: A::B::C}}]", "the name of a loop variable"),
        ("[N, b, {c: {Type: A::B::C}}]", "expected a list to go through"),
        ("[N, [b], c]", "expected a mapping to repeat"),
        ("[N, [[b]], {c: {Type: A::B::C}}]", "expected strings in the collection"),
        ("[N, [a, b], {c: {Type: A::B::C}}]", "c is there already"),
    ],
)
def test_mistakes(evaluate: Any, loop: str, message: str) -> None:
    unit = evaluate(f"Resources: {{'Fn::ForEach::X': {loop}, R: {{Type: A::B::C}}}}")
    assert any(message in problem for problem in unit.problems), unit.problems
    assert "R" in unit.declarations


# --- the transform of cfn-lint as a second witness ------------------------------------------------------------------

words = st.sampled_from(["a", "b", "Cc", "d1"])
lists = st.lists(words, min_size=1, max_size=3, unique=True)


def leaf(names: list[str]) -> st.SearchStrategy[Any]:
    choices: list[st.SearchStrategy[Any]] = [words]
    for name in names:
        choices.append(st.just({"Ref": name}))
        choices.append(st.just({"Fn::Sub": f"p-${{{name}}}-s"}))
    return st.one_of(*choices)


@st.composite
def looped_templates(draw: st.DrawFn) -> dict[str, Any]:
    outer, inner = draw(lists), draw(lists)
    body = {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "A": draw(leaf(["X"])),
            "B": [draw(leaf(["X"])), {"Fn::Join": ["-", [draw(leaf(["X"])), "z"]]}],
            "C": {"Fn::ForEach::P": ["Q", draw(lists), {"K${Q}${X}": draw(leaf(["X", "Q"]))}]},
        },
    }
    nested = {"Fn::ForEach::Inner": ["Y", inner, {"N${X}${Y}": {"Type": "AWS::SQS::Queue", "Properties": {}}}]}
    nested_body = nested["Fn::ForEach::Inner"][2]["N${X}${Y}"]  # type: ignore[index]
    nested_body["Properties"] = {"A": draw(leaf(["X", "Y"])), "M": {"Fn::FindInMap": ["M", {"Ref": "X"}, "v"]}}
    mapping = {word: {"v": f"v-{word}"} for word in outer}
    return {
        "Transform": "AWS::LanguageExtensions",
        "Mappings": {"M": mapping},
        "Resources": {"Fn::ForEach::Outer": ["X", outer, {"R${X}": body, **nested}]},
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(template=looped_templates())
def test_expansion_agrees_with_cfn_lint(evaluate: Any, template: dict[str, Any]) -> None:
    decode = pytest.importorskip("cfnlint.decode.cfn_json")
    from cfnlint.template import Template
    from cfnlint.template.transforms._language_extensions import language_extension

    matches, expanded = language_extension(Template("t.json", decode.loads(json.dumps(template)), ["us-east-1"]))
    assert matches == []
    plain = json.dumps({"Resources": json.loads(json.dumps(expanded))["Resources"]})
    ours, theirs = evaluate(json.dumps(template)), evaluate(plain)
    assert ours.problems == theirs.problems == []
    assert set(ours.declarations) == set(theirs.declarations)
    for address, declaration in theirs.declarations.items():
        for name in declaration.properties.entries:
            assert ours[f"{address}.{name}"] == theirs[f"{address}.{name}"]
