"""Which texts are templates: by the sections at their top, and not by words anywhere in them."""

from __future__ import annotations

import pytest

from stanchion.discovery.kinds import is_template, may_hold

TOPIC = "Resources:\n  T:\n    Type: AWS::SNS::Topic\n"
JSON_TOPIC = '"Resources": {"T": {"Type": "AWS::SNS::Topic"}}'

TEMPLATES = {
    "plain": TOPIC,
    "only a version": "AWSTemplateFormatVersion: 2010-09-09\n",
    "behind a marker and a comment": f"# one: two\n---\n{TOPIC}",
    "all indented": "".join(f"  {line}\n" for line in TOPIC.splitlines()),
    "quoted keys": TOPIC.replace("Resources", '"Resources"').replace("Type", "'Type'"),
    "json": "{" + JSON_TOPIC + "}",
    "json on lines": '{\n  "Description": "a {brace}, \\"Resources\\": {",\n  ' + JSON_TOPIC + "\n}\n",
    "json behind a comment": "// made by a tool\n{" + JSON_TOPIC + "}",
    "yaml in braces": "Resources: {T: {Type: AWS::SNS::Topic}}",
    "all in braces": "{Resources: {T: {Type: AWS::SNS::Topic}}}",
    "types of others only": "Resources:\n  R: {Type: Acme::Web::Site::MODULE}\n",
    "serverless without a version": "Transform: AWS::Serverless-2016-10-31\nResources: {}\n",
    "another section beside it": "Outputs: {}\nResources: {}\n",
    "broken further down": TOPIC + "    Properties: {{{\n",
    "text of a macro language between": "AWSTemplateFormatVersion: '2010-09-09'\n{% if x %}\nResources:\n{% endif %}\n",
}
OTHERS = {
    "tests of guard": "- name: open\n  input:\n    Resources:\n      T: {Type: AWS::SNS::Topic}\n",
    "serverless framework": "service: x\nresources:\n  Resources:\n    T:\n      Type: AWS::SNS::Topic\n",
    "a schema of templates": '{"$schema": "x", "properties": {"Resources": {}, "AWSTemplateFormatVersion": {}}}',
    "an event with a template in it": '{"fragment": {"AWSTemplateFormatVersion": "2010-09-09", ' + JSON_TOPIC + "}}",
    "words in a text": "message: |\n  AWSTemplateFormatVersion: 1\n  Resources:\n    T: {Type: AWS::SNS::Topic}\n",
    "words in a string of json": '{"message": "{\\"Resources\\": {\\"T\\": {\\"Type\\": \\"AWS::SNS::Topic\\"}}}"}',
    "resources of another tool": "Resources:\n  - cpu\n",
    "a list": "[" + "{" + JSON_TOPIC + "}]",
    "no key at all": "Resources and AWSTemplateFormatVersion are words",
    "empty": "",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_it_is_a_template(text: str) -> None:
    assert is_template(text)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_it_is_none(text: str) -> None:
    assert not is_template(text)


@pytest.mark.parametrize("name", ["a.YAML", "A.Yml", "a.JSON", "a.Template", "a.cform"])
def test_endings_count_in_any_case(name: str) -> None:
    assert may_hold(name)


@pytest.mark.parametrize("name", ["Package.json", "a.yaml.j2", "a.json.txt", "a.tf"])
def test_other_names_are_not_opened(name: str) -> None:
    assert not may_hold(name)
