"""What the events of a serverless function make: rules, subscriptions, event source mappings, permissions, APIs.

Source: AWS SAM Developer Guide, "EventSource" and "CloudFormation resources generated when you specify
AWS::Serverless::Function".
"""

from __future__ import annotations

from collections.abc import Mapping as Map

from stanchion.evaluation.cloudformation.intrinsics.lifting import scalar_words
from stanchion.evaluation.cloudformation.sam.parts import HTTP_STAGE, STAGE, Parts
from stanchion.evaluation.conditions import Condition
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value

_MAPPED = frozenset(("DocumentDB", "DynamoDB", "Kinesis", "MQ", "MSK", "SQS", "SelfManagedKafka"))
_SOURCE_ARN = {"DocumentDB": "Cluster", "MQ": "Broker", "SQS": "Queue"}
_INVOKERS = {
    "AlexaSkill": "alexa-appkit.amazon.com",
    "Api": "apigateway.amazonaws.com",
    "CloudWatchEvent": "events.amazonaws.com",
    "CloudWatchLogs": "logs.amazonaws.com",
    "Cognito": "cognito-idp.amazonaws.com",
    "EventBridgeRule": "events.amazonaws.com",
    "HttpApi": "apigateway.amazonaws.com",
    "IoTRule": "iot.amazonaws.com",
    "S3": "s3.amazonaws.com",
    "SNS": "sns.amazonaws.com",
    "Schedule": "events.amazonaws.com",
}


def event_parts(parts: Parts, name: str, event: MapValue, exists: Condition) -> None:
    """Make what one event of a function becomes."""
    kind_value = event.entries.get("Type")
    kind = scalar_words(kind_value.value) if isinstance(kind_value, Known) else ""
    inner = event.entries.get("Properties")
    properties = inner if isinstance(inner, MapValue) else MapValue({}, event.origin)
    address = f"{parts.name}{name}"
    if kind in _MAPPED:
        _event_source_mapping(parts, address, kind, properties, exists)
        return
    if kind in ("Schedule", "CloudWatchEvent", "EventBridgeRule"):
        _rule(parts, address, kind, properties, exists)
    elif kind == "SNS":
        entries = _kept(properties, {"FilterPolicy": "FilterPolicy", "Region": "Region", "Topic": "TopicArn"})
        entries |= {"Endpoint": parts.arn(parts.name), "Protocol": Known("lambda", event.origin)}
        parts.add(address, "AWS::SNS::Subscription", entries, dict(properties.places or {}), exists)
    elif kind == "CloudWatchLogs":
        entries = _kept(properties, {"FilterPattern": "FilterPattern", "LogGroupName": "LogGroupName"})
        entries["DestinationArn"] = parts.arn(parts.name)
        parts.add(address, "AWS::Logs::SubscriptionFilter", entries, dict(properties.places or {}), exists)
    elif kind in ("Api", "HttpApi"):
        _implicit_api(parts, kind, properties)
    elif kind not in _INVOKERS:
        parts.ev.unseen.append((f"what an event of type {kind or '?'} becomes", event.origin or parts.source.header))
        return
    _permission(parts, address, kind, properties, exists)


def _kept(properties: MapValue, names: Map[str, str]) -> dict[str, Value]:
    return {new: properties.entries[old] for old, new in names.items() if old in properties.entries}


def _event_source_mapping(parts: Parts, address: str, kind: str, properties: MapValue, exists: Condition) -> None:
    """A queue or stream that the function is fed from: its properties are nearly those of the mapping."""
    entries = dict(properties.entries)
    source = entries.pop(_SOURCE_ARN.get(kind, "Stream"), None)
    if source is not None:
        entries["EventSourceArn"] = source
    entries["FunctionName"] = parts.ref(parts.name)
    parts.add(address, "AWS::Lambda::EventSourceMapping", entries, dict(properties.places or {}), exists)


def _rule(parts: Parts, address: str, kind: str, properties: MapValue, exists: Condition) -> None:
    """A rule of EventBridge with the function as its target."""
    names = {
        "Description": "Description",
        "EventBusName": "EventBusName",
        "Name": "Name",
        "Pattern": "EventPattern",
        "Schedule": "ScheduleExpression",
        "State": "State",
    }
    entries = _kept(properties, names)
    target: dict[str, Value] = {"Arn": parts.arn(parts.name), "Id": Known(f"{address}LambdaTarget", properties.origin)}
    target |= _kept(properties, {"Input": "Input", "InputPath": "InputPath"})
    entries["Targets"] = ListValue((MapValue(target, properties.origin),), properties.origin)
    enabled = properties.entries.get("Enabled")
    if kind == "Schedule" and isinstance(enabled, Known):
        state = "ENABLED" if enabled.value in (True, "true") else "DISABLED"
        entries["State"] = Known(state, enabled.origin)
    parts.add(address, "AWS::Events::Rule", entries, dict(properties.places or {}), exists)


def _permission(parts: Parts, address: str, kind: str, properties: MapValue, exists: Condition) -> None:
    """The leave of a service to call the function."""
    entries: dict[str, Value] = {
        "Action": Known("lambda:InvokeFunction", properties.origin),
        "FunctionName": parts.ref(parts.name),
        "Principal": Known(_INVOKERS[kind], properties.origin),
    }
    if kind == "S3":
        entries["SourceAccount"] = Unknown("the account is that of the deployment", properties.origin, type="string")
    elif kind == "AlexaSkill":
        entries |= _kept(properties, {"SkillId": "EventSourceToken"})
    elif kind == "SNS":
        entries |= _kept(properties, {"Topic": "SourceArn"})
    elif kind in ("Schedule", "CloudWatchEvent", "EventBridgeRule"):
        entries["SourceArn"] = parts.arn(address)
    else:
        entries["SourceArn"] = Unknown("it is put together from the event's source", properties.origin, type="string")
    suffix = "PermissionProd" if kind == "Api" and "RestApiId" not in properties.entries else "Permission"
    parts.add(address + suffix, "AWS::Lambda::Permission", entries, None, exists)


def _implicit_api(parts: Parts, kind: str, properties: MapValue) -> None:
    """The API that the transform makes when an event names none."""
    place = parts.source.header
    body = Unknown("it is put together from the events of all functions", place)
    if kind == "Api" and "RestApiId" not in properties.entries:
        parts.imply("ServerlessRestApi", "AWS::ApiGateway::RestApi", {"Body": body})
        stage: dict[str, Value] = {"RestApiId": parts.ref("ServerlessRestApi"), "StageName": Known("Prod", place)}
        stage |= parts.shared_with("Api", STAGE)
        parts.imply("ServerlessRestApiProdStage", "AWS::ApiGateway::Stage", stage)
    elif kind == "HttpApi" and "ApiId" not in properties.entries:
        parts.imply("ServerlessHttpApi", "AWS::ApiGatewayV2::Api", {"Body": body})
        stage = {"ApiId": parts.ref("ServerlessHttpApi"), "AutoDeploy": Known(True, place)}
        stage |= {"StageName": Known("$default", place)} | parts.shared_with("HttpApi", HTTP_STAGE)
        parts.imply("ServerlessHttpApiApiGatewayDefaultStage", "AWS::ApiGatewayV2::Stage", stage)
