"""Virtualisation and instance generations: what runs without the Nitro hypervisor's isolation."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.change import Set
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.hardware import CONFIGURATION, GROUP, INSTANCE, PREVIOUS_GENERATION, TEMPLATE, family

CAPACITY_RESERVATION = "AWS::EC2::CapacityReservation"


@policy(
    "TEN107",
    "Paravirtual machine image",
    types=(INSTANCE, TEMPLATE, CONFIGURATION, "aws_ami", "data.aws_ami"),
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="Paravirtual guests run on the oldest Xen hosts only, without hardware isolation and without security fixes.",
    mend="Use an HVM image and leave kernel and RAM disk ids out.",
    docs="Amazon EC2 User Guide: Virtualization types",
)
def image_is_hvm(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No kernel or RAM disk of one's own (paravirtual only), and no image that is or is looked up as paravirtual."""
    if resource.type in ("aws_ami", "data.aws_ami"):
        yield from _paravirtual_image(resource)
        return
    data = resource["LaunchTemplateData"] if resource.type == TEMPLATE else None
    for name in ("KernelId", "RamdiskId", "RamDiskId"):
        value = data[name] if data is not None else resource[name]
        if value.present:
            what = "kernel" if name == "KernelId" else "RAM disk"
            message = f"{resource.address} names a {what}, which only paravirtual images have"
            yield resource.finding(message, at=value)


def _paravirtual_image(image: DecidedResource) -> Iterable[Fault]:
    kind = image.source_property("virtualization_type")
    if kind.absent:
        kind = image["virtualization_type"]
    if kind.present and kind == "paravirtual":
        yield image.finding(f"{image.address} is registered as paravirtual", at=kind)
    elif image.type == "aws_ami" and kind.absent:
        yield image.finding(f"{image.address} is registered as paravirtual: that is the provider's default", at=kind)
    for choice in image["filter"]:
        if choice["name"] == "virtualization-type":
            for value in choice["values"]:
                if value == "paravirtual":
                    yield image.finding(f"{image.address} looks for paravirtual images", at=value)


@policy(
    "TEN108",
    "Instance type of a previous generation",
    types=(INSTANCE, TEMPLATE, CONFIGURATION, GROUP, CAPACITY_RESERVATION),
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Previous generations run on Xen, without the Nitro system's isolation, and cost more for less.",
    mend="Choose the current generation of the family: m4 -> m7i, c4 -> c7i, r4 -> r7i, t1 -> t3.",
    docs="Amazon EC2 Instance Types: Previous generation instances",
)
def type_is_of_a_current_generation(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No instance type that AWS lists as previous generation."""
    types = [resource["InstanceType"]]
    if resource.type == TEMPLATE:
        types = [resource.get("LaunchTemplateData", "InstanceType")]
    elif resource.type == GROUP:
        overrides = resource.get("MixedInstancesPolicy", "LaunchTemplate", "Overrides")
        types += [override["InstanceType"] for override in overrides]
    for type_ in types:
        if not type_.unknown and type_.present and family(type_.text) in PREVIOUS_GENERATION:
            message = f"{resource.address} uses {type_.text}, a previous generation without the Nitro hypervisor"
            yield resource.finding(message, at=type_)


@policy(
    "TEN109",
    "Capacity reservation of another tenancy than the instances it is for",
    types=CAPACITY_RESERVATION,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="A reservation is used only by instances of its own tenancy. A mismatch is paid for and never used.",
    mend="Give the reservation the tenancy of the instances that target it.",
    docs="Amazon EC2 User Guide: Concepts for Amazon EC2 Capacity Reservations",
)
def reservation_matches_its_instances(reservation: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Every instance that targets the reservation has its tenancy."""
    reserved = reservation["Tenancy"]
    for instance in graph.referring_to(reservation, INSTANCE):
        own = instance["Tenancy"]
        if reserved.unknown or own.unknown:
            continue
        wanted, has = reserved.text or "default", own.text or "default"
        if wanted != has:
            yield reservation.finding(
                f"{reservation.address} reserves tenancy {wanted}, but {instance.address} runs with tenancy {has}",
                at=reserved,
                others=[instance],
                subject=f"tenancy of {instance.address}",
                fix=Set("Tenancy", has) if has in ("default", "dedicated") else (),
            )
