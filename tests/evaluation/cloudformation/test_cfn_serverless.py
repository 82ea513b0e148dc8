"""Serverless types and what they become."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

TEMPLATE = Path(__file__).parents[3] / "fixtures" / "evaluation" / "cloudformation" / "serverless" / "app.yaml"


@pytest.fixture
def app(evaluate: Any) -> Any:
    return evaluate(TEMPLATE.read_text(encoding="utf-8"))


def types(unit: Any) -> dict[str, str]:
    return {d.address: d.type for d in unit.evaluated.declarations if d.kind == "resource"}


def test_what_becomes_of_an_application(app: Any) -> None:
    assert app.problems == []
    assert types(app) == {
        "Handler": "AWS::Lambda::Function",
        "HandlerRole": "AWS::IAM::Role",
        "HandlerUrl": "AWS::Lambda::Url",
        "HandlerUrlPublicPermissions": "AWS::Lambda::Permission",
        "HandlerURLInvokeAllowPublicAccess": "AWS::Lambda::Permission",
        "HandlerWebPermissionProd": "AWS::Lambda::Permission",
        "HandlerJobs": "AWS::Lambda::EventSourceMapping",
        "HandlerNightly": "AWS::Events::Rule",
        "HandlerNightlyPermission": "AWS::Lambda::Permission",
        "HandlerNews": "AWS::SNS::Subscription",
        "HandlerNewsPermission": "AWS::Lambda::Permission",
        "Bare": "AWS::Lambda::Function",
        "Queue": "AWS::SQS::Queue",
        "Topic": "AWS::SNS::Topic",
        "Table": "AWS::DynamoDB::Table",
        "Api": "AWS::ApiGateway::RestApi",
        "ApiliveStage": "AWS::ApiGateway::Stage",
        "Http": "AWS::ApiGatewayV2::Api",
        "HttpApiGatewayDefaultStage": "AWS::ApiGatewayV2::Stage",
        "Steps": "AWS::StepFunctions::StateMachine",
        "StepsRole": "AWS::IAM::Role",
        "ServerlessRestApi": "AWS::ApiGateway::RestApi",
        "ServerlessRestApiProdStage": "AWS::ApiGateway::Stage",
    }


def test_globals_are_merged_under_the_properties(app: Any) -> None:
    assert app["Handler.Timeout"] == 30
    assert app["Handler.Runtime"] == "python3.12"
    assert app["Handler.Environment"] == {"Variables": {"TABLE": "?Table", "LEVEL": "debug"}}
    assert app["Bare.Timeout"] == 3
    assert app["ApiliveStage.TracingEnabled"] is True
    place = app.declarations["Bare"].properties.places["Timeout"]
    assert place.source.text[place.start : place.end] == "Timeout: 3"


def test_functions(app: Any) -> None:
    assert app["Handler.TracingConfig"] == {"Mode": "Active"}
    assert app["Handler.DeadLetterConfig"] == {"TargetArn": "?Queue.Arn"}
    assert app["Handler.Role"] == "?HandlerRole.Arn"
    assert app["Bare.Role"] == "arn:aws:iam::111111111111:role/given"
    assert app["Bare.Code"] == {"ZipFile": "pass"}
    assert app["Handler.Tags"] == [{"Key": "lambda:createdBy", "Value": "SAM"}, {"Key": "team", "Value": "web"}]
    assert app["HandlerUrlPublicPermissions.Principal"] == "*"
    assert app.exists("HandlerRole") == 'Stage = "prod"'
    assert app["HandlerJobs.EventSourceArn"] == "?Queue.Arn"
    assert app["HandlerNightly.ScheduleExpression"] == "rate(1 day)"


def test_roles(app: Any) -> None:
    assert app["HandlerRole.ManagedPolicyArns"] == [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
    ]
    letters, template, written = app["HandlerRole.Policies"]
    assert letters["PolicyDocument"]["Statement"][0]["Action"] == "sqs:SendMessage"
    assert template["PolicyDocument"] == "?it is what the SAM policy template S3ReadPolicy says"
    assert written["PolicyDocument"]["Statement"][0]["Action"] == "s3:*"


def test_tables_apis_and_state_machines(app: Any) -> None:
    assert app["Table.KeySchema"] == [{"AttributeName": "key", "KeyType": "HASH"}]
    assert app["Table.AttributeDefinitions"] == [{"AttributeName": "key", "AttributeType": "N"}]
    assert app["Table.SSESpecification"] == {"SSEEnabled": True}
    assert app["Table.BillingMode"] == "PAY_PER_REQUEST"
    assert app["Api.EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert app["Steps.LoggingConfiguration"] == {"Level": "ALL"}
    assert app["Steps.TracingConfiguration"] == {"Enabled": True}
    assert app["HttpApiGatewayDefaultStage.StageName"] == "$default"


def test_ignored_globals(evaluate: Any) -> None:
    unit = evaluate(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Globals: {Function: {Timeout: 3, MemorySize: 128}}\n"
        "Resources:\n"
        "  A: {Type: AWS::Serverless::Function, IgnoreGlobals: [Timeout], Properties: {Handler: a, InlineCode: x}}\n"
        "  B: {Type: AWS::Serverless::Function, IgnoreGlobals: '*', Properties: {Handler: a, InlineCode: x}}\n"
    )
    assert "Timeout" not in unit.declarations["A"].properties.entries
    assert unit["A.MemorySize"] == 128
    assert "MemorySize" not in unit.declarations["B"].properties.entries


def test_a_role_under_a_condition(evaluate: Any) -> None:
    unit = evaluate(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Parameters: {P: {Type: String, AllowedValues: [a, b]}}\n"
        "Conditions: {C: !Equals [!Ref P, a]}\n"
        "Resources:\n"
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a\n      InlineCode: x\n"
        "      Role: !If [C, 'arn:aws:iam::1:role/x', !Ref 'AWS::NoValue']\n"
    )
    assert unit.exists("FRole") == 'P != "a"'
    assert unit["F.Role"] == {'P = "a"': "arn:aws:iam::1:role/x", 'P != "a"': "?FRole.Arn"}


def test_without_the_transform_the_types_stay(evaluate: Any) -> None:
    unit = evaluate("Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: a}}}")
    assert types(unit) == {"F": "AWS::Serverless::Function"}


def test_the_translator_of_aws_makes_the_same_resources(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = pytest.importorskip("samtranslator.translator.translator")
    from samtranslator.parser.parser import Parser
    from samtranslator.yaml_helper import yaml_parse

    monkeypatch.setitem(os.environ, "AWS_DEFAULT_REGION", "us-east-1")
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8").replace("CodeUri: src/", "CodeUri: s3://b/k"))
    managed = {
        "AWSLambdaVPCAccessExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    }
    output = translator.Translator(managed, Parser()).translate(template, {"Stage": "prod"})
    resources = json.loads(json.dumps(output))["Resources"]
    hashed = {"AWS::ApiGateway::Deployment", "AWS::Lambda::Version", "AWS::Lambda::LayerVersion"}
    theirs = {name: body["Type"] for name, body in resources.items() if body["Type"] not in hashed}
    assert types(app) == theirs
    for name, body in resources.items():
        for key, value in body.get("Properties", {}).items() if name in theirs else ():
            if not _calls(value) and key not in ("Body", "Code", "Parameters"):
                assert app[f"{name}.{key}"] == value, f"{name}.{key}"


def _calls(value: Any) -> bool:
    """Whether data has a function of CloudFormation in it."""
    text = json.dumps(value)
    return '"Ref"' in text or '"Fn::' in text
