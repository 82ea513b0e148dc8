"""DynamoDB: who may use a table by its policy."""

from stanchion_aws.analysis.access.policies import not_public

TABLE_IS_PRIVATE = not_public(
    "PUB129",
    "DynamoDB table is open to the public",
    ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "aws_dynamodb_resource_policy"),
    why="Everybody with an AWS account can read or change the items.",
)
