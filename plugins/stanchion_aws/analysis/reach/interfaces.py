"""What a security group protects: the network interfaces of what uses it, in which subnets, with a public address or
without.

Amazon EC2 User Guide, "Amazon EC2 instance IP addressing"; Elastic Load Balancing User Guide, "Load balancer scheme";
Amazon RDS User Guide, "Hiding a DB instance in a VPC from the internet"; for what never has a public address the
service's page on its use in a VPC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stanchion.graph.resource import OUTPUT, PARAMETER, PROVIDER
from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.reach.routes import SUBNET, given, names
from stanchion_aws.analysis.reach.verdicts import Verdict, closed, unknown

_INSTANCE, _INTERFACE, _TEMPLATE = "AWS::EC2::Instance", "AWS::EC2::NetworkInterface", "AWS::EC2::LaunchTemplate"
_SCALING, _LAUNCH = "AWS::AutoScaling::AutoScalingGroup", "AWS::AutoScaling::LaunchConfiguration"
_BALANCER, _CLASSIC = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"
_ADDRESS = "AWS::EC2::EIP"


class Interface(NamedTuple):
    """The interfaces of one resource: their subnets (None: not known which), and what gives them a public address.

    `public` is True or False where the resource says so itself, None where the subnet does. `doubt` says why that, or
    the whole of it, is not known. `address` is the resource's, `named` whether it has an IPv6 address.
    """

    address: str
    subnets: tuple[str, ...] | None
    public: bool | None
    doubt: str = ""
    ipv6: bool | None = False
    refusal: str = ""


#: Types whose interfaces in a VPC have private addresses only, whatever their subnet says.
PRIVATE = {
    *("AWS::Lambda::Function", "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"),
    *("AWS::ElastiCache::ServerlessCache", "AWS::DocDB::DBCluster", "AWS::EC2::VPCEndpoint", "AWS::EFS::MountTarget"),
    *("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain", "AWS::DAX::Cluster", "AWS::MemoryDB::Cluster"),
    *("AWS::EKS::Cluster", "AWS::CodeBuild::Project", "AWS::Synthetics::Canary"),
}
#: Types with a property that says whether they have a public address, and where their subnets stand.
_SAID: dict[str, tuple[str, str]] = {
    "AWS::RDS::DBInstance": ("PubliclyAccessible", "DBSubnetGroupName"),
    "AWS::Redshift::Cluster": ("PubliclyAccessible", "ClusterSubnetGroupName"),
    "AWS::DMS::ReplicationInstance": ("PubliclyAccessible", "ReplicationSubnetGroupIdentifier"),
    "AWS::AmazonMQ::Broker": ("PubliclyAccessible", "SubnetIds"),
    "AWS::RedshiftServerless::Workgroup": ("PubliclyAccessible", "SubnetIds"),
    "AWS::DocDB::DBInstance": ("PubliclyAccessible", ""),
}
_CLUSTERS = ("AWS::RDS::DBCluster", "AWS::Neptune::DBCluster")
_MEMBERS = {"AWS::RDS::DBCluster": "AWS::RDS::DBInstance", "AWS::Neptune::DBCluster": "AWS::Neptune::DBInstance"}
#: What refers to a group without being protected by it.
NO_USERS = {
    *("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"),
    *("AWS::EC2::SecurityGroupVpcAssociation", "AWS::EC2::VPC", "AWS::EC2::Subnet", PARAMETER, PROVIDER),
}


def members(group: DecidedResource) -> tuple[list[Interface], str]:
    """The interfaces of all that uses a group here, and why these may not be all, or ""."""
    return group.graph.once(("reach.members", group.address), lambda: _members(group))


def _members(group: DecidedResource) -> tuple[list[Interface], str]:
    found: list[Interface] = []
    doubt = ""
    for user in group.graph.referring_to(group):
        if user.type in NO_USERS:
            continue
        if user.type == OUTPUT:
            if not user.address.startswith("module."):
                doubt = doubt or f"{user.address} gives {group.address} away: what else uses it is not in this code"
            continue
        read = _READERS.get(user.type)
        if read is None:
            doubt = doubt or f"how {user.address} uses {group.address} is not known"
            continue
        found.extend(read(user))
    return found, doubt


def public_by_address(resource: DecidedResource) -> bool | None:
    """Whether an Elastic IP is associated with an instance or interface; None where one's target is not known."""
    answer: bool | None = False
    for address in resource.graph.of_type(_ADDRESS):
        for name in ("InstanceId", "NetworkInterfaceId"):
            value = address[name]
            if names(value, resource.address):
                return True
            if value.unknown and not value.references:
                answer = None
    return answer


