"""Security groups: whom they let their members reach."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.network import EGRESS, EGRESS_TYPES, GROUP, rules
from stanchion_aws.analysis.ports import ANY
from stanchion_aws.services.ec2_security_groups import DOCS, everything, opened

MEND = (
    "Terraform: egress blocks with the ports and cidr_blocks that are called. "
    "CloudFormation: SecurityGroupEgress with the same"
)
WHY = "Whoever takes over a host can send its data anywhere, and fetch tools from anywhere."


@policy(
    "NET201",
    "Every port is open towards the internet",
    types=EGRESS_TYPES,
    each=EGRESS,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why=WHY,
    mend=MEND,
    docs=DOCS,
)
def every_port_out(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Every protocol, or every TCP or UDP port; the rule that EC2 adds by itself is NET205."""
    if not group[EGRESS].defaulted:
        yield from opened(group, EGRESS, everything)


@policy(
    "NET202",
    "A rule lets traffic out to the whole internet",
    types=EGRESS_TYPES,
    each=EGRESS,
    yields_to=("NET201",),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For networks whose outbound traffic is filtered: one open port is enough to carry data out.",
    mend=MEND,
    docs=DOCS,
)
def any_port_out(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Any protocol and port."""
    if not group[EGRESS].defaulted:
        yield from opened(group, EGRESS, lambda ports: True)


@policy(
    "NET203",
    "A rule lets out every protocol",
    types=EGRESS_TYPES,
    each=EGRESS,
    yields_to=("NET201",),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Protocol -1 admits all ports of all protocols, whatever ports the rule names.",
    mend='Terraform: protocol = "tcp" with from_port and to_port. CloudFormation: IpProtocol: tcp',
    docs=DOCS,
)
def every_protocol_out(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Protocol -1, towards anyone; a rule for the loopback address allows nothing."""
    if group[EGRESS].defaulted:
        return
    for rule in rules(group, EGRESS):
        if rule.ports.protocol == ANY and not rule.nobody:
            message = f"every protocol and port is let out through {group.written_in(rule.place)}"
            yield group.finding(message, at=rule.place, subject=rule.path)


@policy(
    "NET204",
    "A rule lets out a range of ports",
    types=EGRESS_TYPES,
    each=EGRESS,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="One rule for one port says what is called. A range lets out more than that.",
    mend="Write one rule for each port",
    docs=DOCS,
)
def range_of_ports_out(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """More than one TCP or UDP port, towards anyone."""
    for rule in rules(group, EGRESS):
        if rule.ports.width > 1 and rule.ports.protocol != ANY:
            yield group.finding(f"{rule.ports} are let out", at=rule.place, subject=rule.path)


@policy(
    "NET205",
    "A security group says nothing of outbound traffic, so all of it is let out",
    types=GROUP,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why=WHY,
    mend="CloudFormation: SecurityGroupEgress with what is called, or with CidrIp: 127.0.0.1/32 for nothing",
    docs="AWS CloudFormation User Guide: AWS::EC2::SecurityGroup",
)
def no_egress_said(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Without outbound rules EC2 adds one that allows everything; Terraform's own resource takes that away again."""
    if group[EGRESS].defaulted:
        yield group.finding(f"{group.address} names no outbound rule, so EC2 adds one for everything", subject=EGRESS)
