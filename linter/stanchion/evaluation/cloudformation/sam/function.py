"""AWS::Serverless::Function: the function, its role, URL and alias, and what its events make.

Source: AWS SAM Developer Guide, "AWS::Serverless::Function" and "CloudFormation resources generated when you specify
AWS::Serverless::Function".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.lifting import arms_of, scalar_words
from stanchion.evaluation.cloudformation.sam.events import event_parts
from stanchion.evaluation.cloudformation.sam.parts import Parts, code_location, generated
from stanchion.evaluation.conditions import Condition, any_of, negate
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, choose, is_null
from stanchion.syntax.source import Located

_SAME = (
    "Architectures",
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "Description",
    "DurableConfig",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "TenancyConfig",
    "Timeout",
    "VpcConfig",
)
#: Managed policies that live under `service-role/`.
_SERVICE_ROLES = frozenset(
    (
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaENIManagementAccess",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AmazonAPIGatewayPushToCloudWatchLogs",
    )
)


def function_parts(parts: Parts) -> None:
    """Make the function and everything that the transform adds for it."""
    entries, places = parts.renamed({name: name for name in _SAME})
    _code(parts, entries, places)
    tracing = parts.get("Tracing")
    if tracing is not None and not (isinstance(tracing, Known) and tracing.value == "Disabled"):
        entries["TracingConfig"] = MapValue({"Mode": tracing}, tracing.origin)
        places["TracingConfig"] = parts.place("Tracing")
    target = parts.inner("DeadLetterQueue", "TargetArn")
    if target is not None:
        entries["DeadLetterConfig"] = MapValue({"TargetArn": target}, target.origin)
        places["DeadLetterConfig"] = parts.place("DeadLetterQueue")
    without_role = _absent(parts.get("Role"))
    if without_role is not False:
        own = parts.arn(f"{parts.name}Role")
        given = parts.get("Role")
        arms = arms_of(given) if given is not None else ()
        entries["Role"] = choose([(g, own if is_null(v) else v) for g, v in arms], own.origin) if arms else own
    parts.tags(entries, places, "lambda:createdBy")
    parts.primary("AWS::Lambda::Function", entries, places)
    if without_role is not False:
        _role(parts, without_role)
    _url(parts)
    _alias(parts)
    events = parts.get("Events")
    for name, event in events.entries.items() if isinstance(events, MapValue) else ():
        for guard, arm in arms_of(event):
            if isinstance(arm, MapValue):
                event_parts(parts, name, arm, guard)


def _absent(value: Value | None) -> Condition:
    """When a property is not there."""
    if value is None:
        return True
    return any_of(*(guard for guard, arm in arms_of(value) if is_null(arm)))


def _code(parts: Parts, entries: dict[str, Value], places: dict[str, Located]) -> None:
    """InlineCode, ImageUri or CodeUri as Code."""
    for name, inner in (("InlineCode", "ZipFile"), ("ImageUri", "ImageUri")):
        value = parts.get(name)
        if value is not None:
            entries["Code"] = MapValue({inner: value}, value.origin)
            places["Code"] = parts.place(name)
            return
    uri = parts.get("CodeUri")
    if uri is not None:
        entries["Code"] = code_location(uri, ("S3Bucket", "S3Key", "S3ObjectVersion"))
        places["Code"] = parts.place("CodeUri")
    else:
        rest = Unknown("it is uploaded when the template is packaged", parts.source.header)
        entries["Code"] = MapValue({}, parts.source.header, rest=rest)


# --- roles ----------------------------------------------------------------------------------------------------------


#: The managed policies that reading from an event source takes.
_SOURCES = {
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "MSK": "AWSLambdaMSKExecutionRole",
    "SQS": "AWSLambdaSQSQueueExecutionRole",
}
_TRACING = "AWSXrayWriteOnlyAccess"


def _role(parts: Parts, exists: Condition) -> None:
    managed = ["AWSLambdaBasicExecutionRole"]
    if parts.get("VpcConfig") is not None:
        managed.append("AWSLambdaVPCAccessExecutionRole")
    if parts.get("Tracing") is not None:
        managed.append(_TRACING)
    sources: dict[str, None] = {}
    events = parts.get("Events")
    for event in events.entries.values() if isinstance(events, MapValue) else ():
        event_type = event.entries.get("Type") if isinstance(event, MapValue) else None
        if isinstance(event_type, Known) and event_type.value in _SOURCES:
            sources[_SOURCES[str(event_type.value)]] = None
    inline: list[Value] = []
    target = parts.inner("DeadLetterQueue", "TargetArn")
    if target is not None:
        kind = parts.inner("DeadLetterQueue", "Type")
        action = "sns:Publish" if isinstance(kind, Known) and kind.value == "SNS" else "sqs:SendMessage"
        statement = {"Action": action, "Effect": "Allow", "Resource": target}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        place = parts.place("DeadLetterQueue")
        inline.append(generated({"PolicyName": "DeadLetterQueuePolicy", "PolicyDocument": document}, place))
    make_role(parts, ("lambda.amazonaws.com", "lambda:createdBy"), (managed, list(sources)), inline, exists)


def state_machine_role(parts: Parts) -> None:
    """The role of a state machine that is not given one."""
    without = _absent(parts.get("Role"))
    if without is not False:
        enabled = parts.inner("Tracing", "Enabled")
        managed = [_TRACING] if isinstance(enabled, Known) and enabled.value in (True, "true") else []
        make_role(parts, ("states.amazonaws.com", "stateMachine:createdBy"), (managed, []), [], without)


def make_role(
    parts: Parts,
    service: tuple[str, str],
    managed: tuple[list[str], list[str]],
    inline: list[Value],
    exists: Condition,
) -> None:
    """Make the role `<Id>Role` with what Policies gives it.

    `service` is who assumes it and the tag it gets, `managed` the policies before and after those of Policies.
    """
    place = parts.source.header
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [service[0]]}}],
    }
    given = parts.get("AssumeRolePolicyDocument")
    arns: list[Value] = [_managed_arn(name, place) for name in managed[0]]
    written = parts.get("Policies")
    items = written.items if isinstance(written, ListValue) else (written,) if written is not None else ()
    for index, item in enumerate(items):
        arms = [_policy(parts, index, arm, guard) for guard, arm in arms_of(item) if not is_null(arm)]
        undecided = isinstance(item, Choice)
        for is_managed, guard, value in arms:
            target = arns if is_managed else inline
            target.append(choose([(guard, value), (negate(guard), Known(None))], place) if undecided else value)
    arns += (_managed_arn(name, place) for name in managed[1])
    entries: dict[str, Value] = {
        "AssumeRolePolicyDocument": given if given is not None else generated(trust, place),
        "ManagedPolicyArns": ListValue(tuple(arns), place),
    }
    if inline:
        entries["Policies"] = ListValue(tuple(inline), written.origin if written is not None else place)
    for old, new in (("PermissionsBoundary", "PermissionsBoundary"), ("RolePath", "Path")):
        kept = parts.get(old)
        if kept is not None:
            entries[new] = kept
    places = {"Policies": parts.place("Policies"), "ManagedPolicyArns": parts.place("Policies")}
    parts.tags(entries, places, service[1])
    parts.add(f"{parts.name}Role", "AWS::IAM::Role", entries, places, exists)


def _policy(parts: Parts, index: int, value: Value, guard: Condition) -> tuple[bool, Condition, Value]:
    """One element of Policies: whether it is a managed policy, when it applies, and what it becomes."""
    if isinstance(value, Known):
        return True, guard, _managed_arn(scalar_words(value.value), value.origin or parts.source.header)
    if isinstance(value, MapValue):
        document: Value = value
        if "Statement" not in value.entries:
            template = next(iter(value.entries), "")
            document = Unknown(f"it is what the SAM policy template {template} says", value.origin)
        name = Known(f"{parts.name}RolePolicy{index}", value.origin)
        entries: dict[str, Value] = {"PolicyName": name, "PolicyDocument": document}
        return False, guard, MapValue(entries, value.origin)
    return True, guard, value


def _managed_arn(name: str, place: Located) -> Known:
    """The ARN of an AWS managed policy; an ARN stays as it is."""
    if name.startswith("arn:"):
        return Known(name, place)
    path = "service-role/" if name in _SERVICE_ROLES else ""
    return Known(f"arn:aws:iam::aws:policy/{path}{name}", place)


# --- URL and alias --------------------------------------------------------------------------------------------------


def _url(parts: Parts) -> None:
    """FunctionUrlConfig: the URL, and leave for everybody to call it when it asks for no authentication."""
    config = parts.get("FunctionUrlConfig")
    if not isinstance(config, MapValue):
        return
    entries = {key: value for key, value in config.entries.items() if key in ("AuthType", "Cors", "InvokeMode")}
    entries["TargetFunctionArn"] = parts.ref(parts.name)
    parts.add(f"{parts.name}Url", "AWS::Lambda::Url", entries, dict(config.places or {}))
    auth = entries.get("AuthType")
    for guard, arm in arms_of(auth) if auth is not None else ():
        if isinstance(arm, Known) and arm.value == "NONE":
            place = parts.place("FunctionUrlConfig")
            everybody = {"FunctionName": parts.ref(parts.name), "Principal": "*"}
            url = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": arm}
            call = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}
            for suffix, leave in (("UrlPublicPermissions", url), ("URLInvokeAllowPublicAccess", call)):
                made = {key: generated(item, place) for key, item in (everybody | leave).items()}
                parts.add(parts.name + suffix, "AWS::Lambda::Permission", made, exists=guard)


def _alias(parts: Parts) -> None:
    """AutoPublishAlias: an alias; its version has a hash in its name and is left unknown."""
    alias = parts.get("AutoPublishAlias")
    if not isinstance(alias, Known):
        return
    entries: dict[str, Value] = {
        "FunctionName": parts.ref(parts.name),
        "FunctionVersion": Unknown("known only after deployment", alias.origin),
        "Name": alias,
    }
    concurrency = parts.get("ProvisionedConcurrencyConfig")
    if concurrency is not None:
        entries["ProvisionedConcurrencyConfig"] = concurrency
    parts.add(f"{parts.name}Alias{scalar_words(alias.value)}", "AWS::Lambda::Alias", entries)
