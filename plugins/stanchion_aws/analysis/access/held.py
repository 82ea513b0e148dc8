"""Which resources carry a policy about themselves, and what may be done to them.

The types are those of the IAM Access Analyzer API Reference, "CheckNoPublicAccess", and of the IAM User Guide, "AWS
services that work with IAM", that have resource-based policies.
"""

from __future__ import annotations

from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.access.actions import actions_of
from stanchion_aws.analysis.access.requesters import ANY_ACCOUNT, ANY_ENDPOINT, THE_PUBLIC, Requester
from stanchion_aws.analysis.access.search import Ask
from stanchion_aws.analysis.access.statements import Statement, compiled, statements
from stanchion_aws.analysis.access.texts import read


class Kind(NamedTuple):
    """How a type holds its policy: the property ("" where `Statement` is one of its own), the service's prefix, the
    most telling actions, and who the public is for it. Without a service the telling actions are all there is."""

    path: str
    service: str
    telling: tuple[str, ...]
    public: tuple[Requester, ...] = THE_PUBLIC


_STREAM = ("kinesis:GetRecords", "kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetShardIterator")
_SEARCH = ("es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete")
_TABLE = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem")
_REGISTRY = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage", "ecr:BatchDeleteImage")
#: Types with a policy about themselves.
KINDS: dict[str, Kind] = {
    "AWS::SQS::Queue": Kind("PolicyDocument", "sqs", ("sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteMessage")),
    "AWS::SNS::Topic": Kind("PolicyDocument", "sns", ("sns:Subscribe", "sns:Publish", "sns:SetTopicAttributes")),
    "AWS::KMS::Key": Kind("KeyPolicy", "kms", ("kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:Encrypt")),
    "AWS::KMS::ReplicaKey": Kind("KeyPolicy", "kms", ("kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant")),
    "AWS::SecretsManager::Secret": Kind(
        "ResourcePolicy", "secretsmanager", ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
    ),
    "AWS::ECR::Repository": Kind("RepositoryPolicyText", "ecr", _REGISTRY),
    "AWS::EFS::FileSystem": Kind(
        "FileSystemPolicy", "elasticfilesystem",
        ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite", "elasticfilesystem:ClientRootAccess"),
    ),
    "AWS::OpenSearchService::Domain": Kind("AccessPolicies", "es", _SEARCH),
    "AWS::Elasticsearch::Domain": Kind("AccessPolicies", "es", _SEARCH),
    "AWS::DynamoDB::Table": Kind("ResourcePolicy.PolicyDocument", "dynamodb", _TABLE),
    "AWS::DynamoDB::GlobalTable": Kind("ResourcePolicy.PolicyDocument", "dynamodb", _TABLE),
    "aws_dynamodb_resource_policy": Kind("ResourcePolicy.PolicyDocument", "dynamodb", _TABLE),
    "AWS::Kinesis::ResourcePolicy": Kind("ResourcePolicy", "kinesis", _STREAM),
    "AWS::Backup::BackupVault": Kind(
        "AccessPolicy", "backup", ("backup:CopyIntoBackupVault", "backup:StartRestoreJob", "backup:DeleteRecoveryPoint")
    ),
    "AWS::CodeArtifact::Domain": Kind(
        "PermissionsPolicyDocument", "codeartifact", ("codeartifact:GetAuthorizationToken",)
    ),
    "AWS::CodeArtifact::Repository": Kind(
        "PermissionsPolicyDocument", "codeartifact", ("codeartifact:ReadFromRepository",)
    ),
    "AWS::MSK::ClusterPolicy": Kind("Policy", "kafka", ("kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers")),
    "AWS::Events::EventBusPolicy": Kind("", "events", ("events:PutEvents", "events:PutRule")),
    "aws_cloudwatch_event_bus_policy": Kind("PolicyDocument", "events", ("events:PutEvents", "events:PutRule")),
    "aws_glue_resource_policy": Kind("PolicyDocument", "glue", ("glue:GetTable", "glue:UpdateTable")),
    # Nobody assumes a role without a signature ("AssumeRole", AWS STS API Reference), so the anonymous are left out.
    "AWS::IAM::Role": Kind("AssumeRolePolicyDocument", "", ("sts:AssumeRole",), (ANY_ACCOUNT, ANY_ENDPOINT)),
}  # fmt: skip


class Held(NamedTuple):
    """A resource with the statements of its own policy, in one world."""

    resource: DecidedResource
    kind: Kind
    document: Decided
    statements: tuple[Statement, ...]

    @property
    def ask(self) -> Ask:
        """What can be asked of it: every action of its service, the most telling first."""
        more = actions_of(self.kind.service) if self.kind.service else ()
        return Ask(tuple(dict.fromkeys((*self.kind.telling, *more))))


def held_by(resource: DecidedResource, graph: GraphView) -> Held | None:
    """The policy that a resource has about itself, where it has one."""
    kind = KINDS.get(resource.type)
    if kind is None:
        return None
    if not kind.path:
        plain = {"Statement": read(resource["Statement"], graph)}
        found = tuple(compiled(plain, written=list(resource["Statement"])))
        return Held(resource, kind, resource["Statement"], found)
    document = resource.get(*kind.path.split("."))
    if document.unknown:
        return Held(resource, kind, document, ())
    return None if document.absent else Held(resource, kind, document, tuple(statements(document, graph)))
