"""Security groups: whether they say what they are for, are used, and do what they seem to."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.graph.resource import MODULE, OUTPUT, PARAMETER
from stanchion.policy.policy import Profile, Severity, policy
from stanchion.syntax.source import covers
from stanchion.worlds.change import Remove
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.network import EGRESS, EGRESS_TYPES, GROUP, INGRESS, INGRESS_TYPES, Rule, rules

RULE_TYPES = tuple(dict.fromkeys((*INGRESS_TYPES, *EGRESS_TYPES)))
#: What mentions a group without being protected by it.
NOT_A_USE = (
    *RULE_TYPES,
    OUTPUT,
    MODULE,
    PARAMETER,
    "aws_vpc_security_group_vpc_association",
    "AWS::EC2::SecurityGroupVpcAssociation",
)
#: Groups of services from before there were VPCs, and the name of their description.
OLD_GROUPS = {
    "AWS::RDS::DBSecurityGroup": "GroupDescription",
    "AWS::ElastiCache::SecurityGroup": "Description",
    "AWS::Redshift::ClusterSecurityGroup": "Description",
    "aws_db_security_group": "description",
    "aws_elasticache_security_group": "description",
    "aws_redshift_security_group": "description",
}
#: What Terraform's provider writes when no description is given.
NO_DESCRIPTION = "Managed by Terraform"


def _said(text: Decided) -> bool:
    if text.unknown:
        return True
    return text.text.strip() not in ("", NO_DESCRIPTION)


@policy(
    "NET501",
    "A security group has no description",
    types=(GROUP, *OLD_GROUPS),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Nobody dares to close what nobody can explain.",
    mend='Terraform: description = "what may reach what, and why". CloudFormation: GroupDescription',
    docs="Amazon VPC User Guide: Create a security group for your VPC",
)
def undescribed_group(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """None given, or the one that Terraform's provider fills in. The VPC's default group has AWS's own."""
    name = OLD_GROUPS.get(group.type, "GroupDescription")
    description = group[name]
    if group.resource.source_type != "aws_default_security_group" and not _said(description):
        at = None if description.defaulted else description
        yield group.finding(f"{group.address} has no description", at=at, subject=name)


