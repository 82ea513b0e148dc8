"""Texts of a policy with what the unit itself makes filled in: an ARN for a queue of the unit, a hole for a parameter.

What a resource's ARN or name looks like is from the Service Authorization Reference, "Resource types defined by ...".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stanchion.evaluation.values import Known, ListValue, MapValue, Reference, Unknown
from stanchion.worlds.decided import Decided, settle
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.access.globs import Hole

#: The account, region and organisation of the unit, where the code does not say which they are.
OWN_ACCOUNT, OWN_REGION, OWN_ORGANIZATION = "111111111111", "us-east-1", "o-own0000000"
Text = tuple[str | Hole, ...]
#: A document as plain lists and maps whose scalars are texts; the statements' places are kept beside it.
Plain = Any
_PSEUDO: Mapping[str, str] = {
    "AWS::AccountId": OWN_ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": OWN_REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
_LOOKED_UP: Mapping[tuple[str, str], str] = {
    ("data.aws_caller_identity", "account_id"): OWN_ACCOUNT,
    ("data.aws_caller_identity", "id"): OWN_ACCOUNT,
    ("data.aws_partition", "partition"): "aws",
    ("data.aws_partition", "dns_suffix"): "amazonaws.com",
    ("data.aws_region", "name"): OWN_REGION,
    ("data.aws_region", "id"): OWN_REGION,
    ("data.aws_region", "region"): OWN_REGION,
    ("data.aws_organizations_organization", "id"): OWN_ORGANIZATION,
}
#: ARNs by type, where they are not `arn:aws:SERVICE:REGION:ACCOUNT:NAME`.
_ARNS: Mapping[str, str] = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::IAM::User": "arn:aws:iam::{account}:user/{name}",
    "AWS::IAM::Group": "arn:aws:iam::{account}:group/{name}",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::{account}:policy/{name}",
    "AWS::IAM::InstanceProfile": "arn:aws:iam::{account}:instance-profile/{name}",
    "AWS::IAM::OIDCProvider": "arn:aws:iam::{account}:oidc-provider/{name}",
    "AWS::IAM::SAMLProvider": "arn:aws:iam::{account}:saml-provider/{name}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/{name}",
    "AWS::KMS::Alias": "arn:aws:kms:{region}:{account}:{name}",
    "AWS::ECR::Repository": "arn:aws:ecr:{region}:{account}:repository/{name}",
    "AWS::EFS::FileSystem": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{name}",
    "AWS::Kinesis::Stream": "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "AWS::OpenSearchService::Domain": "arn:aws:es:{region}:{account}:domain/{name}",
    "AWS::Elasticsearch::Domain": "arn:aws:es:{region}:{account}:domain/{name}",
    "AWS::Backup::BackupVault": "arn:aws:backup:{region}:{account}:backup-vault:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "AWS::EC2::Instance": "arn:aws:ec2:{region}:{account}:instance/{name}",
    "AWS::SSM::Parameter": "arn:aws:ssm:{region}:{account}:parameter/{name}",
    "AWS::CloudTrail::Trail": "arn:aws:cloudtrail:{region}:{account}:trail/{name}",
    "AWS::CloudTrail::EventDataStore": "arn:aws:cloudtrail:{region}:{account}:eventdatastore/{name}",
}
_NAMES = (
    "BucketName", "RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName", "TableName",
    "FunctionName", "QueueName", "TopicName", "RepositoryName", "DomainName", "BackupVaultName", "LogGroupName",
    "StateMachineName", "AliasName", "TrailName", "Name",
)  # fmt: skip
#: Types whose `Ref`, and Terraform `id`, is the ARN.
_REF_IS_ARN = frozenset(
    {
        "AWS::SNS::Topic", "AWS::IAM::ManagedPolicy", "AWS::SecretsManager::Secret", "AWS::IAM::OIDCProvider",
        "AWS::IAM::SAMLProvider", "AWS::StepFunctions::StateMachine",
    }
)  # fmt: skip


def read(value: Decided, graph: GraphView) -> Plain:
    """A decided document as plain lists and maps of texts."""
    raw = value.raw
    if isinstance(raw, ListValue):
        return [read(element, graph) for element in value]
    if isinstance(raw, MapValue):
        return {key: read(child, graph) for key, child in value.items()}
    return text(value, graph)


def text(value: Decided, graph: GraphView) -> Text:
    """A decided scalar as a text."""
    raw = value.raw
    if isinstance(raw, Unknown):
        return _unknown(raw, value, graph)
    return (value.text,)


def _unknown(raw: Unknown, value: Decided, graph: GraphView) -> Text:
    if raw.parts is not None:
        made: list[str | Hole] = []
        for part in raw.parts:
            settled = settle(part, value.world)
            if isinstance(settled, Unknown):
                made.extend(_unknown(settled, value, graph))
            else:
                made.append(_spelt(settled))
        return tuple(made)
    name = raw.variable.name if raw.variable is not None else ""
    if name in _PSEUDO:
        return (_PSEUDO[name],)
    for reference in raw.references:
        known = _LOOKED_UP.get((".".join(reference.address.split(".")[-3:-1]), reference.attribute))
        if known is not None:
            return (known,)
    if len(raw.references) == 1:
        resource = graph.at(raw.references[0].address)
        if resource is not None and not resource.type.startswith(("data.", "Template::")):
            return (of_resource(resource, raw.references[0]),)
    return (Hole(name or raw.reason),)


def _spelt(settled: Known | ListValue | MapValue) -> str:
    if not isinstance(settled, Known) or settled.value is None:
        return ""
    return str(settled.value).lower() if isinstance(settled.value, bool) else str(settled.value)


def of_resource(resource: DecidedResource, reference: Reference) -> str:
    """What a reference to a resource of the unit stands for: its ARN or its name."""
    attribute = reference.attribute.rpartition(".")[2].lower()
    if attribute.endswith("arn") or (attribute in ("ref", "id", "") and resource.type in _REF_IS_ARN):
        return arn_of(resource)
    return name_of(resource)


def name_of(resource: DecidedResource) -> str:
    """A resource's name, where it has one that is known, else its address."""
    for key in _NAMES:
        if key in resource.resource.properties.entries:
            name = resource[key]
            if name.unknown and _in_a_circle(resource, key):
                return resource.address
            if name.unknown:
                written = text(name, resource.graph)
                return "".join(p if isinstance(p, str) else f"{{{p.name}}}" for p in written)
            if name.present and name.text:
                return name.text
    return resource.address


def _in_a_circle(resource: DecidedResource, key: str) -> bool:
    """Whether a name leads back to itself, which Terraform and CloudFormation refuse."""
    seen: set[str] = set()
    waiting = [(resource, key)]
    while waiting:
        here, name = waiting.pop()
        for reference in here[name].references:
            found = resource.graph.at(reference.address)
            if found is None or reference.address in seen:
                continue
            if reference.address == resource.address:
                return True
            seen.add(reference.address)
            waiting += [(found, other) for other in _NAMES if other in found.resource.properties.entries]
    return False


def arn_of(resource: DecidedResource) -> str:
    """The ARN of a resource of the unit, in its own account."""
    form = _ARNS.get(resource.type, "arn:aws:{service}:{region}:{account}:{name}")
    service = resource.type.split("::")[1].lower() if "::" in resource.type else "unknown"
    return form.format(name=name_of(resource), account=OWN_ACCOUNT, region=OWN_REGION, service=service)
