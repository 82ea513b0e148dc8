"""Security groups: whom their rules let in, apart from the services named in `exposed_services`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.change import Remove
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.addresses import open_to_internet
from stanchion_aws.analysis.network import INGRESS, INGRESS_TYPES, Opening, openings, rules
from stanchion_aws.analysis.ports import ANY, ICMP, ICMPV6, TCP, UDP, Ports

DOCS = "Amazon VPC User Guide: Security group rules"
NARROW = (
    "Terraform: cidr_blocks = [var.office_cidr] or security_groups = [aws_security_group.lb.id]. "
    "CloudFormation: CidrIp: !Ref OfficeCidr or SourceSecurityGroupId: !Ref LoadBalancerGroup"
)
#: Ports that are served to everybody on purpose: HTTP, HTTPS and HTTP/3.
WEB = (Ports(TCP, 80, 80), Ports(TCP, 443, 443), Ports(UDP, 443, 443))
HTTP = WEB[0]
CLOSING = "closes the ports to everybody who reaches them from the internet today"
#: From how many ports on a range is wide rather than one service's.
WIDE = 256


def opened(
    resource: DecidedResource,
    direction: str,
    asked: Callable[[Ports], bool | None],
    what: str = "",
    closing: bool = False,
) -> Iterable[Fault]:
    """A finding for each place at which a group is open to the internet on the ports asked for.

    `what` names what is among the ports, when they are more than that. With `closing` the mending is to take out the
    rules that let the internet in.
    """
    for opening in openings(resource, direction, asked):
        message = described(opening, resource, what, "to" if direction == INGRESS else "towards")
        yield found(opening, resource, message, closing=closing, inwards=direction == INGRESS)


def found(opening: Opening, resource: DecidedResource, message: str, closing: bool, inwards: bool = True) -> Fault:
    """A finding of an opening. Where the internet provably gets to nothing that the group protects it is low and says
    why; where it does, the trace is the way in.
    """
    from stanchion_aws.analysis.reach.exposure import through  # only what finds an opening asks

    verdict = through(resource, opening) if inwards else None
    steps = list(opening.steps())
    severity = None
    if verdict is not None and verdict.answer is False:
        severity = Severity.LOW
        message = f"{message}, but the internet does not get there: {verdict.reason}"
    elif verdict is not None and verdict.answer:
        steps.extend(verdict.path)
    elif verdict is not None and not opening.doubt:
        steps.append(Step(f"whether the internet gets there is not known: {verdict.reason}", resource.header))
    return resource.finding(
        message,
        at=opening.place,
        inside=opening.rule,
        subject=opening.path,
        trace=steps,
        doubt=opening.doubt,
        fix=closed(opening) if closing else (),
        effect=CLOSING,
        severity=severity,
    )


def closed(opening: Opening) -> tuple[Remove, ...]:
    """The rules that let the internet in, taken out; none where it takes several to do so: which goes is a choice."""
    if opening.doubt or opening.others:
        return ()
    return tuple(Remove(rule.path) for rule in opening.rules if open_to_internet(rule.blocks))


def described(opening: Opening, resource: DecidedResource, what: str = "", towards: str = "to") -> str:
    """What is open to whom through what, in words: TCP port 22 (SSH) is open to 0.0.0.0/0 through aws_security_group.a.

    Where it takes other rules besides to let the whole internet in, that is said.
    """
    ports = opening.ports
    subject = str(ports) if not ports.open_ended else "a port that is not known"
    if what:
        subject += f" ({what})" if 0 < ports.width < 2 else f", {what} among them,"
    plural = " ports " in subject
    if opening.doubt:
        return f"{subject} may be open {towards} the internet: {opening.doubt}"
    through = resource.written_in(opening.rule)
    whole = ", with other rules to the whole internet," if opening.others else ""
    return f"{subject} {'are' if plural else 'is'} open {towards} {opening.sources}{whole} through {through}"


def everything(ports: Ports) -> bool | None:
    """Whether it is all ports; None when that cannot be told."""
    return None if not ports.everything and ports.open_ended else ports.everything


@policy(
    "NET100",
    "Every port is open to the internet",
    types=INGRESS_TYPES,
    each=INGRESS,
    severity=Severity.CRITICAL,
    why="Whatever listens on the host, now or later, can be reached by anyone.",
    mend=NARROW,
    docs=DOCS,
)
def every_port(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Every protocol, or every TCP or UDP port."""
    yield from opened(group, INGRESS, everything, closing=True)