def _instance(resource: DecidedResource) -> Iterator[Interface]:
    subnets = [resource["SubnetId"]] if given(resource["SubnetId"]) else []
    public = resource["AssociatePublicIpAddress"]
    attached = False
    for item in resource["NetworkInterfaces"] if not resource["NetworkInterfaces"].unknown else ():
        if given(item["NetworkInterfaceId"]):
            attached = True
        if given(item["SubnetId"]):
            subnets.append(item["SubnetId"])
        if given(item["AssociatePublicIpAddress"]):
            public = item["AssociatePublicIpAddress"]
    said, doubt = _switch(public)
    if resource["NetworkInterfaces"].unknown:
        doubt = doubt or f"the interfaces of {resource.address} are not known"
    if attached and said is None:
        said = False  # an interface that was there before gets no address of its own at launch
    template = resource["LaunchTemplate"]
    if given(template) and (said is None or not subnets):
        doubt = doubt or f"{resource.address} takes what it does not say from its launch template"
    yield _with_address(resource, _subnets(subnets, resource.graph), said, doubt, _ipv6(resource))


def _interface(resource: DecidedResource) -> Iterator[Interface]:
    yield _with_address(resource, _subnets([resource["SubnetId"]], resource.graph), False, "", _ipv6(resource))


def _with_address(
    resource: DecidedResource, subnets: tuple[str, ...] | None, said: bool | None, doubt: str, ipv6: bool | None
) -> Interface:
    by_address = public_by_address(resource)
    if by_address:
        said, doubt = True, ""
    elif by_address is None and said is not True:
        doubt = doubt or "which interface an Elastic IP is associated with is not known"
    refusal = f"{resource.address} has no public address"
    return Interface(resource.address, subnets, said, doubt, ipv6, refusal)


def _ipv6(resource: DecidedResource) -> bool | None:
    """Whether it has an IPv6 address of its own; None where its subnet may give it one."""
    for name in ("Ipv6Addresses", "Ipv6AddressCount"):
        value = resource[name]
        if value.unknown or (value.present and value.text not in ("", "0")) or value.is_list:
            return True
    return None


def _template(resource: DecidedResource) -> Iterator[Interface]:
    """What is launched from a template: in the subnets of what launches it, with the address that the template says."""
    data = resource["LaunchTemplateData"]
    public: Decided | None = None
    own: list[Decided] = []
    interfaces = data["NetworkInterfaces"]
    for item in interfaces if not interfaces.unknown else ():
        if given(item["AssociatePublicIpAddress"]):
            public = item["AssociatePublicIpAddress"]
        if given(item["SubnetId"]):
            own.append(item["SubnetId"])
    said, doubt = _switch(public) if public is not None else (None, "")
    if interfaces.unknown:
        doubt = f"the interfaces of {resource.address} are not known"
    yield from _launched(resource, own, said, doubt)


def _configuration(resource: DecidedResource) -> Iterator[Interface]:
    said, doubt = _switch(resource["AssociatePublicIpAddress"])
    yield from _launched(resource, [], said, doubt)


def _launched(resource: DecidedResource, own: list[Decided], said: bool | None, doubt: str) -> Iterator[Interface]:
    users = [user for user in resource.graph.referring_to(resource) if user.type != OUTPUT]
    if not users:
        yield Interface(resource.address, None, said, f"what launches instances from {resource.address} is not known")
    for user in users:
        if user.type == _SCALING:
            subnets = own or list(_listed(user["VPCZoneIdentifier"]))
            refusal = f"the instances of {user.address} have no public address"
            yield Interface(user.address, _subnets(subnets, resource.graph), said, doubt, None, refusal)
        elif user.type == _INSTANCE:
            subnets = own or [user["SubnetId"]]
            stated, why = _switch(user["AssociatePublicIpAddress"])
            stated = said if stated is None else stated
            yield _with_address(user, _subnets(subnets, resource.graph), stated, doubt or why, _ipv6(user))
        else:
            yield Interface(user.address, None, said, f"where {user.address} launches instances is not known")


def _balancer(resource: DecidedResource) -> Iterator[Interface]:
    scheme = resource["Scheme"]
    subnets = list(_listed(resource["Subnets"]))
    mappings = resource["SubnetMappings"]
    subnets += [item["SubnetId"] for item in _listed(mappings)]
    if scheme.unknown:
        yield Interface(resource.address, _subnets(subnets, resource.graph), None, f"the scheme of {resource.address}")
        return
    internal = scheme.text.strip().lower() == "internal"
    refusal = f"{resource.address} is internal and has no public address"
    dual = resource["IpAddressType"] if resource.type == _BALANCER else None
    ipv6 = dual is not None and (dual.unknown or "dualstack" in dual.text)
    found = _subnets(subnets, resource.graph)
    yield Interface(resource.address, found, not internal, "", ipv6 and not internal, refusal)


def _stated(resource: DecidedResource) -> Iterator[Interface]:
    """What says by a property of its own whether it has a public address."""
    name, where = _SAID[resource.type]
    said, doubt = _switch(resource[name])
    if said is None and not doubt:
        doubt = f"{resource.address} does not say whether it has a public address"
    subnets = _in_group(resource[where], resource.graph) if where else None
    yield Interface(resource.address, subnets, said, doubt, False, f"{resource.address} is not publicly accessible")


