"""Tenancy: does a workload run on the hardware that it was promised, and is what is paid for used?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.change import Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.hardware import (
    CONFIGURATION,
    GROUP,
    HOST,
    INSTANCE,
    NOT_ON_DEDICATED,
    TEMPLATE,
    Placement,
    dedicated_vpc,
    family,
    hardware,
    instance_type,
    placement,
)

#: Tags that say by themselves that a workload needs hardware of its own; `[settings.isolation] tags` replaces them.
ISOLATION_TAGS = {
    "Tenancy": ("dedicated", "host", "isolated"),
    "Isolation": ("dedicated", "host", "hardware", "required", "true"),
    "DedicatedHardware": ("required", "true", "yes"),
}
#: Tags whose value names a compliance framework; compared with `[settings.isolation] frameworks`, empty by default.
FRAMEWORK_TAGS = ("Compliance", "Framework", "ComplianceFramework", "DataClassification")


def _auto_placed(graph: GraphView, type_: Decided | None) -> bool:
    """Whether a host of the unit takes untargeted launches of an instance type."""
    for host in graph.of_type(HOST):
        if host["AutoPlacement"] == "off":
            continue
        wanted, family_ = host["InstanceType"], host["InstanceFamily"]
        if type_ is None or type_.unknown or (wanted.absent and family_.absent):
            return True
        if wanted == type_.text or family_ == family(type_.text):
            return True
    return False


@policy(
    "TEN101",
    "Host tenancy without a host",
    types=(INSTANCE, TEMPLATE, GROUP),
    severity=Severity.MEDIUM,
    why="Without a host or host resource group the launch fails, or lands on any host that takes strangers.",
    mend="Terraform: host_id = aws_ec2_host.this.id or host_resource_group_arn. "
    "CloudFormation: HostId: !Ref Host or HostResourceGroupArn",
    docs="Amazon EC2 User Guide: Launch instances on an Amazon EC2 Dedicated Host",
)
def host_tenancy_names_a_host(launch: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A launch of tenancy host names a host or resource group, or a host of the unit takes it."""
    place = placement(launch, graph)
    if place.said is None or place.said != "host":
        return
    if launch.type == GROUP:
        if place.host_group.absent:
            yield launch.finding(
                f"{launch.address} asks for host tenancy without a host resource group, which Auto Scaling needs",
                at=launch["LaunchTemplate"] if launch["LaunchTemplate"].present else None,
                trace=[Step(f"{place.owner.address} asks for tenancy host", place.said.place)],
                subject="tenancy",
            )
        return
    own = place.owner.address == launch.address and not place.names_a_host
    if own and not _auto_placed(graph, instance_type(launch, graph)):
        message = f"{launch.address} asks for host tenancy but names no host and no host resource group"
        yield launch.finding(message, at=place.said)


