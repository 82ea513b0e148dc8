"""OpenSearch: who may search and change a domain by its access policy."""

from stanchion.worlds.view import DecidedResource
from stanchion_aws.analysis.access.policies import not_public


def _in_a_vpc(domain: DecidedResource) -> bool:
    """Whether the endpoint is in a VPC, so that its network keeps the public out."""
    return any(True for _ in domain["VPCOptions"]["SubnetIds"])


DOMAIN_IS_PRIVATE = not_public(
    "PUB126",
    "OpenSearch domain is open to the public",
    ("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"),
    why="Anyone on the internet can search the data, change it or delete it.",
    unless=_in_a_vpc,
)