@policy(
    "NET502",
    "A security group rule has no description",
    types=RULE_TYPES,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Nobody dares to close what nobody can explain.",
    mend='Terraform: description = "HTTPS from the load balancer". CloudFormation: Description, in the rule',
    docs="Amazon VPC User Guide: Security group rules",
)
def undescribed_rule(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A rule of either direction, in a group or alone."""
    for direction in (INGRESS, EGRESS):
        listed = group[direction]
        if listed.unknown or listed.defaulted:
            continue
        for item in group.elements(direction):
            if item.is_map and not _said(item["Description"]):
                message = f"a rule of {group.written_in(item.place)} has no description"
                yield group.finding(message, at=item, subject=_spot(item))


def _spot(item: Decided) -> str:
    """One name for all rules of one place: a block with two CIDRs lacks one description."""
    return f"{item.path.partition('[')[0]}@{item.place.start}"


@policy(
    "NET503",
    "A security group protects nothing",
    types=GROUP,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Unused groups are taken for the ones in use, and wait to be attached by mistake.",
    mend="Attach it: vpc_security_group_ids (CloudFormation: SecurityGroupIds). Or delete it",
    docs="Amazon VPC User Guide: Security groups",
)
def attached_to_nothing(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Nothing in the unit refers to it but rules; an output, or a module that is not here, may still use it."""
    if group.resource.source_type == "aws_default_security_group":
        return
    uses = list(graph.referring_to(group))
    if any(other.type not in NOT_A_USE for other in uses):
        return
    doubt = ""
    for other in uses:
        if other.type == OUTPUT:
            doubt = "it is an output, and may be attached elsewhere"
        elif other.type == MODULE:
            doubt = f"it is given to {other.address}, which is not here"
    message = f"{group.address} may protect nothing: {doubt}" if doubt else f"nothing is in {group.address}"
    yield group.finding(message, subject="attachment", doubt=doubt)


@policy(
    "NET504",
    "An inbound security group rule names nobody",
    types=INGRESS_TYPES,
    each=INGRESS,
    severity=Severity.LOW,
    why="A rule without a CIDR, a group or a prefix list allows nothing, or is refused: it is not what was meant.",
    mend="Terraform: cidr_blocks, security_groups or self = true. CloudFormation: CidrIp or SourceSecurityGroupId",
    docs="AWS CloudFormation User Guide: AWS::EC2::SecurityGroupIngress",
)
def from_nobody(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Neither addresses, nor a group, nor a prefix list. An attribute that is not known here may name one."""
    yield from _naming_nobody(group, INGRESS)


@policy(
    "NET506",
    "An outbound security group rule names nobody",
    types=EGRESS_TYPES,
    each=EGRESS,
    severity=Severity.LOW,
    why="A rule without a CIDR, a group or a prefix list allows nothing, or is refused: it is not what was meant.",
    mend="Terraform: cidr_blocks, security_groups or self = true. CloudFormation: CidrIp or DestinationSecurityGroupId",
    docs="AWS CloudFormation User Guide: AWS::EC2::SecurityGroupEgress",
)
def to_nobody(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """As NET504, of the other direction."""
    yield from _naming_nobody(group, EGRESS)


def _naming_nobody(group: DecidedResource, direction: str) -> Iterable[Fault]:
    for rule in rules(group, direction):
        if rule.without_peer and not _unread(group, rule):
            message = f"a rule of {group.written_in(rule.place)} names nobody"
            yield group.finding(message, at=rule.place, subject=rule.path)


def _unread(group: DecidedResource, rule: Rule) -> bool:
    """Whether the block of a rule has attributes that are not known here."""
    for part in group.resource.parts:
        owner = group.graph.undecided.by_address.get(part.address)
        if owner is not None and owner.type != GROUP and covers(part.block, rule.place):
            unmapped = owner.unmapped
            left = set(unmapped.entries) if unmapped is not None and unmapped is not owner.properties else set()
            return bool(left - {"type", "self", "tags", "region", "security_group_id", "timeouts"})
    return False


@policy(
    "NET505",
    "Rules of a security group undo each other",
    types=GROUP,
    severity=Severity.MEDIUM,
    why=(
        "EC2 refuses a rule that the group has already. Terraform takes away, at each run, rules beside a group that "
        "the group itself does not list."
    ),
    mend="Write each rule once. In Terraform write all rules of a group beside it, or all inside it",
    docs="Amazon EC2 API Reference: AuthorizeSecurityGroupIngress",
)
def undoing_each_other(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The same rule twice; in Terraform also rules of one direction inside the group and beside it."""
    terraform = group.resource.source_type.startswith("aws_")
    own = group.resource.parts[0].block
    for direction, word in ((INGRESS, "inbound"), (EGRESS, "outbound")):
        if group[direction].defaulted or group[direction].unknown:
            continue
        yield from _twice(group, direction, word)
        if not terraform:
            continue
        inside = [rule for rule in rules(group, direction) if covers(own, rule.place)]
        outside = [rule for rule in rules(group, direction) if not covers(own, rule.place)]
        if inside and outside:
            yield group.finding(
                f"{word} rules are written in {group.address} and beside it",
                at=outside[0].place,
                subject=direction,
                trace=[Step("a rule inside the group", inside[0].place)],
            )


def _twice(group: DecidedResource, direction: str, word: str) -> Iterable[Fault]:
    first: dict[tuple[object, ...], Rule] = {}
    for rule in rules(group, direction):
        peers = (*rule.blocks, *rule.groups)
        if rule.doubt or rule.ports_doubt or not peers or len(rule.blocks) != len(rule.written):
            continue
        before = first.setdefault((rule.ports, *peers), rule)
        if before.place is not rule.place:
            step = Step("the same rule", before.place)
            message = f"the {word} rule is there twice: {rule.ports}, {', '.join(rule.written) or 'the same group'}"
            inside = covers(group.resource.parts[0].block, rule.place)
            yield group.finding(
                message,
                at=rule.place,
                subject=f"{rule.path} twice",
                trace=[step],
                fix=Remove(rule.path),
                effect="" if inside else "takes the rule from the group until the next run, where both were made",
            )
