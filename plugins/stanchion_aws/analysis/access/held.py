"""Which resources carry a policy about themselves, and what may be done to them.

The types are those of the IAM Access Analyzer API Reference, "CheckNoPublicAccess", and of the IAM User Guide, "AWS
services that work with IAM", that have resource-based policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.access.actions import actions_of, resources_for
from stanchion_aws.analysis.access.globs import ANYTHING, Glob, wildcards
from stanchion_aws.analysis.access.search import Ask
from stanchion_aws.analysis.access.statements import Statement, compiled, statements
from stanchion_aws.analysis.access.texts import read


class Kind(NamedTuple):
    """How a type holds its policy: the property ("" where `Statement` is one of its own), the service's prefix, and the
    most telling actions."""

    path: str
    service: str
    telling: tuple[str, ...]
    #: The other actions of the service count too; not where the policy is about few (assuming a role).
    others: bool = True


_STREAM = ("kinesis:GetRecords", "kinesis:PutRecord", "kinesis:PutRecords", "kinesis:GetShardIterator")
_SEARCH = ("es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete")
_TABLE = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:DeleteItem")
_REGISTRY = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage", "ecr:BatchDeleteImage")
_S3_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket")
_ASSUME = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")
#: Types with a policy about themselves.
KINDS: dict[str, Kind] = {
    "AWS::S3::Bucket": Kind("PolicyDocument", "s3", (*_S3_OBJECTS, "s3:PutBucketPolicy", "s3:DeleteBucket")),
    "AWS::S3::AccessPoint": Kind("Policy", "s3", _S3_OBJECTS),
    "AWS::S3Express::BucketPolicy": Kind("PolicyDocument", "s3express", ("s3express:CreateSession",)),
    "AWS::S3Express::AccessPoint": Kind("Policy", "s3express", ("s3express:CreateSession",)),
    "AWS::S3Outposts::BucketPolicy": Kind("PolicyDocument", "s3-outposts", ("s3-outposts:GetObject",)),
    "AWS::S3Outposts::AccessPoint": Kind("Policy", "s3-outposts", ("s3-outposts:GetObject",)),
    "AWS::S3ObjectLambda::AccessPointPolicy": Kind(
        "PolicyDocument", "s3-object-lambda", ("s3-object-lambda:GetObject",)
    ),
    "AWS::S3Tables::TableBucketPolicy": Kind("ResourcePolicy", "s3tables", ("s3tables:GetTableData",)),
    "AWS::S3Tables::TablePolicy": Kind("ResourcePolicy", "s3tables", ("s3tables:GetTableData",)),
    "AWS::S3Vectors::VectorBucketPolicy": Kind("Policy", "s3vectors", ("s3vectors:GetVectors",)),
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
    "AWS::ApiGateway::RestApi": Kind("Policy", "execute-api", ("execute-api:Invoke",)),
    "AWS::CodeArtifact::Domain": Kind(
        "PermissionsPolicyDocument", "codeartifact", ("codeartifact:GetAuthorizationToken",)
    ),
    "AWS::CodeArtifact::Repository": Kind(
        "PermissionsPolicyDocument", "codeartifact", ("codeartifact:ReadFromRepository",)
    ),
    "AWS::MSK::ClusterPolicy": Kind("Policy", "kafka", ("kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers")),
    "AWS::Events::EventBusPolicy": Kind("", "events", ("events:PutEvents", "events:PutRule")),
    "aws_cloudwatch_event_bus_policy": Kind("PolicyDocument", "events", ("events:PutEvents", "events:PutRule")),
    "AWS::Logs::ResourcePolicy": Kind("PolicyDocument", "logs", ("logs:PutLogEvents",)),
    "aws_glue_resource_policy": Kind("PolicyDocument", "glue", ("glue:GetTable", "glue:UpdateTable")),
    "aws_glacier_vault": Kind("PolicyDocument", "glacier", ("glacier:InitiateJob", "glacier:DeleteArchive")),
    "AWS::MediaStore::Container": Kind("Policy", "mediastore", ("mediastore:GetObject", "mediastore:PutObject")),
    "AWS::CloudTrail::EventDataStore": Kind("ResourcePolicy", "cloudtrail", ("cloudtrail:StartQuery",)),
    "AWS::CloudTrail::Dashboard": Kind("ResourcePolicy", "cloudtrail", ("cloudtrail:GetDashboard",)),
    "AWS::XRay::ResourcePolicy": Kind("PolicyDocument", "xray", ("xray:PutTraceSegments",)),
    "AWS::VpcLattice::AuthPolicy": Kind("Policy", "vpc-lattice-svcs", ("vpc-lattice-svcs:Invoke",)),
    "AWS::VpcLattice::ResourcePolicy": Kind("Policy", "vpc-lattice", ("vpc-lattice:GetServiceNetwork",)),
    "AWS::RefactorSpaces::Environment": Kind("Policy", "refactor-spaces", ("refactor-spaces:CreateService",)),
    "AWS::IAM::Role": Kind("AssumeRolePolicyDocument", "sts", _ASSUME, others=False),
}  # fmt: skip


class Held(NamedTuple):
    """A resource with the statements of its own policy, in one world."""

    resource: DecidedResource
    kind: Kind
    document: Decided
    statements: tuple[Statement, ...]

    def asks(self) -> Iterator[Ask]:
        """What can be asked of it, the most telling first: actions of one kind of resource together."""
        groups: dict[tuple[Glob, ...], list[str]] = {}
        known = {action.name: action for action in actions_of(self.kind.service)}
        others = tuple(known) if self.kind.others else ()
        for name in dict.fromkeys((*self.kind.telling, *others)):
            action = known.get(name)
            within = resources_for(action) if action is not None and self.kind.service == "s3" else (ANYTHING,)
            groups.setdefault(within, []).append(name)
        for within, names in groups.items():
            # A bucket's own ARN takes in no object's, though a pattern of it does.
            buckets = within == (wildcards("arn:*:s3:::*"),)
            yield Ask(names, within, (wildcards("arn:*:s3:::*/*"),) if buckets else ())


def held_by(resource: DecidedResource, graph: GraphView) -> Held | None:
    """The policy that a resource has about itself, where it has one."""
    kind = KINDS.get(resource.type)
    if kind is None:
        return None
    if not kind.path:
        plain = {"Statement": read(resource["Statement"], graph)}
        found = tuple(compiled(plain, of_resource=True, written=list(resource["Statement"])))
        return Held(resource, kind, resource["Statement"], found)
    document = resource.get(*kind.path.split("."))
    if document.unknown:
        return Held(resource, kind, document, ())
    return None if document.absent else Held(resource, kind, document, tuple(statements(document, graph)))


def all_held(graph: GraphView) -> Iterator[Held]:
    """Every resource of the unit with a policy about itself."""
    for type_ in KINDS:
        for resource in graph.of_type(type_):
            held = held_by(resource, graph)
            if held is not None:
                yield held