@policy(
    "TEN102",
    "Host affinity without a host",
    types=(INSTANCE, TEMPLATE),
    severity=Severity.LOW,
    why="Affinity keeps an instance, and its licences, on one host. Without a host it binds to nothing.",
    mend="Name the host (host_id / HostId) and tenancy host, or leave affinity out.",
    docs="Amazon EC2 User Guide: Understand Amazon EC2 Dedicated Host auto-placement and host affinity",
)
def affinity_has_a_host(launch: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Affinity "host" comes with tenancy host and a host."""
    place = placement(launch, graph)
    if place.owner.address != launch.address or place.affinity.absent or place.affinity != "host":
        return
    if place.tenancy != "host":
        yield launch.finding(
            f"{launch.address} asks for affinity to a host but for tenancy {place.tenancy}", at=place.affinity
        )
    elif not place.names_a_host:
        yield launch.finding(f"{launch.address} asks for affinity to a host but names none", at=place.affinity)


@policy(
    "TEN103",
    "Instance type cannot run on the hardware asked for",
    types=(INSTANCE, TEMPLATE, CONFIGURATION, GROUP),
    severity=Severity.MEDIUM,
    why="The launch fails, at deployment or when the group next scales.",
    mend="Choose a type that runs there (t3 in place of t2), or another tenancy.",
    docs="Amazon EC2 User Guide: Amazon EC2 Dedicated Instances",
)
def type_runs_on_its_hardware(launch: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Burstable types of the first generations run on shared hardware only, Macs on dedicated hosts only."""
    type_ = instance_type(launch, graph)
    if type_ is None or type_.unknown:
        return
    of = family(type_.text)
    if of.startswith("mac"):
        yield from _mac_without_host(launch, graph, type_)
    elif of in NOT_ON_DEDICATED:
        place = placement(launch, graph)
        vpc = dedicated_vpc(launch, graph)
        if place.tenancy in ("dedicated", "host"):
            if place.owner.address == launch.address:
                message = f"{type_.text} cannot run with tenancy {place.tenancy}: {launch.address} will not launch"
                yield launch.finding(message, at=_own(launch, type_), trace=_said(place))
        elif vpc is not None:
            steps = [Step(f"{vpc.address} has dedicated tenancy", vpc["InstanceTenancy"].place)]
            message = f"{type_.text} cannot run in {vpc.address}, whose tenancy is dedicated"
            yield launch.finding(message, at=_own(launch, type_), trace=steps, others=[vpc])


def _own(launch: DecidedResource, value: Decided) -> Decided | None:
    return value if value.resource is launch.resource else None


def _said(place: Placement) -> list[Step]:
    return [Step(f"{place.owner.address} asks for it", place.said.place)] if place.said is not None else []


def _mac_without_host(launch: DecidedResource, graph: GraphView, type_: Decided) -> Iterator[Fault]:
    place = placement(launch, graph)
    if place.owner.address == launch.address and place.tenancy != "host":
        message = f"{type_.text} runs on dedicated hosts only, but {launch.address} asks for tenancy {place.tenancy}"
        yield launch.finding(message, at=_own(launch, type_), trace=_said(place))


@policy(
    "TEN104",
    "Tenancy contradicts the VPC's",
    types=(INSTANCE, GROUP),
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="In a VPC of dedicated tenancy everything runs, and is billed, on dedicated hardware, whatever else is said.",
    mend="Give the instance the VPC's tenancy, or make the VPC's tenancy default and ask per instance.",
    docs="Amazon EC2 User Guide: Amazon EC2 Dedicated Instances",
)
def tenancy_agrees_with_the_vpc(launch: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A launch that writes tenancy default is not in a VPC of dedicated tenancy."""
    place = placement(launch, graph)
    if place.said is None or place.said != "default":
        return
    vpc = dedicated_vpc(launch, graph)
    if vpc is not None:
        yield launch.finding(
            f"{launch.address} asks for shared hardware, but runs on dedicated hardware because of {vpc.address}",
            at=_own(launch, place.said),
            trace=[Step(f"{vpc.address} has dedicated tenancy", vpc["InstanceTenancy"].place), *_said(place)],
            others=[vpc],
            subject="tenancy",
            fix=Set("Tenancy", "dedicated")
            if launch.type == INSTANCE and place.owner.address == launch.address
            else (),
        )


@policy(
    "TEN105",
    "Workload that needs isolation runs on shared hardware",
    types=(INSTANCE, GROUP),
    severity=Severity.HIGH,
    why="The tags promise hardware of one's own, and the placement does not keep the promise.",
    mend='Terraform: tenancy = "dedicated". CloudFormation: Tenancy: dedicated',
    docs="Amazon EC2 User Guide: Amazon EC2 Dedicated Instances",
)
def isolated_workloads_have_hardware_of_their_own(launch: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A workload whose tags say that it needs isolation runs on dedicated hardware or a dedicated host."""
    reason = _needs_isolation(launch, graph)
    if reason is None:
        return
    runs_on = hardware(launch, graph)
    if runs_on.kind == "shared":
        name, tag = reason
        place = placement(launch, graph)
        yield launch.finding(
            f"{launch.address} runs on shared hardware, though its tag {name} = {tag.text} asks for isolation",
            at=(_own(launch, place.said) if place.said is not None else None) or tag,
            trace=[*runs_on.steps, Step(f"the tag {name} asks for isolation", tag.place)],
            subject="tenancy",
            fix=Set("Tenancy", "dedicated") if launch.type == INSTANCE else (),
            effect="runs on hardware that is paid for by the region and the instance",
        )


def _needs_isolation(launch: DecidedResource, graph: GraphView) -> tuple[str, Decided] | None:
    settings = graph.settings.get("isolation", {})
    wanted = settings.get("tags", ISOLATION_TAGS)
    frameworks = [framework.lower() for framework in settings.get("frameworks", ())]
    lowered = {name.lower(): [str(value).lower() for value in values] for name, values in wanted.items()}
    framework_tags = {name.lower() for name in settings.get("framework-tags", FRAMEWORK_TAGS)}
    for name, value in launch.tags():
        if value.unknown:
            continue
        said = value.text.lower()
        if said in lowered.get(name.lower(), ()):
            return name, value
        if name.lower() in framework_tags and any(framework in said for framework in frameworks):
            return name, value
    return None


@policy(
    "TEN106",
    "Dedicated host that nothing uses",
    types=HOST,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="A dedicated host is billed by the hour whether anything runs on it or not.",
    mend="Launch with tenancy host and this host's id, let it take untargeted launches, or release it.",
    docs="Amazon EC2 User Guide: Amazon EC2 Dedicated Hosts",
)
def host_is_used(host: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Some launch of the unit names the host, or asks for host tenancy while the host takes untargeted launches."""
    open_to_all = host["AutoPlacement"] != "off"
    for launch in graph.of_type(INSTANCE, TEMPLATE):
        place = placement(launch, graph)
        if any(reference.address == host.address for reference in place.host.references):
            return
        if open_to_all and place.said is not None and place.said == "host" and place.host.absent:
            return
    if next(graph.referring_to(host), None) is None:
        yield host.finding(f"{host.address} is paid for, but no launch here uses it")
