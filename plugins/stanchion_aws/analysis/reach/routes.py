"""Whether packets from the internet get into a subnet and answers out of it: its route table and its network ACL.

Amazon VPC User Guide, "Subnet route tables" (a subnet without an association has the main table), "Enable internet
access for a VPC using internet gateways", "Network ACL rules" (the first entry that fits decides, both ways).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.acls import ACL, Entry, entries
from stanchion_aws.analysis.addresses import Block, merged, parse, public, without
from stanchion_aws.analysis.ports import ANY, HIGHEST, TCP, UDP, Ports
from stanchion_aws.analysis.reach.verdicts import OPEN, Verdict, closed, unknown

VPC, SUBNET, TABLE = "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable"
_ROUTE, _GATEWAY = "AWS::EC2::Route", "AWS::EC2::InternetGateway"
_ACL_ASSOCIATION = "AWS::EC2::SubnetNetworkAclAssociation"
_MAIN = "aws_main_route_table_association"
#: Targets that lead out only, or inside.
_INWARD = ("NatGatewayId", "EgressOnlyInternetGatewayId", "VpcPeeringConnectionId", "TransitGatewayId")
#: Targets behind which something else decides: an appliance, a firewall's endpoint.
_BEYOND = ("VpcEndpointId", "NetworkInterfaceId", "InstanceId", "CoreNetworkArn", "LocalGatewayId", "CarrierGatewayId")


def given(value: Decided) -> bool:
    """Whether something stands there; asks nothing of the world about what is not known."""
    return value.unknown or value.present


def names(value: Decided, address: str) -> bool:
    """Whether a value refers to a resource."""
    return any(reference.address == address for reference in value.references)


def _elsewhere(value: Decided, graph: GraphView) -> bool:
    """Whether a value is known to be none of the subnets of this code but those that it names."""
    if not value.unknown:
        return True
    return bool(value.references) and all(
        reference.address.rpartition("data.")[1] != "" or graph.at(reference.address) is not None
        for reference in value.references
    )


def routed(subnet: DecidedResource, family: int) -> Verdict:
    """Whether a subnet has a route to an internet gateway for a family of addresses (4 or 6), and by which table."""
    return subnet.graph.once(("reach.routed", subnet.address, family), lambda: _routed(subnet, family))


def _routed(subnet: DecidedResource, family: int) -> Verdict:
    graph = subnet.graph
    doubt = ""
    for table in graph.of_type(TABLE):
        for association in _each(table["Associations"]):
            if names(association["SubnetId"], subnet.address):
                return _table(table, subnet, family)
            if association.unknown or not _elsewhere(association["SubnetId"], graph):
                doubt = doubt or f"which subnets {table.address} is associated with is not known"
    for alone in graph.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if names(alone["SubnetId"], subnet.address):
            return unknown(f"the route table of {subnet.address} is not in this code")
    return unknown(doubt) if doubt else _main(subnet, family)


def _main(subnet: DecidedResource, family: int) -> Verdict:
    """What the main table of the subnet's VPC says: only local routes, unless somebody gave it more."""
    graph = subnet.graph
    vpc = next((found for found in graph.named_by(subnet["VpcId"]) if found.type == VPC), None)
    if _default(subnet) or (vpc is not None and _default(vpc)):
        return Verdict(True, "", (Step(f"{subnet.address} is a subnet of the default VPC", subnet.header),))
    if vpc is None:
        return unknown(f"the VPC of {subnet.address} is not in this code")
    for association in graph.of_type(_MAIN):
        if names(association["VpcId"], vpc.address):
            tables = [found for found in graph.named_by(association["RouteTableId"]) if found.type == TABLE]
            return _table(tables[0], subnet, family) if tables else unknown(f"the main table of {vpc.address}")
    for table in graph.of_type(TABLE):
        if _default(table) and names(table["RouteTableId"], vpc.address):
            return _table(table, subnet, family)
    added = [route for route in graph.of_type(_ROUTE) if names(route["RouteTableId"], vpc.address)]
    for route in added:
        for item in _each(route["Routes"]):
            verdict = _route(item, family, graph)
            if verdict is not None and verdict.answer is not False:
                return verdict
    return closed(f"{subnet.address} has no route table of its own, and the main one has no route to the internet")


def _default(resource: DecidedResource) -> bool:
    value = resource["Default"]
    return not value.unknown and value == True  # noqa: E712 - equality decides, truth would guess


def _table(table: DecidedResource, subnet: DecidedResource, family: int) -> Verdict:
    """What the routes of a table say of a family."""
    doubtful: Verdict | None = None
    listed = table["Routes"]
    if listed.unknown:
        return unknown(f"the routes of {table.address} are not known")
    for item in _each(listed):
        verdict = _route(item, family, table.graph)
        if verdict is None:
            continue
        if verdict.answer:
            by = Step(f"{subnet.address} is routed by {table.address}", table.header)
            return Verdict(True, "", (*verdict.path, by))
        doubtful = doubtful or (verdict if verdict.answer is None else None)
    kind = "an internet gateway" if family == 4 else "an internet gateway for IPv6"
    return doubtful or closed(f"{subnet.address} has no route to {kind} in {table.address}")


def _route(item: Decided, family: int, graph: GraphView) -> Verdict | None:
    """What one route says: True to an internet gateway, None in the verdict where its target is not known, None where
    it is about something else.
    """
    if item.unknown:
        return unknown("a route is not known")
    key = "DestinationCidrBlock" if family == 4 else "DestinationIpv6CidrBlock"
    destination = item[key]
    if not given(destination):
        return unknown("a route goes by a prefix list") if given(item["DestinationPrefixListId"]) else None
    if not destination.unknown:
        block = parse(destination.text)
        if block is None or not public((block,)):
            return None
    gateway = item["GatewayId"]
    if given(gateway):
        return _gateway(gateway, destination, graph)
    if any(given(item[target]) for target in _BEYOND):
        return unknown(f"traffic from the internet goes through {_target(item)} first")
    if any(given(item[target]) for target in _INWARD):
        return None
    return unknown("a route has a target that is not known")


