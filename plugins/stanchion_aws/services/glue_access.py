"""Glue: who may use the Data Catalog by its policy."""

from stanchion_aws.analysis.access.policies import not_public

CATALOG_IS_PRIVATE = not_public(
    "PUB135",
    "Glue Data Catalog is open to the public",
    "aws_glue_resource_policy",
    why="Everybody with an AWS account can read or change the tables' definitions.",
)
