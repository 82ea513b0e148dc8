"""Conditions, Fn::If, Rules, and what a resource hangs on."""

from __future__ import annotations

from typing import Any

import pytest

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import Is, Undecided

HEAD = """
Parameters:
  Env: {Type: String, AllowedValues: [dev, test, prod]}
  Flag: {Type: String, AllowedValues: ['true', 'false']}
  Size: {Type: Number, Default: 1}
  Ids: {Type: CommaDelimitedList, Default: ''}
  Open: {Type: String}
  Other: {Type: String}
"""


def condition(evaluate: Any, expression: str, more: str = "") -> str:
    unit = evaluate(f"{HEAD}Conditions:\n  C: {expression}\n{more}Resources:\n  R: {{Type: A::B::C, Condition: C}}\n")
    assert unit.problems == []
    words: str = unit.exists("R")
    return words


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Equals [!Ref Env, prod]", 'Env = "prod"'),
        ("{'Fn::Equals': [prod, {Ref: Env}]}", 'Env = "prod"'),
        ("!Not [!Equals [!Ref Env, prod]]", 'Env != "prod"'),
        ("!Equals [!Ref Env, nowhere]", "false"),
        ("!Equals [!Ref Flag, true]", 'Flag = "true"'),
        ("!Equals [!Ref Size, '5']", "Size = 5"),
        ("!Equals [!Ref Size, five]", "false"),
        ("!Equals [!Ref Open, '']", 'Open = ""'),
        ("!Equals [!Sub 'x-${Open}', x-1]", 'Open = "1"'),
        ("!Equals [!Sub 'x-${Open}', y-1]", "false"),
        ("!Equals [!Join ['', !Ref Ids], '']", 'Ids = ""'),
        ("!Equals [!Ref 'AWS::Region', eu-west-1]", 'AWS::Region = "eu-west-1"'),
        ("!Equals [a, a]", "true"),
        ("!Equals [!Ref Open, !Ref Open]", "true"),
        ("!Equals [!Ref Open, !Ref Other]", "Open equals Other = true"),
        (
            "!And [!Equals [!Ref Env, prod], !Or [!Equals [!Ref Flag, true], !Equals [!Ref Open, x]]]",
            '(Env = "prod" and (Flag = "true" or Open = "x"))',
        ),
        ("!Or [!Equals [!Ref Env, dev], !Equals [!Ref Env, dev]]", 'Env = "dev"'),
        ("!And [!Equals [!Ref Env, dev], !Not [!Equals [!Ref Env, dev]]]", "false"),
    ],
)
def test_condition(evaluate: Any, expression: str, expected: str) -> None:
    assert condition(evaluate, expression) == expected


def test_conditions_refer_to_each_other_in_any_order(evaluate: Any) -> None:
    more = "  D: {'Fn::Not': [{Condition: E}]}\n  E: !Equals [!Ref Env, dev]\n"
    assert condition(evaluate, "!Condition D", more) == 'Env != "dev"'


def test_conditions_may_look_into_mappings(evaluate: Any) -> None:
    more = "Mappings: {M: {dev: {is: 'no'}, test: {is: 'yes'}, prod: {is: 'yes'}}}\n"
    found = condition(evaluate, "!Equals [!FindInMap [M, !Ref Env, is], 'yes']", more)
    assert found == '(Env = "test" or Env = "prod")'


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{C: !Condition C}", "condition C refers to itself"),
        ("{C: !Not [!Condition D], D: !Condition C}", "refers to itself"),
        ("{C: !Condition Nowhere}", "there is no condition 'Nowhere'"),
        ("{C: !Equals [a]}", "expected Fn::Equals to have 2 values, found 1"),
        ("{C: abc}", "expected a condition function, found a string"),
        ("{C: }", "expected a condition function, found nothing"),
        ("{C: [a]}", "expected a condition function, found a list"),
        ("[C]", "expected a mapping under Conditions, found a list"),
    ],
)
def test_mistakes_leave_the_condition_undecided(evaluate: Any, section: str, message: str) -> None:
    unit = evaluate(f"Conditions: {section}\nResources: {{R: {{Type: A::B::C, Condition: C}}}}")
    assert any(message in problem for problem in unit.problems), unit.problems
    exists = unit.declarations["R"].exists
    assert Assignment().decide(exists) is None


def test_branches_that_cannot_be_are_not_read(evaluate: Any) -> None:
    unit = evaluate(
        f"{HEAD}Conditions: {{Prod: !Equals [!Ref Env, prod]}}\n"
        "Resources:\n  R:\n    Type: A::B::C\n    Condition: Prod\n    Properties:\n"
        "      X: !If [Prod, yes-it-is, !Ref Nothing]\n"
    )
    assert unit.problems == []
    assert unit["R.X"] == "yes-it-is"


def test_properties_under_a_function_are_read_as_choices(evaluate: Any) -> None:
    unit = evaluate(
        f"{HEAD}Conditions: {{Prod: !Equals [!Ref Env, prod]}}\n"
        "Resources:\n  R:\n    Type: A::B::C\n    Properties: !If [Prod, {A: 1, B: 2}, {A: 3}]\n"
    )
    assert unit.problems == [
        "expected a mapping under Properties, found the function !If; it was read as far as it goes"
    ]
    assert unit["R.A"] == {'Env = "prod"': 1, 'Env != "prod"': 3}
    assert unit["R.B"] == {'Env = "prod"': 2, 'Env != "prod"': None}


def test_rules_become_constraints(evaluate: Any) -> None:
    unit = evaluate(
        f"{HEAD}"
        "Rules:\n"
        "  Production:\n"
        "    RuleCondition: !Equals [!Ref Env, prod]\n"
        "    Assertions:\n"
        "      - Assert: {'Fn::Contains': [[a, b], !Ref Open]}\n"
        "        AssertDescription: only a and b\n"
        "  Elsewhere:\n"
        "    Assertions: [{Assert: !Equals [{'Fn::ValueOf': [Open, VpcId]}, x]}]\n"
        "Resources: {R: {Type: A::B::C}}\n"
    )
    env, open_ = Undecided("Env", ("dev", "test", "prod")), Undecided("Open")
    (constraint,) = unit.evaluated.constraints

    def holds(env_value: str, open_value: str) -> bool | None:
        world = Assignment().assume(Is(env, env_value), True)
        assert world is not None
        for literal in ("a", "b"):
            extended = world.assume(Is(open_, literal), literal == open_value)
            world = extended if extended is not None else world
        return world.decide(constraint)

    assert holds("dev", "z") is True
    assert holds("prod", "b") is True
    assert holds("prod", "z") is False


def test_outputs_have_conditions_and_values(evaluate: Any) -> None:
    unit = evaluate(
        f"{HEAD}Conditions: {{Prod: !Equals [!Ref Env, prod]}}\n"
        "Resources: {R: {Type: A::B::C}}\n"
        "Outputs: {O: {Value: !GetAtt R.Arn, Condition: Prod, Export: {Name: !Sub '${Env}-r'}, Description: d}, P: 3}\n"
    )
    output = unit.declarations["Outputs.O"]
    assert (output.kind, output.name) == ("output", "O")
    assert unit.exists("Outputs.O") == 'Env = "prod"'
    assert unit["Outputs.O.Value"] == "?R.Arn"
    assert unit["Outputs.O.Export"]["Name"]['Env = "prod"'] == "prod-r"
    assert unit["Outputs.O.Description"] == "d"
    assert list(unit.evaluated.outputs) == ["O"]
    assert unit.problems == ["expected output P to be a mapping with a Value, found a number"]
