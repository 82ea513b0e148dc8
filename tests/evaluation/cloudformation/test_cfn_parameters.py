"""Parameters: which values they may have, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stanchion.evaluation.cloudformation.stack.parameters import read_parameters_file
from stanchion.evaluation.values import Choice, Known, ListValue, Unknown


def template(parameter: str, extra: str = "", use: str = "!Ref P") -> str:
    return f"""
Parameters:
  P: {parameter}
{extra}
Resources:
  R:
    Type: AWS::SQS::Queue
    Properties:
      X: {use}
"""


def test_allowed_values_make_a_closed_choice_with_the_default_first(evaluate: Any) -> None:
    unit = evaluate(template("{Type: String, Default: prod, AllowedValues: [dev, test, prod]}"))
    value = unit.value("R.X")
    assert isinstance(value, Choice)
    assert [arm.value for _, arm in value.arms if isinstance(arm, Known)] == ["prod", "dev", "test"]
    assert unit["R.X"] == {'P = "prod"': "prod", 'P = "dev"': "dev", 'P = "test"': "test"}
    guard = value.arms[0][0]
    assert guard.variable.values == ("prod", "dev", "test")  # type: ignore[union-attr]


def test_allowed_booleans_and_numbers_are_text_as_in_cloudformation(evaluate: Any) -> None:
    assert list(evaluate(template("{Type: String, AllowedValues: [true, 1]}"))["R.X"].values()) == ["true", "1"]


def test_allowed_numbers_of_a_number_parameter_are_numbers(evaluate: Any) -> None:
    unit = evaluate(template("{Type: Number, AllowedValues: [20, 100]}"))
    assert unit["R.X"] == {"P = 20": 20, "P = 100": 100}


def test_the_only_allowed_value_is_known(evaluate: Any) -> None:
    assert evaluate(template("{Type: String, AllowedValues: [on]}"))["R.X"] == "true"


def test_a_default_that_nothing_is_compared_with_is_known(evaluate: Any) -> None:
    assert evaluate(template("{Type: String, Default: abc}"))["R.X"] == "abc"
    assert evaluate(template("{Type: Number, Default: 8}"))["R.X"] == 8


def test_a_default_that_is_compared_leaves_room_for_the_literals_and_for_anything_else(evaluate: Any) -> None:
    conditions = "Conditions: {IsProd: !Equals [!Ref P, prod], IsTest: !Equals [test, !Sub '${P}']}"
    unit = evaluate(template("{Type: String, Default: dev}", conditions))
    assert unit["R.X"] == {
        'P = "dev"': "dev",
        'P = "prod"': "prod",
        'P = "test"': "test",
        '(P != "dev" and P != "prod" and P != "test")': "?P",
    }
    rest = unit.value("R.X").arms[-1][1]
    assert isinstance(rest, Unknown)
    assert rest.reason == "P may be something else"


def test_no_default_is_unknown_with_the_reason(evaluate: Any) -> None:
    unit = evaluate(template("{Type: String}"))
    value = unit.value("R.X")
    assert isinstance(value, Unknown)
    assert value.reason == "parameter P has no default"
    assert [unknown.reason for unknown in unit.evaluated.unknowns] == ["parameter P has no default"]


def test_no_default_but_compared_has_the_literal_as_an_arm(evaluate: Any) -> None:
    unit = evaluate(template("{Type: String}", "Conditions: {Empty: !Equals [!Ref P, '']}"))
    assert unit["R.X"] == {'P = ""': "", 'P != ""': "?P"}


def test_comparison_inside_a_rule_counts(evaluate: Any) -> None:
    rules = "Rules: {A: {Assertions: [{Assert: !Not [!Equals [!Ref P, bad]]}]}}"
    unit = evaluate(template("{Type: String, Default: good}", rules))
    assert unit["R.X"] == {'P = "good"': "good", 'P = "bad"': "bad", '(P != "good" and P != "bad")': "?P"}


def test_lists_are_split(evaluate: Any) -> None:
    assert evaluate(template("{Type: CommaDelimitedList, Default: 'a, b'}"))["R.X"] == ["a", "b"]
    assert evaluate(template("{Type: List<Number>, Default: '1,2'}"))["R.X"] == [1, 2]
    assert evaluate(template("{Type: 'List<AWS::EC2::Subnet::Id>'}"))["R.X"] == "?P"


def test_no_echo_is_sensitive_wherever_it_goes(evaluate: Any) -> None:
    unit = evaluate(template("{Type: String, NoEcho: true, Default: s3cret}", use="!Sub 'x-${P}'"))
    assert unit["R.X"] == "x-s3cret"
    assert unit.value("R.X").sensitive
    assert evaluate(template("{Type: String, NoEcho: 'true'}")).value("R.X").sensitive


def test_parameter_store_is_unknown_even_with_a_default(evaluate: Any) -> None:
    value = evaluate(template("{Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}")).value("R.X")
    assert isinstance(value, Unknown)
    assert value.reason == "read from Parameter Store at deploy time"
    known = evaluate(template("{Type: 'AWS::SSM::Parameter::Name', Default: /a/b}"))
    assert known["R.X"] == "/a/b"


def test_pinned_values(evaluate: Any) -> None:
    assert evaluate(template("{Type: String, AllowedValues: [a, b]}"), P="b")["R.X"] == "b"
    assert evaluate(template("{Type: Number}"), P="7")["R.X"] == 7
    assert evaluate(template("{Type: CommaDelimitedList}"), P=["a", "b"])["R.X"] == ["a", "b"]
    unit = evaluate(template("{Type: String, AllowedValues: [a, b]}"), P="c")
    assert unit["R.X"] == "c"
    assert unit.problems == ["the given value 'c' of P is not one of its AllowedValues; it is used all the same"]


def test_each_of_many_allowed_values_counts(evaluate: Any) -> None:
    for number in (63, 64, 65, 200, 1000):
        many = ", ".join(f"v{index}" for index in range(number))
        unit = evaluate(template(f"{{Type: String, Default: v3, AllowedValues: [{many}]}}"))
        assert unit["R.X"] == {f'P = "v{index}"': f"v{index}" for index in range(number)}
        assert unit.problems == []


def test_allowed_values_beyond_the_bound_keep_the_default_and_what_is_compared_and_that_is_said(evaluate: Any) -> None:
    many = ", ".join(f"v{index}" for index in range(2000))
    unit = evaluate(template(f"{{Type: String, Default: v3, AllowedValues: [{many}]}}"))
    assert unit["R.X"] == {'P = "v3"': "v3", 'P != "v3"': "?P"}
    assert [problem.kind for problem in unit.evaluated.problems] == ["bound"]


def test_declarations_of_parameters_keep_what_is_written(evaluate: Any) -> None:
    unit = evaluate(template("{Type: String, Default: '{{resolve:ssm:x}}', NoEcho: true, MinLength: 3}"))
    declaration = unit.declarations["P"]
    assert declaration.kind == "parameter"
    assert unit["P.Default"] == "{{resolve:ssm:x}}"
    assert unit["P.NoEcho"] is True
    assert declaration.header.text() == "P"
    assert declaration.properties.places is not None
    place = declaration.properties.places["MinLength"]
    assert place.source.text[place.start : place.end] == "MinLength: 3"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "expected parameter P to be a mapping with a Type, found nothing"),
        ("[a]", "expected parameter P to be a mapping with a Type, found a list"),
        ("{Default: x}", "expected parameter P to have a Type; it is read as a String"),
        ("{Type: String, AllowedValues: x}", "expected a list of AllowedValues, found a string; it was left out"),
        ("{Type: String, Default: {a: b}}", "expected a string as Default of P, found a mapping"),
        (
            "{Type: String, Default: z, AllowedValues: [x, y]}",
            "the Default of P is not one of its AllowedValues; it was left out",
        ),
    ],
)
def test_malformed_parameters_are_problems_and_the_rest_goes_on(evaluate: Any, body: str, message: str) -> None:
    unit = evaluate(template(body))
    assert message in unit.problems
    assert "R" in unit.declarations


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "UsePreviousValue": True}]),
        json.dumps({"Parameters": {"A": "1"}, "Tags": {"x": "y"}}),
        json.dumps({"A": "1"}),
        json.dumps(["A=1"]),
        json.dumps({"Parameters": [{"ParameterKey": "A", "ParameterValue": 1}]}),
    ],
)
def test_parameter_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "parameters.json"
    path.write_text(text, encoding="utf-8")
    assert read_parameters_file(path) == {"A": "1"}


def test_parameter_file_with_lists_and_booleans(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text("A: [x, y]\nB: true\n", encoding="utf-8")
    assert read_parameters_file(path) == {"A": ["x", "y"], "B": "true"}


@pytest.mark.parametrize("text", ["3", '{"A": {"b": 1}}', "[3]", "{"])
def test_parameter_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "parameters.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="expected"):
        read_parameters_file(path)


def test_a_list_value_keeps_the_place_where_it_is_used(evaluate: Any) -> None:
    value = evaluate(template("{Type: CommaDelimitedList, Default: 'a, b'}")).value("R.X")
    assert isinstance(value, ListValue)
    assert value.origin is not None
    assert value.origin.source.text[value.origin.start : value.origin.end] == "!Ref P"
