"""Policies that stand beside the resource that they are about, and join it.

Sources: "AWS::DynamoDB::Table", "AWS::Kinesis::ResourcePolicy", "AWS::CodeArtifact::Domain" (AWS CloudFormation User
Guide), the pages of the resources named here (Terraform AWS provider).
"""

from stanchion_aws.mapping.rules import Line, Rules, document, fold, resource


def _beside(name: str, owner: str, pointer: str, property_: str, attribute: str = "policy") -> Line:
    """A resource with a policy, and an attribute that names the one that it is about."""
    rules: Rules = {pointer: "Subject", attribute: document(property_)}
    return resource(name, rules, fold=fold(owner, pointer, take=(property_.partition(".")[0],)), alone=True)


LINES = {
    "aws_dynamodb_resource_policy": _beside(
        "aws_dynamodb_resource_policy", "AWS::DynamoDB::Table", "resource_arn", "ResourcePolicy.PolicyDocument"
    ),
    "aws_kinesis_resource_policy": resource(
        "AWS::Kinesis::ResourcePolicy", {"resource_arn": "ResourceArn", "policy": document("ResourcePolicy")}
    ),
    "aws_codeartifact_domain_permissions_policy": _beside(
        "aws_codeartifact_domain_permissions_policy",
        "AWS::CodeArtifact::Domain",
        "domain",
        "PermissionsPolicyDocument",
        "policy_document",
    ),
    "aws_codeartifact_repository_permissions_policy": _beside(
        "aws_codeartifact_repository_permissions_policy",
        "AWS::CodeArtifact::Repository",
        "repository",
        "PermissionsPolicyDocument",
        "policy_document",
    ),
    "aws_cloudwatch_event_bus_policy": resource(
        "aws_cloudwatch_event_bus_policy",
        {"event_bus_name": "EventBusName", "policy": document("PolicyDocument")},
        alone=True,
    ),
    "aws_glue_resource_policy": resource(
        "aws_glue_resource_policy", {"policy": document("PolicyDocument")}, alone=True
    ),
    "aws_s3control_access_point_policy": _beside(
        "aws_s3control_access_point_policy", "AWS::S3::AccessPoint", "access_point_arn", "Policy"
    ),
    "aws_media_store_container_policy": _beside(
        "aws_media_store_container_policy", "AWS::MediaStore::Container", "container_name", "Policy"
    ),
    "aws_glacier_vault": resource(
        "aws_glacier_vault", {"name": "Name", "access_policy": document("PolicyDocument")}, alone=True
    ),
}