@policy(
    "NET150",
    "A wide range of ports is open to the internet",
    types=INGRESS_TYPES,
    each=INGRESS,
    yields_to=("NET100",),
    severity=Severity.HIGH,
    why="A wide range opens services that nobody had in mind, and those started later.",
    mend="Open the ports that are served, one rule each; to whom: " + NARROW,
    docs=DOCS,
)
def wide_range(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """256 ports or more; the message names the well-known services among them."""
    from stanchion_aws.services.ec2_exposed_services import among

    def wide(ports: Ports) -> bool | None:
        return None if ports.open_ended else ports.width >= WIDE and not ports.everything

    for opening in openings(group, INGRESS, wide):
        yield found(opening, group, described(opening, group, among(opening.ports)), closing=True)


@policy(
    "NET160",
    "A rule opens port 0 alone, where all ports may be meant",
    types=INGRESS_TYPES,
    each=INGRESS,
    severity=Severity.LOW,
    why="From 0 to 0 means all ports with protocol -1 only; with TCP or UDP it is port 0, which nothing listens on.",
    mend="Name the ports that are served. All ports would be from 0 to 65535",
    docs="Amazon EC2 API Reference: IpPermission",
)
def port_zero(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """TCP or UDP, from 0 to 0, from everywhere."""
    for opening in openings(group, INGRESS, lambda p: p.protocol in (TCP, UDP) and p.first == p.last == 0):
        if not opening.doubt:
            yield group.finding(
                f"only {opening.ports} is open to {opening.sources}: no service has it",
                at=opening.place,
                inside=opening.rule,
                subject=opening.path,
            )


def _other(ports: Ports) -> bool | None:
    """Whether it is more than the ports of the web, and no ICMP."""
    if ports.protocol in (ICMP, ICMPV6):
        return False
    if ports.open_ended:
        return None
    if ports.protocol in (TCP, UDP, ""):
        web = sum(1 for one in WEB if ports.first == ports.last == one.first and ports.protocol in (one.protocol, ""))
        return ports.width > 0 and not web
    return True


@policy(
    "NET190",
    "A port other than those of the web is open to the internet",
    types=INGRESS_TYPES,
    each=INGRESS,
    yields_to=("NET100", "NET150", "NET160", *(f"NET{number}" for number in range(101, 150))),
    severity=Severity.MEDIUM,
    why="Few services but HTTP and HTTPS are made to be reached by anyone. Scanners find an open port within minutes.",
    mend=NARROW,
    docs=DOCS,
)
def other_port(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Anything but TCP 80, TCP and UDP 443, and ICMP."""
    yield from opened(group, INGRESS, _other, closing=True)


@policy(
    "NET191",
    "HTTP is open to the internet",
    types=INGRESS_TYPES,
    each=INGRESS,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Mostly intended, and mostly only to redirect to HTTPS. For those who allow HTTPS alone.",
    mend="Serve HTTPS alone, or put the group behind a load balancer and name its group as the source",
    docs=DOCS,
)
def http(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """TCP port 80, alone or among others."""
    yield from opened(group, INGRESS, lambda ports: ports.includes(HTTP), "HTTP")


@policy(
    "NET192",
    "A rule lets in the whole internet",
    types=INGRESS_TYPES,
    each=INGRESS,
    yields_to=("NET100", "NET150", "NET160", "NET190", "NET191", *(f"NET{number}" for number in range(101, 150))),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For accounts in which nothing but a load balancer or a CDN may be reached from outside.",
    mend=NARROW,
    docs=DOCS,
)
def any_port(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Any protocol and port, the web's and ICMP too."""
    yield from opened(group, INGRESS, lambda ports: True)


@policy(
    "NET193",
    "A rule lets in more than single addresses",
    types=INGRESS_TYPES,
    each=INGRESS,
    yields_to=("NET192",),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="For groups whose clients are few and fixed: a block lets in all its other addresses too.",
    mend='Terraform: cidr_blocks = ["198.51.100.7/32"]. CloudFormation: CidrIp: 198.51.100.7/32',
    docs=DOCS,
)
def not_one_address(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A CIDR block that is not /32 (IPv6: /128)."""
    for rule in rules(group, INGRESS):
        if not all(block.single for block in rule.blocks):
            message = f"{group.written_in(rule.place)} lets in {' and '.join(rule.written)}"
            yield group.finding(message, at=rule.place, subject=rule.path)


@policy(
    "NET194",
    "A rule lets in a range of ports",
    types=INGRESS_TYPES,
    each=INGRESS,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="One rule for one port says what is served. A range lets in more than that.",
    mend="Write one rule for each port",
    docs=DOCS,
)
def range_of_ports(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """More than one TCP or UDP port, whoever may use them."""
    for rule in rules(group, INGRESS):
        if rule.ports.width > 1 and rule.ports.protocol != ANY:
            yield group.finding(f"{rule.ports} are let in", at=rule.place, subject=rule.path)


@policy(
    "NET195",
    "A rule lets in every protocol",
    types=INGRESS_TYPES,
    each=INGRESS,
    yields_to=("NET100",),
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Protocol -1 admits all ports of all protocols, whatever ports the rule names.",
    mend='Terraform: protocol = "tcp" with from_port and to_port. CloudFormation: IpProtocol: tcp',
    docs=DOCS,
)
def every_protocol(group: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Protocol -1, whoever may use it; a rule for the loopback address allows nothing."""
    for rule in rules(group, INGRESS):
        if rule.ports.protocol == ANY and not rule.nobody:
            message = f"every protocol and port is let in through {group.written_in(rule.place)}"
            yield group.finding(message, at=rule.place, subject=rule.path)