def _cluster(resource: DecidedResource) -> Iterator[Interface]:
    """A database cluster: its instances say whether they have a public address."""
    inside = [
        member
        for member in resource.graph.referring_to(resource, _MEMBERS[resource.type])
        if names(member["DBClusterIdentifier"], resource.address)
    ]
    subnets = _in_group(resource["DBSubnetGroupName"], resource.graph)
    for member in inside or [resource]:
        said, doubt = _switch(member["PubliclyAccessible"])
        if said is None and not doubt:
            doubt = f"{member.address} does not say whether it has a public address"
        refusal = f"{member.address} is not publicly accessible"
        yield Interface(member.address, subnets, said, doubt, False, refusal)


def _service(resource: DecidedResource) -> Iterator[Interface]:
    network = resource.get("NetworkConfiguration", "AwsvpcConfiguration")
    assigned = network["AssignPublicIp"]
    if assigned.unknown:
        said, doubt = None, f"whether {resource.address} has a public address is not known"
    else:
        said, doubt = assigned.text.strip().lower() in ("enabled", "true"), ""
    subnets = _subnets(list(_listed(network["Subnets"])), resource.graph)
    yield Interface(
        resource.address, subnets, said, doubt, None, f"the tasks of {resource.address} have no public address"
    )


def _brokers(resource: DecidedResource) -> Iterator[Interface]:
    nodes = resource["BrokerNodeGroupInfo"]
    access = nodes.get("ConnectivityInfo", "PublicAccess", "Type")
    doubt = f"whether {resource.address} has public access is not known" if access.unknown else ""
    said = None if access.unknown else access.text.strip().upper() == "SERVICE_PROVIDED_EIPS"
    subnets = _subnets(list(_listed(nodes["ClientSubnets"])), resource.graph)
    yield Interface(resource.address, subnets, said, doubt, False, f"{resource.address} has no public access")


def _private(resource: DecidedResource) -> Iterator[Interface]:
    yield Interface(resource.address, (), False, "", False, f"{resource.address} has private addresses only")


_READERS: dict[str, Callable[[DecidedResource], Iterator[Interface]]] = {
    _INSTANCE: _instance,
    _INTERFACE: _interface,
    _TEMPLATE: _template,
    _LAUNCH: _configuration,
    _BALANCER: _balancer,
    _CLASSIC: _balancer,
    "AWS::ECS::Service": _service,
    "AWS::MSK::Cluster": _brokers,
    **dict.fromkeys(_SAID, _stated),
    **dict.fromkeys(_CLUSTERS, _cluster),
    **dict.fromkeys(PRIVATE, _private),
}


def _switch(value: Decided) -> tuple[bool | None, str]:
    """What a switch says: on, off, or nothing; and why that is not known, or ""."""
    if value.unknown:
        return None, value.reason or "a value is not known"
    if value.absent:
        return None, ""
    return value.text.strip().lower() in ("true", "1"), ""


def _listed(value: Decided) -> Iterator[Decided]:
    if value.unknown:
        yield value
    elif value.present:
        yield from value


def _in_group(value: Decided, graph: GraphView) -> tuple[str, ...] | None:
    """The subnets of a subnet group that a value names, or of the value where it lists them itself."""
    if value.is_list:
        return _subnets(list(_listed(value)), graph)
    for found in graph.named_by(value):
        if found.type == SUBNET:
            return _subnets([value], graph)
        listed = found["SubnetIds"]
        return None if listed.unknown else _subnets(list(_listed(listed)), graph)
    return None


def _subnets(values: list[Decided], graph: GraphView) -> tuple[str, ...] | None:
    """The subnets that values name; None where one of them is not in this code."""
    found: list[str] = []
    for value in values:
        inside = [each.address for each in graph.named_by(value) if each.type == SUBNET]
        if len(inside) != 1:
            return None
        found.extend(inside)
    return tuple(dict.fromkeys(found)) if found else None


def public_in(interface: Interface, subnet: DecidedResource | None) -> Verdict:
    """Whether interfaces have a public IPv4 address in a subnet."""
    if interface.public is True:
        return Verdict(True)
    if interface.doubt:
        return unknown(interface.doubt)
    if interface.public is False:
        return closed(interface.refusal)
    if subnet is None:
        return unknown(f"the subnet of {interface.address} is not in this code")
    gives = subnet["MapPublicIpOnLaunch"]
    default = subnet["Default"]
    if gives.unknown:
        return unknown(f"whether {subnet.address} gives public addresses is not known")
    if gives.text == "true" or (not default.unknown and default == True):  # noqa: E712 - equality decides
        return Verdict(True)
    return closed(f"{interface.refusal}, and {subnet.address} gives none")
