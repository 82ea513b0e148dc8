"""EKS node groups: who may log in to their nodes."""

from stanchion.api import HIGH, PRESENT, resource

# fmt: off
NODES = resource("AWS::EKS::Nodegroup", name="EKS node group", guide="Amazon EKS User Guide")

NODES.must(
    "NET171", "RemoteAccess.SourceSecurityGroups", PRESENT, HIGH, "opens port 22 of its nodes to 0.0.0.0/0",
    "With a key and no source security groups EKS lets the whole internet try to log in to every node.",
    page="Create a managed node group for your cluster", when={"RemoteAccess.Ec2SshKey": PRESENT},
)
# fmt: on
