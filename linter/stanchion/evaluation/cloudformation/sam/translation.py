"""AWS::Serverless: Globals, and the serverless types as the resources that they become.

A light mapping of our own: the primary resource of each type keeps its logical id, what the transform adds gets the
name that the transform gives it where that name is stable (`FnRole`, `FnApiEventPermission`; versions and deployments
have a hash in theirs and are left out). What was written stays in the attribute `Serverless` of the primary resource.

Source: AWS SAM Developer Guide, "Globals section of the AWS SAM template", "AWS SAM resource and property reference"
and "Generated CloudFormation resources for AWS SAM".
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map

from stanchion.evaluation.cloudformation.intrinsics.expression import OUTSIDE, Evaluation
from stanchion.evaluation.cloudformation.intrinsics.lifting import lift, scalar_words
from stanchion.evaluation.cloudformation.intrinsics.references import after_deployment
from stanchion.evaluation.cloudformation.sam.function import function_parts, state_machine_role
from stanchion.evaluation.cloudformation.sam.parts import (
    HTTP_STAGE,
    STAGE,
    Parts,
    api_stage_id,
    code_location,
    generated,
)
from stanchion.evaluation.cloudformation.template.template import shape_of
from stanchion.evaluation.conditions import any_of
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.source import Located

PREFIX = "AWS::Serverless::"


def expand_serverless(ev: Evaluation, declarations: list[Declaration]) -> list[Declaration]:
    """The declarations with those of serverless types replaced by what they become."""
    shared = _globals(ev)
    result: list[Declaration] = []
    implicit: dict[str, Declaration] = {}
    for declaration in declarations:
        name = declaration.type.removeprefix(PREFIX)
        make = _MAKERS.get(name)
        if (
            declaration.kind != "resource"
            or not declaration.type.startswith(PREFIX)
            or declaration.calls != ev.where.calls
        ):
            result.append(declaration)
            continue
        declaration.properties = with_globals(declaration, shared.get(name))
        if make is None:
            if name != "Application":
                ev.unseen.append((f"what {declaration.type} becomes", declaration.header))
            result.append(declaration)
            continue
        parts = Parts(ev, declaration, shared)
        make(parts)
        result += parts.made
        for address, made in parts.implicit.items():
            before = implicit.setdefault(address, made)
            before.exists = any_of(before.exists, made.exists)
    return result + [made for address, made in implicit.items() if address not in ev.sites]


# --- Globals --------------------------------------------------------------------------------------------------------


def _globals(ev: Evaluation) -> dict[str, MapValue]:
    found: dict[str, MapValue] = {}
    for name, entry in ev.template.section("Globals").items():
        if not isinstance(entry.value, Mapping):
            ev.problem(f"expected a mapping under Globals {name}, found {shape_of(entry.value)}", entry.value)
            continue
        value = ev.value(entry.value, OUTSIDE)
        if isinstance(value, MapValue):
            found[name] = value
    return found


def with_globals(declaration: Declaration, shared: MapValue | None) -> MapValue:
    """A resource's properties with the Globals of its type under them, but those that it ignores."""
    ignored = declaration.attributes.entries.get("IgnoreGlobals")
    if shared is None or (isinstance(ignored, Known) and ignored.value == "*"):
        return declaration.properties
    skipped = (
        {item.value for item in ignored.items if isinstance(item, Known)} if isinstance(ignored, ListValue) else ()
    )
    kept = {key: value for key, value in shared.entries.items() if key not in skipped}
    return overlaid(MapValue(kept, shared.origin, places=shared.places), declaration.properties)


def overlaid(under: MapValue, over: MapValue) -> MapValue:
    """Two mappings merged as Globals are: scalars replaced, mappings merged, lists put one after the other."""
    entries = dict(under.entries)
    places = {**(under.places or {}), **(over.places or {})}
    for key, value in over.entries.items():
        below = under.entries.get(key)
        if isinstance(below, MapValue) and isinstance(value, MapValue):
            value = overlaid(below, value)
        elif isinstance(below, ListValue) and isinstance(value, ListValue):
            value = ListValue((*below.items, *value.items), value.origin, value.references, value.sensitive)
        entries[key] = value
    return MapValue(entries, over.origin, places=places, rest=over.rest or under.rest)


# --- the types ------------------------------------------------------------------------------------------------------

_API = (
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
    "Policy",
)


def _api(parts: Parts) -> None:
    """AWS::Serverless::Api: a REST API and its stage."""
    properties = {name: name for name in _API} | {"DefinitionBody": "Body"}
    entries, places = parts.renamed(properties)
    _body_location(parts, entries, places)
    endpoint = parts.get("EndpointConfiguration")
    if endpoint is not None:
        entries["EndpointConfiguration"] = lift([endpoint], _endpoint, endpoint.origin)
        places["EndpointConfiguration"] = parts.place("EndpointConfiguration")
    resource_policy = parts.inner("Auth", "ResourcePolicy")
    if resource_policy is not None:
        entries["Policy"] = Unknown("it is put together from Auth.ResourcePolicy", resource_policy.origin)
    parts.primary("AWS::ApiGateway::RestApi", entries, places)
    stage, stage_places = parts.renamed({name: name for name in (*STAGE, "StageName")})
    stage["RestApiId"] = parts.ref(parts.name)
    parts.tags(stage, stage_places)
    parts.add(api_stage_id(parts.name, stage.get("StageName")), "AWS::ApiGateway::Stage", stage, stage_places)