def _target(item: Decided) -> str:
    for name in _BEYOND:
        if given(item[name]):
            return next((reference.address for reference in item[name].references), "an appliance")
    return "an appliance"


def _gateway(gateway: Decided, destination: Decided, graph: GraphView) -> Verdict | None:
    for found in graph.named_by(gateway):
        if found.type == _GATEWAY:
            if not given(found["VpcId"]):
                return unknown(f"{found.address} is not attached to a VPC here")
            where = "0.0.0.0/0" if destination.unknown else destination.text
            return Verdict(True, "", (Step(f"the route for {where} leads to {found.address}", destination.place),))
        return None if found.type != "AWS::EC2::VPCGatewayAttachment" else unknown("which gateway it is is not known")
    if gateway.unknown:
        if any(".aws_internet_gateway." in f".{reference.address}" for reference in gateway.references):
            return Verdict(True, "", (Step("the route leads to an internet gateway", destination.place),))
        return unknown(f"which gateway a route leads to is not known: {gateway.reason}")
    if gateway.text.startswith("igw-"):
        return Verdict(True, "", (Step(f"the route leads to {gateway.text}", destination.place),))
    return None


def _each(value: Decided) -> Iterator[Decided]:
    """The elements of a list; an unknown as itself, without asking whether it is there."""
    if value.unknown:
        yield value
    else:
        yield from value


# Network ACLs


def admitted(subnet: DecidedResource, ports: Ports, sources: Sequence[Block]) -> Verdict:
    """Whether the network ACL of a subnet lets some of the sources in on some of the ports, and TCP's answers out."""
    key = ("reach.admitted", subnet.address, ports, tuple(sources))
    return subnet.graph.once(key, lambda: _admitted(subnet, ports, sources))


def _admitted(subnet: DecidedResource, ports: Ports, sources: Sequence[Block]) -> Verdict:
    acl, doubt = _acl_of(subnet)
    if doubt:
        return unknown(doubt)
    if acl is None:
        return OPEN
    listed = entries(acl)
    if any(entry.doubt or entry.number is None for entry in listed):
        return unknown(f"the entries of {acl.address} are not all known")
    listed = sorted(listed, key=lambda entry: entry.number or 0)
    getting_in = passing([entry for entry in listed if not entry.egress], ports, sources)
    if not getting_in:
        return closed(f"the network ACL {acl.address} denies it on the way in to {subnet.address}")
    if ports.protocol == TCP and not passing([e for e in listed if e.egress], Ports(TCP, 0, HIGHEST), getting_in):
        return closed(f"the network ACL {acl.address} lets no answers out of {subnet.address}")
    return OPEN


def passing(ordered: Sequence[Entry], ports: Ports, blocks: Sequence[Block]) -> list[Block]:
    """The addresses among some blocks that entries, read in order, allow on at least one of the ports."""
    found: list[Block] = []
    for protocol in _protocols(ordered, ports):
        about = [entry for entry in ordered if entry.ports.protocol in (ANY, protocol)]
        for port in _cuts(about, ports):
            left = list(blocks)
            for entry in about:
                if not _fits(entry.ports, port):
                    continue
                rest = without(left, entry.blocks)
                if entry.allow:
                    found.extend(without(left, rest))
                left = rest
    return merged(found)


def _protocols(listed: Iterable[Entry], ports: Ports) -> list[str]:
    """The protocols that are asked about: each that an entry names, where it is all of them, and one that none does."""
    if ports.protocol == "":
        return [TCP, UDP]
    if ports.protocol != ANY:
        return [ports.protocol or TCP]
    named = {entry.ports.protocol for entry in listed}
    return [*sorted(name for name in named if name and name != ANY), "any other"]


def _fits(own: Ports, port: int) -> bool:
    if own.protocol == ANY or own.width == 0:
        return True
    assert own.first is not None
    assert own.last is not None
    return own.first <= port <= own.last


def _cuts(listed: Iterable[Entry], ports: Ports) -> list[int]:
    """One port of each range that no entry tells apart."""
    first, last = ports.first or 0, HIGHEST if ports.last is None or ports.last < 0 else ports.last
    cuts = {first}
    for entry in listed:
        own = entry.ports
        if own.width:
            cuts.update(edge for edge in (own.first, (own.last or 0) + 1) if edge is not None and first <= edge <= last)
    return sorted(cuts)


def _acl_of(subnet: DecidedResource) -> tuple[DecidedResource | None, str]:
    """The network ACL of a subnet, None for one that lets everything through; and why it is not known, or ""."""
    graph = subnet.graph
    doubt = ""
    for association in graph.of_type(_ACL_ASSOCIATION):
        if names(association["SubnetId"], subnet.address):
            found = [acl for acl in graph.named_by(association["NetworkAclId"]) if acl.type == ACL]
            return (found[0], "") if found else (None, f"the network ACL of {subnet.address} is not in this code")
    for acl in graph.of_type(ACL):
        for value in _each(acl["SubnetIds"]):
            if names(value, subnet.address):
                return acl, ""
            if not _elsewhere(value, graph):
                doubt = f"which subnets {acl.address} guards is not known"
    if doubt:
        return None, doubt
    for acl in graph.of_type(ACL):
        if _default(acl):
            vpcs = {reference.address for reference in subnet["VpcId"].references}
            if any(reference.address in vpcs for reference in acl["Id"].references):
                return acl, ""
    return None, ""
