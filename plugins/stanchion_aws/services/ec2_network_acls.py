"""Network ACLs: what their entries let in, and entries that do not do what they seem to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.graph.resource import MODULE, OUTPUT
from stanchion.policy.policy import Policy, Profile, Severity, policy
from stanchion.syntax.source import covers
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.acls import ACL, ENTRY, Entry, admitted, entries, neighbours, shadowed
from stanchion_aws.analysis.ports import HIGHEST, ICMPV6, LOWEST, TCP, UDP, Ports

DOCS = "Amazon VPC User Guide: Network ACL rules"
TYPES = (ACL, ENTRY)
WHY = "A network ACL is what still holds when a security group is opened by mistake."
SHUT = 'Terraform: protocol = "tcp", from_port, to_port. CloudFormation: Protocol: 6 and PortRange'
MEND = "Terraform: cidr_block = var.office_cidr. CloudFormation: CidrBlock: !Ref OfficeCidr. Or deny the port first"


def _port_policy(id_: str, name: str, port: int, severity: Severity) -> Policy:
    asked = Ports(TCP, port, port)

    def check(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        for found in admitted(acl, asked):
            entry = found.entry
            if found.doubt:
                through = acl.written_in(entry.place)
                message = f"{through} may let the internet in on port {port} ({name}): {found.doubt}"
            else:
                among = "" if entry.ports.width == 1 else f", {name} ({port}) among them,"
                ports = f"{entry.ports} ({name})" if not among else f"{entry.ports}{among}"
                verb = "are" if " ports " in str(entry.ports) else "is"
                message = f"{ports} {verb} open to {found.sources} through {acl.written_in(entry.place)}"
            yield acl.finding(message, at=entry.place, subject=entry.path, doubt=found.doubt)

    title = f"A network ACL lets the internet in on port {port} ({name})"
    return Policy(
        id_,
        title,
        severity,
        TYPES,
        WHY,
        MEND,
        DOCS,
        check,
        yields_to=("NET300",),
        profile=Profile.STRICT,
    )


PORTS = (
    _port_policy("NET301", "SSH", 22, Severity.MEDIUM),
    _port_policy("NET302", "RDP", 3389, Severity.MEDIUM),
    _port_policy("NET303", "FTP", 21, Severity.MEDIUM),
    _port_policy("NET304", "FTP data", 20, Severity.MEDIUM),
)


@policy(
    "NET300",
    "A network ACL lets in everything from the internet",
    types=TYPES,
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why=WHY,
    mend=SHUT,
    docs=DOCS,
)
def everything_in(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Every protocol, or every TCP port, for all addresses that no entry before denies."""
    for found in admitted(acl, Ports(TCP, LOWEST, HIGHEST)):
        entry = found.entry
        if entry.ports.everything and not found.doubt:
            message = f"{entry.ports} is open to {found.sources} through {acl.written_in(entry.place)}"
            yield acl.finding(message, at=entry.place, subject=entry.path)


def _allowed(acl: DecidedResource, egress: bool) -> Iterator[Entry]:
    for entry in entries(acl):
        if entry.allow and entry.egress is egress and not entry.doubt:
            yield entry


def _passes(acl: DecidedResource, entry: Entry, what: str) -> str:
    way = "out to" if entry.egress else "in from"
    whom = " and ".join(entry.written) or "the addresses of the entry"
    return f"{what} may pass {way} {whom} through {acl.written_in(entry.place)}"


def _every_protocol(acl: DecidedResource, egress: bool) -> Iterable[Fault]:
    for entry in _allowed(acl, egress):
        if entry.ports.protocol not in (TCP, UDP, "icmp", "icmpv6", ""):
            yield acl.finding(_passes(acl, entry, str(entry.ports)), at=entry.place, subject=entry.path)


def _every_port(acl: DecidedResource, egress: bool) -> Iterable[Fault]:
    for entry in _allowed(acl, egress):
        ports = entry.ports
        if ports.protocol in (TCP, UDP) and (ports.everything or ports.width == 0):
            what = str(ports) if ports.width else f"{str(ports.protocol).upper()} without a port range"
            yield acl.finding(_passes(acl, entry, what), at=entry.place, subject=entry.path)


