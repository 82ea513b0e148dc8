"""MSK: who may connect to a cluster by its policy."""

from stanchion_aws.analysis.access.policies import not_public

CLUSTER_IS_PRIVATE = not_public(
    "PUB134",
    "MSK cluster is open to every account",
    "AWS::MSK::ClusterPolicy",
    why="Everybody with an AWS account can connect a VPC of their own to the cluster.",
)
