"""Which hardware a workload runs on: shared, dedicated to the account, or a dedicated host.

Rules from the Amazon EC2 User Guide: "Dedicated Instances", "Dedicated Hosts", "Launch instances from a launch
template", "Burstable performance instances"; and the Amazon EC2 Auto Scaling User Guide: "Create a launch template".
A tenancy on the launch wins over the launch template's; in a VPC of dedicated tenancy nothing runs on shared hardware.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import NeedsValueError

INSTANCE = "AWS::EC2::Instance"
TEMPLATE = "AWS::EC2::LaunchTemplate"
CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
GROUP = "AWS::AutoScaling::AutoScalingGroup"
HOST = "AWS::EC2::Host"
SUBNET = "AWS::EC2::Subnet"
VPC = "AWS::EC2::VPC"

#: Instance families that cannot be launched as Dedicated Instances ("Dedicated Instances", "T2: not available").
NOT_ON_DEDICATED = frozenset({"t1", "t2"})
#: "Previous generation instances" in the EC2 documentation: they run on Xen, without the Nitro hypervisor.
PREVIOUS_GENERATION = frozenset(
    {"a1", "c1", "c3", "c4", "cc2", "cr1", "g2", "g3", "hs1", "i2", "m1", "m2", "m3", "m4", "p2", "r3", "r4", "t1"}
)


class Placement(NamedTuple):
    """Where a launch is told to go, and by which source: the properties as they stand in `owner`.

    `said` is the tenancy written down ("default", "dedicated", "host"), None where nobody wrote one.
    """

    owner: DecidedResource
    said: Decided | None
    host: Decided
    host_group: Decided
    affinity: Decided

    @property
    def tenancy(self) -> str:
        """The tenancy asked for; "default" where nobody wrote one. Raises NeedsValueError when it is unknown."""
        return self.said.text if self.said is not None and self.said.text else "default"

    @property
    def names_a_host(self) -> bool:
        """Whether a host or a host resource group is given."""
        return self.host.present or self.host_group.present


def placement(launch: DecidedResource, graph: GraphView) -> Placement:
    """What an instance, launch template, launch configuration or Auto Scaling group says of its placement."""
    if launch.type == TEMPLATE:
        return _template_placement(launch)
    if launch.type == CONFIGURATION:
        said = launch["PlacementTenancy"]
        nothing = launch["HostId"]
        return Placement(launch, _written(said), nothing, launch["HostResourceGroupArn"], launch["Affinity"])
    template = launched_from(launch, graph)
    if launch.type == GROUP:
        if template is not None:
            return placement(template, graph)
        return Placement(launch, None, launch["HostId"], launch["HostResourceGroupArn"], launch["Affinity"])
    own = Placement(
        launch, _written(launch["Tenancy"]), launch["HostId"], launch["HostResourceGroupArn"], launch["Affinity"]
    )
    if template is None or own.said is not None:
        return own
    inherited = placement(template, graph)
    return own if inherited.said is None else inherited


def _template_placement(template: DecidedResource) -> Placement:
    place = template.get("LaunchTemplateData", "Placement")
    said = _written(place["Tenancy"])
    return Placement(template, said, place["HostId"], place["HostResourceGroupArn"], place["Affinity"])


def _written(tenancy: Decided) -> Decided | None:
    return None if tenancy.defaulted or tenancy.absent else tenancy


def launched_from(launch: DecidedResource, graph: GraphView) -> DecidedResource | None:
    """The launch template or launch configuration of the unit that an instance or group is launched from."""
    specifications = [launch["LaunchTemplate"]]
    if launch.type == GROUP:
        specifications.append(launch.get("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification"))
        for source in graph.named_by(launch["LaunchConfigurationName"]):
            return source
    for specification in specifications:
        for key in ("LaunchTemplateId", "LaunchTemplateName"):
            found = _template(specification[key], graph)
            if found is not None:
                return found
    return None


def _template(name: Decided, graph: GraphView) -> DecidedResource | None:
    for resource in graph.named_by(name):
        if resource.type == TEMPLATE:
            return resource
    if name.unknown or not name.text:
        return None
    return next((t for t in graph.of_type(TEMPLATE) if t["LaunchTemplateName"] == name.text), None)


def vpcs(launch: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    """The VPCs of the unit that a launch can land in, by its subnets."""
    seen: set[str] = set()
    for subnet in subnets(launch, graph):
        for vpc in graph.named_by(subnet["VpcId"]):
            if vpc.type == VPC and vpc.address not in seen:
                seen.add(vpc.address)
                yield vpc


def subnets(launch: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    """The subnets of the unit that a launch can land in."""
    values = [launch["SubnetId"], launch["VPCZoneIdentifier"]]
    values += [interface["SubnetId"] for interface in launch["NetworkInterfaces"]]
    for value in values:
        for resource in graph.named_by(value):
            if resource.type == SUBNET:
                yield resource
        if value.is_list:
            for item in value:
                yield from (resource for resource in graph.named_by(item) if resource.type == SUBNET)


def dedicated_vpc(launch: DecidedResource, graph: GraphView) -> DecidedResource | None:
    """A VPC of dedicated tenancy that the launch can land in."""
    return next((vpc for vpc in vpcs(launch, graph) if vpc["InstanceTenancy"] == "dedicated"), None)


class Hardware(NamedTuple):
    """What a workload runs on: "shared", "dedicated" or "host", and the steps that lead there."""

    kind: str
    steps: tuple[Step, ...]


def hardware(launch: DecidedResource, graph: GraphView) -> Hardware:
    """The hardware that an instance or Auto Scaling group ends up on.

    Raises NeedsValueError where that hangs on a subnet or launch template that is not in the unit.
    """
    place = placement(launch, graph)
    steps = []
    if place.said is not None:
        steps.append(Step(f"{place.owner.address} asks for tenancy {place.tenancy}", place.said.place))
    if place.tenancy in ("dedicated", "host"):
        return Hardware(place.tenancy, tuple(steps))
    vpc = dedicated_vpc(launch, graph)
    if vpc is not None:
        steps.append(Step(f"{vpc.address} has dedicated tenancy", vpc["InstanceTenancy"].place))
        return Hardware("dedicated", tuple(steps))
    _know_where(launch, graph)
    return Hardware("shared", tuple(steps))


def _know_where(launch: DecidedResource, graph: GraphView) -> None:
    """Refuse to say "shared" while a subnet, its VPC or the launch template is outside the unit."""
    subnet = launch["VPCZoneIdentifier"] if launch.type == GROUP else launch["SubnetId"]
    known = list(subnets(launch, graph))
    if subnet.present and (not known or not list(vpcs(launch, graph))):
        raise NeedsValueError("the VPC of its subnet is not in this configuration", subnet.place)
    template = launch["LaunchTemplate"]
    if template.present and launched_from(launch, graph) is None:
        raise NeedsValueError("its launch template is not in this configuration", template.place)


def family(instance_type: str) -> str:
    """The family of an instance type: "t2" of "t2.micro", "mac2-m2" of "mac2-m2.metal"."""
    return instance_type.partition(".")[0].lower()


def instance_type(launch: DecidedResource, graph: GraphView) -> Decided | None:
    """The instance type that a launch names itself or takes from its launch template or configuration."""
    own = launch.get("LaunchTemplateData", "InstanceType") if launch.type == TEMPLATE else launch["InstanceType"]
    if own.present:
        return own
    source = launched_from(launch, graph) if launch.type in (INSTANCE, GROUP) else None
    return instance_type(source, graph) if source is not None else None