@policy(
    "NET310",
    "A network ACL lets in every protocol and port",
    types=TYPES,
    yields_to=("NET300",),
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Such an entry filters nothing for the addresses that it names, as if there were no ACL.",
    mend=SHUT,
    docs=DOCS,
)
def every_protocol_in(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An inbound allow entry with protocol -1, or with a protocol other than TCP, UDP and ICMP."""
    yield from _every_protocol(acl, False)


@policy(
    "NET311",
    "A network ACL lets in every TCP or UDP port",
    types=TYPES,
    yields_to=("NET300",),
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Such an entry filters nothing of a protocol for the addresses that it names.",
    mend=SHUT,
    docs=DOCS,
)
def every_port_in(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An inbound allow entry for TCP or UDP with all ports."""
    yield from _every_port(acl, False)


@policy(
    "NET312",
    "A network ACL lets out every protocol and port",
    types=TYPES,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For networks whose outbound traffic is filtered: such an entry filters nothing.",
    mend=SHUT,
    docs=DOCS,
)
def every_protocol_out(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An outbound allow entry with protocol -1, or with a protocol other than TCP, UDP and ICMP."""
    yield from _every_protocol(acl, True)


@policy(
    "NET313",
    "A network ACL lets out every TCP or UDP port",
    types=TYPES,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For networks whose outbound traffic is filtered: such an entry filters nothing of a protocol.",
    mend=SHUT,
    docs=DOCS,
)
def every_port_out(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An outbound allow entry for TCP or UDP with all ports."""
    yield from _every_port(acl, True)


@policy(
    "NET320",
    "Two entries of a network ACL have the same number",
    types=TYPES,
    severity=Severity.MEDIUM,
    why="A number can be given once in each direction: the second entry is refused, or replaces the first.",
    mend="Give each entry of one direction a number of its own, in steps that leave room",
    docs="AWS CloudFormation User Guide: AWS::EC2::NetworkAclEntry",
)
def same_number(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Found at each entry after the first; the first is named too."""
    first: dict[tuple[bool, int], Entry] = {}
    own = {entry.key for entry in entries(acl)}
    for entry in neighbours(acl):
        if entry.number is None:
            continue
        before = first.setdefault((entry.egress, entry.number), entry)
        if before is not entry and entry.key in own:
            way = "outbound" if entry.egress else "inbound"
            yield acl.finding(
                f"{way} entry {entry.number} of {acl.address} is there twice",
                at=entry.place,
                subject=entry.path,
                trace=[Step(f"the first {way} entry {entry.number}", before.place)],
                others=_owners(acl, before),
            )


def _owners(acl: DecidedResource, entry: Entry) -> list[DecidedResource]:
    """The resources that an entry is written in."""
    owner = acl.graph.at(entry.owner)
    parts = owner.resource.parts if owner is not None else []
    found = (acl.graph.at(part.address) for part in parts if covers(part.block, entry.place))
    return [other for other in found if other is not None]


@policy(
    "NET321",
    "A network ACL entry denies only some addresses",
    types=TYPES,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="What one block of addresses is denied can be tried from the next. Deny to all, and allow the few.",
    mend='Terraform: cidr_block = "0.0.0.0/0". CloudFormation: CidrBlock: 0.0.0.0/0',
    docs=DOCS,
)
def partial_deny(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A deny entry for less than all addresses."""
    for entry in entries(acl):
        if not entry.allow and not entry.doubt and entry.blocks and not all(block.everything for block in entry.blocks):
            message = f"{acl.written_in(entry.place)} denies {' and '.join(entry.written)} alone"
            yield acl.finding(message, at=entry.place, subject=entry.path)


@policy(
    "NET322",
    "A network ACL entry is never reached",
    types=TYPES,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="The first entry that fits decides. A later one for the same traffic does nothing, even if it denies.",
    mend="Give the entry a lower number than the one that decides before it, or take it away",
    docs=DOCS,
)
def never_reached(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An entry all of whose traffic an entry with a lower number has decided."""
    for entry, before in shadowed(acl):
        action = "allows" if before.allow else "denies"
        yield acl.finding(
            f"entry {entry.number} of {acl.address} does nothing: {before.number} {action} all its traffic before",
            at=entry.place,
            subject=entry.path,
            trace=[Step(f"entry {before.number} decides", before.place)],
            others=_owners(acl, before),
        )


@policy(
    "NET323",
    "A network ACL entry for ICMPv6 names IPv4 addresses",
    types=TYPES,
    severity=Severity.LOW,
    why="ICMPv6 travels over IPv6 alone, so the entry fits nothing.",
    mend='Terraform: ipv6_cidr_block, or protocol = "icmp". CloudFormation: Ipv6CidrBlock, or Protocol: 1',
    docs=DOCS,
)
def icmpv6_over_ipv4(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Protocol 58 with an IPv4 block that is to be allowed."""
    for entry in entries(acl):
        if entry.ports.protocol == ICMPV6 and entry.allow and any(block.family == 4 for block in entry.blocks):
            message = (
                f"{acl.written_in(entry.place)} is for ICMPv6, which has no addresses like {', '.join(entry.written)}"
            )
            yield acl.finding(message, at=entry.place, subject=entry.path)


@policy(
    "NET330",
    "A network ACL is attached to no subnet",
    types=ACL,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="It filters nothing, while its subnets have the VPC's default ACL, which lets everything through.",
    mend="Terraform: subnet_ids = [aws_subnet.a.id]. CloudFormation: AWS::EC2::SubnetNetworkAclAssociation",
    docs="Amazon VPC User Guide: Network ACL basics",
)
def attached_to_nothing(acl: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No subnets of its own and no association; the default ACL has all the others' subnets by itself."""
    subnets = acl["SubnetIds"]
    if acl["Default"] == True or subnets.unknown or subnets:  # noqa: E712 - equality decides
        return
    uses = [other.type for other in graph.referring_to(acl) if other.type != ENTRY]
    if any(type_ not in (OUTPUT, MODULE) for type_ in uses):
        return
    doubt = "it is handed out, and may be attached elsewhere" if uses else ""
    yield acl.finding(f"{acl.address} is attached to no subnet", subject="SubnetIds", doubt=doubt)