def _endpoint(row: list[Value]) -> Value:
    """`REGIONAL`, or `{Type: REGIONAL, VPCEndpointIds: [...]}`, as the REST API has it."""
    value = row[0]
    if isinstance(value, Known):
        return MapValue({"Types": ListValue((value,), value.origin)}, value.origin)
    if isinstance(value, MapValue):
        entries = dict(value.entries)
        kind = entries.pop("Type", None)
        entries.pop("VPCEndpointIds", None)
        if kind is not None:
            entries["Types"] = ListValue((kind,), kind.origin)
        if "VPCEndpointIds" in value.entries:
            entries["VpcEndpointIds"] = value.entries["VPCEndpointIds"]
        return MapValue(entries, value.origin, places=value.places, rest=value.rest)
    return value


def _body_location(parts: Parts, entries: dict[str, Value], places: dict[str, Located]) -> None:
    uri = parts.get("DefinitionUri")
    if uri is not None:
        entries["BodyS3Location"] = code_location(uri, ("Bucket", "Key", "Version"))
        places["BodyS3Location"] = parts.place("DefinitionUri")
    elif "Body" not in entries:
        entries["Body"] = Unknown("it is put together from the events of all functions", parts.source.header)


def _http_api(parts: Parts) -> None:
    """AWS::Serverless::HttpApi: an HTTP API and its stage."""
    same = ("Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name")
    entries, places = parts.renamed({name: name for name in same} | {"DefinitionBody": "Body"})
    _body_location(parts, entries, places)
    cors = parts.get("CorsConfiguration")
    if cors is not None and not (isinstance(cors, Known) and cors.value is True):
        entries["CorsConfiguration"] = cors
        places["CorsConfiguration"] = parts.place("CorsConfiguration")
    parts.primary("AWS::ApiGatewayV2::Api", entries, places)
    stage, stage_places = parts.renamed({name: name for name in (*HTTP_STAGE, "StageName")})
    stage.setdefault("StageName", Known("$default", parts.source.header))
    stage["ApiId"] = parts.ref(parts.name)
    stage["AutoDeploy"] = Known(True, parts.source.header)
    tags = parts.get("Tags")
    own = generated({"httpapi:createdBy": "SAM"}, parts.source.header)
    if isinstance(own, MapValue) and (tags is None or isinstance(tags, MapValue)):
        stage["Tags"] = overlaid(own, tags) if tags is not None else own
    written = stage["StageName"]
    default = isinstance(written, Known) and written.value == "$default"
    name = f"{parts.name}ApiGatewayDefaultStage" if default else api_stage_id(parts.name, written)
    parts.add(name, "AWS::ApiGatewayV2::Stage", stage, stage_places)


def _simple_table(parts: Parts) -> None:
    """AWS::Serverless::SimpleTable: a DynamoDB table with one key."""
    names = ("PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification", "TableName")
    entries, places = parts.renamed({name: name for name in names})
    key_name: Value = parts.inner("PrimaryKey", "Name") or Known("id", parts.source.header)
    key_type = parts.inner("PrimaryKey", "Type") or Known("String", parts.source.header)
    letter = lift([key_type], _attribute_letter, key_type.origin)
    entries["KeySchema"] = generated([{"AttributeName": key_name, "KeyType": "HASH"}], parts.source.header)
    entries["AttributeDefinitions"] = generated(
        [{"AttributeName": key_name, "AttributeType": letter}], parts.source.header
    )
    if "ProvisionedThroughput" not in entries:
        entries["BillingMode"] = Known("PAY_PER_REQUEST", parts.source.header)
    parts.tags(entries, places)
    parts.primary("AWS::DynamoDB::Table", entries, places)


def _attribute_letter(row: list[Value]) -> Value:
    value = row[0]
    if not isinstance(value, Known):
        return value
    words = scalar_words(value.value)
    return Known({"String": "S", "Number": "N", "Binary": "B"}.get(words, words), value.origin)


def _layer(parts: Parts) -> None:
    """AWS::Serverless::LayerVersion: a layer version; its real logical id has a hash after the name."""
    names = ("CompatibleArchitectures", "CompatibleRuntimes", "Description", "LayerName", "LicenseInfo")
    entries, places = parts.renamed({name: name for name in names})
    entries.setdefault("LayerName", Known(parts.name, parts.source.header))
    content = parts.get("ContentUri")
    if content is not None:
        entries["Content"] = code_location(content, ("S3Bucket", "S3Key", "S3ObjectVersion"))
        places["Content"] = parts.place("ContentUri")
    parts.primary("AWS::Lambda::LayerVersion", entries, places)


_STATE_MACHINE = {
    "DefinitionSubstitutions": "DefinitionSubstitutions",
    "EncryptionConfiguration": "EncryptionConfiguration",
    "Logging": "LoggingConfiguration",
    "Name": "StateMachineName",
    "Role": "RoleArn",
    "Tracing": "TracingConfiguration",
    "Type": "StateMachineType",
}


def _state_machine(parts: Parts) -> None:
    """AWS::Serverless::StateMachine: a state machine, and its role when none is given."""
    entries, places = parts.renamed(_STATE_MACHINE)
    definition = parts.get("Definition")
    if definition is not None:
        entries["Definition"] = definition
        places["Definition"] = parts.place("Definition")
    uri = parts.get("DefinitionUri")
    if uri is not None:
        entries["DefinitionS3Location"] = code_location(uri, ("Bucket", "Key", "Version"))
    if "RoleArn" not in entries:
        entries["RoleArn"] = after_deployment(parts.ev, f"{parts.name}Role", "Arn", parts.source.header)
    parts.tags(entries, places, "stateMachine:createdBy")
    parts.primary("AWS::StepFunctions::StateMachine", entries, places)
    state_machine_role(parts)


_MAKERS: Map[str, Callable[[Parts], None]] = {
    "Api": _api,
    "Function": function_parts,
    "HttpApi": _http_api,
    "LayerVersion": _layer,
    "SimpleTable": _simple_table,
    "StateMachine": _state_machine,
}
