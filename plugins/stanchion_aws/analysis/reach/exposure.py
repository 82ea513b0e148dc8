"""Whether the internet gets to what a group protects, through the rules that let it in.

Reachable is a public address, a route to an internet gateway, and a network ACL that lets it in and the answer out,
for one of the interfaces that the group is on (Amazon VPC User Guide, "Reachability Analyzer" and "Internet gateways").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stanchion.worlds.fault import Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.addresses import Block, public
from stanchion_aws.analysis.network import GROUP, Opening, Rule
from stanchion_aws.analysis.ports import Ports
from stanchion_aws.analysis.reach.balancers import leading_to
from stanchion_aws.analysis.reach.interfaces import Interface, members, public_in
from stanchion_aws.analysis.reach.routes import SUBNET, admitted, routed
from stanchion_aws.analysis.reach.verdicts import OPEN, Verdict, closed, every, some, unknown

#: How many members of one group are looked at; of one with more the answer is that it is not known.
MAX_MEMBERS = 200
_BLOCKS = "AWS::EC2::VPCBlockPublicAccessOptions"
_EXCLUSION = "AWS::EC2::VPCBlockPublicAccessExclusion"


def through(group: DecidedResource, opening: Opening) -> Verdict:
    """Whether the internet gets through the rules of an opening to anything that the group is on."""
    if group.type != GROUP:
        return unknown("the group is not in this code")
    if opening.doubt:
        return unknown(opening.doubt)
    return some(_by_rule(group, rule) for rule in opening.rules) or unknown("what is open is not known")


def _by_rule(group: DecidedResource, rule: Rule) -> Verdict:
    sources = public(rule.blocks)
    if rule.ports.open_ended or not sources:
        return unknown("what is open is not known")
    key = ("reach.through", group.address, rule.ports, tuple(sources))
    return group.graph.once(key, lambda: _through(group, rule.ports, sources))


def _through(group: DecidedResource, ports: Ports, sources: Sequence[Block]) -> Verdict:
    default = group["Default"]
    if default.unknown or default.text == "true" or _of_default(group):
        return unknown(f"what has no group of its own is in {group.address}")
    found, doubt = members(group)
    if len(found) > MAX_MEMBERS:
        return unknown(f"{group.address} is on more than {MAX_MEMBERS} resources")
    answer = some(_of_interface(interface, group.graph, ports, sources) for interface in found)
    if answer is None:
        return unknown(doubt or f"nothing in this code uses {group.address}")
    return unknown(doubt) if doubt and answer.answer is False else answer


def _of_default(group: DecidedResource) -> bool:
    return group.resource.source_type == "aws_default_security_group"


def _of_interface(interface: Interface, graph: GraphView, ports: Ports, sources: Sequence[Block]) -> Verdict:
    verdict = some(_answers(interface, graph, ports, sources)) or unknown(f"how {interface.address} is reached")
    if verdict.answer is False:
        target = graph.at(interface.address)
        lead = leading_to(target) if target is not None else ""
        if lead:
            return unknown(lead)
    return verdict


def _answers(interface: Interface, graph: GraphView, ports: Ports, sources: Sequence[Block]) -> Iterator[Verdict]:
    """One answer for each subnet and family of addresses."""
    families = sorted({block.family for block in sources})
    for family in families:
        of_family = [block for block in sources if block.family == family]
        for subnet in _subnets(interface, graph):
            if family == 6:
                yield _by_ipv6(interface, subnet, ports, of_family)
            elif subnet is None:
                address = public_in(interface, None)
                yield (
                    address
                    if address.answer is False
                    else unknown(f"the subnet of {interface.address} is not in this code")
                )
            else:
                yield every(
                    (
                        public_in(interface, subnet),
                        _blocked(subnet),
                        routed(subnet, 4),
                        admitted(subnet, ports, of_family),
                        _arrived(interface, graph),
                    )
                )


def _subnets(interface: Interface, graph: GraphView) -> list[DecidedResource | None]:
    found: list[DecidedResource | None] = []
    for address in interface.subnets or ():
        subnet = graph.at(address)
        found.append(subnet if subnet is not None and subnet.type == SUBNET else None)
    return found or [None]


def _by_ipv6(interface: Interface, subnet: DecidedResource | None, ports: Ports, sources: Sequence[Block]) -> Verdict:
    if interface.ipv6 is False:
        return closed(interface.refusal or f"{interface.address} has no IPv6 address")
    if subnet is None:
        return unknown(f"the subnet of {interface.address} is not in this code")
    own = Verdict(interface.ipv6) if interface.ipv6 else _given_by(subnet, interface)
    return every(
        (own, _blocked(subnet), routed(subnet, 6), admitted(subnet, ports, sources), _arrived(interface, subnet.graph))
    )


def _given_by(subnet: DecidedResource, interface: Interface) -> Verdict:
    gives = subnet["AssignIpv6AddressOnCreation"]
    if gives.unknown:
        return unknown(f"whether {subnet.address} gives IPv6 addresses is not known")
    return OPEN if gives.text == "true" else closed(f"{interface.address} has no IPv6 address")


def _arrived(interface: Interface, graph: GraphView) -> Verdict:
    resource = graph.at(interface.address)
    return Verdict(True, "", (Step(f"it reaches {interface.address}", resource.header),)) if resource else OPEN


def _blocked(subnet: DecidedResource) -> Verdict:
    """What VPC Block Public Access says, which holds for the whole account in a region (Amazon VPC User Guide, "Block
    public access to VPCs and subnets").
    """
    graph = subnet.graph
    for options in graph.of_type(_BLOCKS):
        mode = options["InternetGatewayBlockMode"]
        if mode.unknown:
            return unknown(f"what {options.address} blocks is not known")
        if mode.text.strip().lower() in ("block-bidirectional", "block-ingress"):
            if any(True for _ in graph.of_type(_EXCLUSION)):
                return unknown(f"{options.address} has exclusions")
            return closed(f"VPC Block Public Access is on ({options.address})")
    return OPEN
