"""What a VPC comes with, and clusters that open what belongs inside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.change import Beside, Remove
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.network import EGRESS, GROUP, INGRESS, openings, rules

VPC, CLUSTER = "AWS::EC2::VPC", "AWS::EMR::Cluster"
RULES = ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
DOCS = "Amazon VPC User Guide: Default security groups for your VPCs"
#: The attributes by which a VPC gives its default group.
DEFAULT_GROUP = ("DefaultSecurityGroup", "default_security_group_id")


def _is_default(group: DecidedResource) -> bool:
    return group.resource.source_type == "aws_default_security_group"


def _names_default(value: Decided, vpc: str = "") -> bool:
    return any(
        reference.attribute in DEFAULT_GROUP and (not vpc or reference.address == vpc) for reference in value.references
    )


@policy(
    "NET401",
    "The default security group of a VPC is left as it came",
    types=VPC,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Whatever is started without a group is in the default one: open to all others in it, and outwards.",
    mend=(
        "Terraform: aws_default_security_group with vpc_id and no rules. CloudFormation: a custom resource that "
        "revokes the rules of !GetAtt Vpc.DefaultSecurityGroup"
    ),
    docs=DOCS,
)
def default_group_left(vpc: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Nothing takes over the default group: in Terraform its own resource, in CloudFormation a custom resource."""
    if vpc.address in graph.once("vpcs with their default group taken over", lambda: _taken_over(graph)):
        return
    for other in graph.referring_to(vpc):
        if other.type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")) and any(
            _names_default(value, vpc.address) for _, value in other.properties()
        ):
            return
    takes_over = Beside(GROUP, {"GroupName": "default"}, "VpcId")
    yield vpc.finding(
        f"the default security group of {vpc.address} lets its members talk to each other and out",
        fix=takes_over if vpc.framework == "terraform" else (),
        effect="takes the rules from whatever runs in the default group",
    )


def _taken_over(graph: GraphView) -> set[str]:
    groups = (group for group in graph.of_type(GROUP) if _is_default(group))
    return {reference.address for group in groups for reference in group["VpcId"].references}


@policy(
    "NET402",
    "The default security group of a VPC has rules",
    types=(GROUP, *RULES),
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="Whatever is started without a group is in the default one, and gets these rules without anyone choosing them.",
    mend="Take the rules out, and give them to a group that is named for its purpose",
    docs=DOCS,
)
def default_group_with_rules(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Rules in Terraform's resource for the default group, or rules that are added to it by its id."""
    by_id = group.type in RULES and _names_default(group["GroupId"])
    if not by_id and not _is_default(group):
        return
    vpcs = graph.named_by(group["GroupId"] if by_id else group["VpcId"])
    for direction in (INGRESS, EGRESS):
        for rule in rules(group, direction):
            yield group.finding(
                f"the default security group of the VPC, {group.written_in(rule.place)}, has a rule",
                at=rule.place,
                subject=rule.path,
                others=vpcs,
                fix=Remove(rule.path),
                effect="takes the rule from whatever runs in the default group",
            )


@policy(
    "NET403",
    "An EMR cluster is open to the internet",
    types=CLUSTER,
    severity=Severity.HIGH,
    why="The consoles of Hadoop and Spark run what they are given, for whoever reaches them.",
    mend="Close the rule of the group, or name a group whose sources are your own addresses",
    docs="Amazon EMR Management Guide: Control network traffic with security groups for your Amazon EMR cluster",
)
def open_cluster(cluster: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A group of the cluster has a rule that lets in the whole internet, on any port."""
    for value in _groups_of(cluster):
        for group in graph.named_by(value):
            if group.type != GROUP:
                continue
            for opening in openings(group, INGRESS, lambda ports: True):
                if not opening.doubt:
                    message = f"{opening.ports} of its security group {group.address} open to {opening.sources}"
                    trace = [Step(f"the rule of {group.address}", opening.place)]
                    yield cluster.finding(message, at=value, trace=trace, others=[group])
                    break


@policy(
    "NET404",
    "An EMR cluster names no security groups",
    types=CLUSTER,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="EMR then uses groups that all clusters of the VPC share, and that nothing in this configuration keeps closed.",
    mend=(
        "Terraform: ec2_attributes { emr_managed_master_security_group, emr_managed_slave_security_group }. "
        "CloudFormation: Instances.EmrManagedMasterSecurityGroup"
    ),
    docs="Amazon EMR Management Guide: Working with Amazon EMR-managed security groups",
)
def cluster_without_groups(cluster: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Neither a group for the primary nor one for the other nodes."""
    if not any(True for _ in _groups_of(cluster)) and not cluster["Instances"].unknown:
        yield cluster.finding(f"{cluster.address} is in the security groups that EMR shares among clusters")


def _groups_of(cluster: DecidedResource) -> Iterator[Decided]:
    instances = cluster["Instances"]
    for name in ("EmrManagedMasterSecurityGroup", "EmrManagedSlaveSecurityGroup", "AdditionalMasterSecurityGroups"):
        value = instances[name]
        if value.unknown or value.present:
            yield value
