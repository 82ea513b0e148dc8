"""Parameter Store and Secrets Manager: is what is secret encrypted, under a key of one's own, and out of the file?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.secrets.names import is_placeholder, looks_random, names_a_secret, words
from stanchion.secrets.shapes import assigned_secret, credential_in, masked
from stanchion.worlds.change import Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

PARAMETER = "AWS::SSM::Parameter"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type
DECRYPTING = "lets only those read it who may also use its key, and who ask for it decrypted"
SECURE_STRING = (
    'Terraform: type = "SecureString". '
    "CloudFormation: keep the value in an AWS::SecretsManager::Secret (a template cannot make a SecureString)"
)
STORE_DOCS = "AWS Systems Manager User Guide: AWS Systems Manager Parameter Store"


def _encrypted(parameter: DecidedResource) -> bool:
    return parameter["Type"] == "SecureString"


def _known_text(value: Decided) -> str:
    return "" if value.unknown or value.absent else value.text


def _why_secret(parameter: DecidedResource) -> tuple[str, Decided] | None:
    """What shows that a parameter holds a secret, in words, and where: its value, name or description."""
    value = parameter["Value"]
    text = _known_text(value)
    credential = credential_in(text) if text else None
    if credential is not None:
        return f"its value is {credential[0]}", value
    assigned = assigned_secret(text) if text else None
    if assigned is not None:
        return f"its value sets {assigned[0]}", value
    if text and is_placeholder(text):
        return None
    name = parameter["Name"]
    pieces = [piece for piece in name.pieces if piece]
    leaf = pieces[-1].rpartition("/")[2] or pieces[-1] if pieces else ""
    if leaf and names_a_secret(leaf):
        return f"its name says so: {leaf}", name
    if name.absent and names_a_secret(parameter.resource.name):
        return f"its name says so: {parameter.resource.name}", name
    description = parameter["Description"]
    said = _known_text(description)
    if said and _speaks_of_a_secret(said):
        return "its description says so", description
    return None


def _speaks_of_a_secret(description: str) -> bool:
    said = words(description)
    if {"password", "passphrase", "passwd"} & set(said):
        return not {"policy", "length", "rotation", "arn"} & set(said)
    pairs = set(itertools.pairwise(said))
    return bool(pairs & {("api", "key"), ("secret", "key"), ("access", "token"), ("private", "key"), ("auth", "token")})


def _encrypting(parameter: DecidedResource) -> Set | tuple[()]:
    """A template cannot make a SecureString (AWS CloudFormation User Guide: AWS::SSM::Parameter)."""
    return () if parameter.framework == "cloudformation" else Set("Type", "SecureString")


@policy(
    "ENC101",
    "Secret in an unencrypted SSM parameter",
    types=PARAMETER,
    severity=Severity.HIGH,
    why="Everyone who may read parameters reads it, and it shows in the console and in the parameter's history.",
    mend=SECURE_STRING,
    docs=STORE_DOCS,
)
def secrets_are_secure_strings(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A parameter that holds a secret, by value, name or description, is a SecureString."""
    if _encrypted(parameter):
        return
    reason = _why_secret(parameter)
    if reason is not None:
        why, at = reason
        yield parameter.finding(
            f"{parameter.address} holds a secret ({why}) but is stored unencrypted",
            at=parameter["Type"] if parameter["Type"].present else at,
            subject="Type",
            fix=_encrypting(parameter),
            effect=DECRYPTING,
        )


@policy(
    "ENC102",
    "Secret written into an SSM parameter",
    types=PARAMETER,
    severity=Severity.HIGH,
    why="The secret stays in the repository's history, whatever the parameter's type is.",
    mend="Put the value in by hand or by a pipeline, and let the template only name the parameter.",
    docs=STORE_DOCS,
)
def parameter_values_are_not_hard_coded(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No secret stands in the parameter's value."""
    value = parameter["Value"]
    text = _known_text(value)
    if not text or is_placeholder(text):
        return
    credential = credential_in(text)
    if credential is not None:
        message = f"{parameter.address} has {credential[0]} in its value: {masked(credential[1])}"
        yield parameter.finding(message, at=value)
        return
    name = parameter["Name"]
    leaf = name.pieces[-1] or "" if name.present else parameter.resource.name
    if not names_a_secret(leaf.rpartition("/")[2] or leaf) or _is_a_test(leaf) or "EXAMPLE" in text.upper():
        return
    if not value.references and looks_random(text):
        yield parameter.finding(f"{parameter.address} has its secret in plain text: {masked(text)}", at=value)


def _is_a_test(text: str) -> bool:
    return bool({"test", "example", "sample", "dummy"} & set(words(text)))


@policy(
    "ENC103",
    "SSM SecureString under the account's default key",
    types=PARAMETER,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Under the default key everyone who may read the parameter may decrypt it. A key of one's own asks twice.",
    mend="Terraform: key_id = aws_kms_key.parameters.arn",
    docs="AWS Systems Manager User Guide: AWS KMS encryption for Parameter Store SecureString parameters",
)
def secure_strings_have_a_key_of_their_own(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A SecureString names a key that is not alias/aws/ssm."""
    if not _encrypted(parameter):
        return
    key = parameter["KeyId"]
    if key.absent or (not key.unknown and key.text in ("", "alias/aws/ssm")):
        message = f"{parameter.address} is encrypted with the account's default key, which all readers may use"
        yield parameter.finding(message, at=key, subject="KeyId")


@policy(
    "ENC104",
    "SSM parameter is not encrypted",
    types=PARAMETER,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For teams who keep every parameter encrypted, secret or not.",
    mend=SECURE_STRING,
    docs=STORE_DOCS,
)
def parameters_are_secure_strings(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The parameter is a SecureString."""
    if not _encrypted(parameter):
        message, fix = f"{parameter.address} is stored unencrypted", _encrypting(parameter)
        yield parameter.finding(message, at=parameter["Type"], subject="Type", fix=fix, effect=DECRYPTING)


@policy(
    "TLS105",
    "SSM parameter is sent over plain HTTP",
    aliases=("ENC105",),
    types=PARAMETER,
    severity=Severity.HIGH,
    why="Whoever listens on the way, and whoever owns the receiving end, gets the secret.",
    mend="Do not pass parameters to data.http; where it must be, use https:// and a host of your own.",
    docs="AWS Systems Manager User Guide: Restricting access to Parameter Store parameters using IAM policies",
)
def parameters_are_not_sent_away(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No http data source of the unit has the parameter's value in its address or headers."""
    for request in graph.referring_to(parameter, "data.http", "data.external"):
        if request.type == "data.http":
            message = f"the value of {parameter.address} is sent to another host by {request.address}"
            yield parameter.finding(message, at=parameter["Value"], others=[request], subject=request.address)


@policy(
    "ENC110",
    "Secret under the account's default key",
    types=SECRET,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="The default key cannot be shared, withdrawn or watched apart from all other secrets.",
    mend="Terraform: kms_key_id = aws_kms_key.secrets.arn. CloudFormation: KmsKeyId: !GetAtt SecretsKey.Arn",
    docs="AWS Secrets Manager User Guide: Secret encryption and decryption in AWS Secrets Manager",
)
def secrets_have_a_key_of_their_own(secret: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The secret names a key that is not alias/aws/secretsmanager."""
    key = secret["KmsKeyId"]
    if key.absent or (not key.unknown and _default_key(key.text)):
        message = f"{secret.address} is encrypted with the account's default key"
        yield secret.finding(message, at=key, subject="KmsKeyId")


def _default_key(key: str) -> bool:
    return not key or key.endswith("alias/aws/secretsmanager")
