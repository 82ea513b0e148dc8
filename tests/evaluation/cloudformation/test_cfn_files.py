"""What a template brings along: nested stacks, includes, cloud assemblies, all through the real source tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stanchion.evaluation.cloudformation.stack.cdk import evaluate_assembly
from stanchion.evaluation.cloudformation.stack.unit import evaluate_template
from stanchion.evaluation.cloudformation.template.template import TemplateOptions
from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Known, Unknown, Value
from stanchion.syntax.reading import SourceTree

FIXTURES = Path(__file__).parents[3] / "fixtures" / "evaluation" / "cloudformation"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "cloudformation"


def unit(name: str, **parameters: str | list[str]) -> Evaluated:
    return evaluate_template(FIXTURES / name, SourceTree(FIXTURES, FIXTURES), TemplateOptions(parameters))


def by_address(evaluated: Evaluated) -> dict[str, Declaration]:
    return {declaration.address: declaration for declaration in evaluated.declarations}


def known(value: Value) -> Any:
    assert isinstance(value, Known), value
    return value.value


def test_a_nested_stack_is_evaluated_with_what_its_parent_passes() -> None:
    evaluated = unit("nested/main.yaml", Env="dev")
    found = by_address(evaluated)
    subnet = found["Network/Subnet"].properties.entries
    assert known(subnet["MapPublicIpOnLaunch"]) is True
    assert known(subnet["AvailabilityZone"]) == "a"
    assert known(subnet["CidrBlock"]) == "10.0.0.0/16"
    assert subnet["VpcId"].references[0].address == "Network/Vpc"
    (call,) = found["Network/Subnet"].calls
    assert call.address == "Network"
    assert call.place.text().startswith("Network:")
    assert evaluated.files == ("nested/main.yaml", "nested/parts/network.yaml")


def test_outputs_of_a_nested_stack_come_back() -> None:
    host = by_address(unit("nested/main.yaml", Env="prod"))["Host"].properties.entries
    assert host["SubnetId"].references[0].address == "Network/Subnet"
    assert known(host["ImageId"]) == "ami-private"
    assert isinstance(host["KeyName"], Unknown)
    undecided = by_address(unit("nested/main.yaml"))["Host"].properties.entries["ImageId"]
    assert [known(arm) for _, arm in undecided.arms] == ["ami-public", "ami-private"]  # type: ignore[union-attr]


def test_a_nested_stack_exists_when_its_parent_makes_it() -> None:
    assert by_address(unit("nested/main.yaml", Env="dev"))["Extra/Subnet"].exists is False
    assert by_address(unit("nested/main.yaml", Env="prod"))["Extra/Subnet"].exists is True


def test_what_is_not_on_disk_is_unseen_and_a_missing_output_is_a_problem() -> None:
    evaluated = unit("nested/main.yaml", Env="dev")
    assert [text for text, _ in evaluated.unseen] == [
        "nested stack Elsewhere: https://s3.amazonaws.com/bucket/database.yaml"
    ]
    (problem,) = evaluated.problems
    assert problem.message == "nested stack Network has no output 'Missing'; its value is taken as unknown"


def test_stacks_that_nest_themselves_end_and_nothing_outside_is_read() -> None:
    evaluated = unit("nested/circle.yaml")
    assert [problem.kind for problem in evaluated.problems] == ["bound"]
    assert evaluated.files == ("nested/circle.yaml",)
    assert any("etc/hostname" in text for text, _ in evaluated.unseen)


def test_an_inline_template_has_its_true_places() -> None:
    bucket = by_address(unit("nested/stackset.yaml"))["Everywhere/Bucket"]
    name = bucket.properties.entries["BucketName"]
    assert isinstance(name, Unknown)
    assert name.origin is not None
    position = name.origin.source.position(name.origin.start)
    text = (FIXTURES / "nested" / "stackset.yaml").read_text(encoding="utf-8").splitlines()
    assert text[position.line - 1][position.column - 1 :] == "!Ref Name"
    assert bucket.header.source.path == "nested/stackset.yaml"


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (r'"{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}}"', r"\"T\""),
        (r'"\u007b\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}}"', r"\"T\""),
        ("'{\"Resources\": {\"T\": {\"Type\": ''AWS::SNS::Topic''}}}'", '"T"'),
        ('"{Resources: {T: \n       {Type: AWS::SNS::Topic}}}"', None),
    ],
)
def test_an_inline_template_in_quotes_has_its_true_places_too(tmp_path: Path, written: str, place: str | None) -> None:
    """Where lines are folded into one, the place is the whole text."""
    head = "Resources:\n  Set:\n    Type: AWS::CloudFormation::StackSet\n    Properties:\n      TemplateBody: "
    text = f"{head}{written}\n"
    (tmp_path / "set.yaml").write_text(text, encoding="utf-8")
    evaluated = evaluate_template(tmp_path / "set.yaml", SourceTree(tmp_path), TemplateOptions())
    header = by_address(evaluated)["Set/T"].header
    assert header.text() == (place if place is not None else written)
    assert header.source.text == text


def test_includes() -> None:
    evaluated = unit("includes/main.yaml")
    found = by_address(evaluated)
    assert found["Queue"].header.source.path == "includes/more.yaml"
    api = found["Api"].properties
    assert known(api.entries["Name"]) == "api"
    assert api.rest is not None
    body = api.entries["Body"]
    assert known(body.entries["openapi"]) == "3.0.1"  # type: ignore[union-attr]
    assert [text for text, _ in evaluated.unseen] == ["macro CompanyMacro", "include s3://bucket/tags.yaml"]
    assert [problem.kind for problem in evaluated.problems] == ["bound"]


def test_an_assembly_gives_a_unit_for_each_stack() -> None:
    units = evaluate_assembly(FIXTURES / "assembly", SourceTree(FIXTURES, FIXTURES), TemplateOptions())
    names = [evaluated.name for evaluated in units]
    assert names == [
        "assembly/DevStack.template.json",
        "assembly/manifest.json",
        "assembly/assembly-Prod/ProdStack.template.json",
    ]
    dev = by_address(units[0])
    queue = dev["Queue4A7E3555"]
    assert known(queue.properties.entries["DelaySeconds"]) == 5
    assert known(queue.properties.entries["QueueName"]) == "eu-west-1"
    assert known(queue.attributes.entries["aws:cdk:path"]) == "DevStack/Queue/Resource"
    assert known(dev["Nested/Topic"].attributes.entries["aws:cdk:path"]) == "DevStack/Nested/Topic"
    assert isinstance(by_address(units[2])["Bucket"].properties.entries["BucketName"], Unknown)
    assert [problem.message for problem in units[1].problems] == [
        "expected stack Broken to have a templateFile; it was left out"
    ]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"artifacts": []}', '{"artifacts": {"a": 3, "b": {"type": []}}}'])
def test_a_manifest_that_makes_no_sense(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    units = evaluate_assembly(tmp_path, SourceTree(tmp_path, tmp_path), TemplateOptions())
    assert all(evaluated.declarations == [] for evaluated in units)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_templates_of_others_are_read_without_complaint() -> None:
    tree = SourceTree(CORPUS, CORPUS)
    complaints: dict[str, list[str]] = {}
    for path in sorted(CORPUS.iterdir()):
        evaluated = evaluate_template(path, tree, TemplateOptions())
        # A key that is there twice is a true warning about text, as syntax errors are.
        told = (problem for problem in evaluated.problems if problem.kind != "syntax")
        messages = [problem.message for problem in told if "is defined twice" not in problem.message]
        if messages:
            complaints[path.name] = messages
    # The one that is no template but the event that a macro is called with.
    assert [name for name in complaints if "event_bad" not in name] == []


def test_an_include_at_the_top_adds_to_the_sections(evaluate: Any) -> None:
    unit = evaluate(
        "Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}\n"
        "Parameters: {Own: {Type: String, Default: x}}\n"
        "Resources: {R: {Type: A::B::C, Properties: {A: !Ref Own, B: !Ref Theirs}}}\n",
        {"more.yaml": "Parameters: {Theirs: {Type: String, Default: y}}\nOutputs: {O: {Value: !Ref R}}\n"},
    )
    assert unit.problems == []
    assert (unit["R.A"], unit["R.B"]) == ("x", "y")
    assert unit["Outputs.O.Value"] == "?R"
