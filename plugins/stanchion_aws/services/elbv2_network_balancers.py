"""Network Load Balancers: what they let in from the internet that no security group stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.policy.policy import Severity, policy
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.ports import TCP, UDP, Ports
from stanchion_aws.analysis.reach.balancers import keeps_client_addresses
from stanchion_aws.analysis.reach.routes import given

BALANCER, LISTENER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
_CARRIED = {"tcp": (TCP,), "tls": (TCP,), "udp": (UDP,), "tcp_udp": (TCP, UDP)}


@policy(
    "NET170",
    "A network load balancer opens a management or data port to the internet",
    types=(LISTENER,),
    severity=Severity.HIGH,
    why="Without security groups it passes on what anyone on the internet sends, and its targets see its own address: "
    "their groups cannot tell the internet from a neighbour.",
    mend="Make it internal, give it security groups, or keep the client's address (preserve_client_ip) so that the "
    "targets' groups decide",
    docs="Elastic Load Balancing User Guide: Security groups for your Network Load Balancer",
)
def opens_a_port(listener: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An internet-facing one without groups of its own, before targets that see no client's address."""
    services = list(_services(listener))
    if not services:
        return
    for balancer in graph.named_by(listener["LoadBalancerArn"]):
        if balancer.type != BALANCER or not _lets_everybody_in(balancer):
            continue
        for targets in _targets(listener, graph):
            keeps = keeps_client_addresses(targets, listener)
            if keeps is not False:
                continue
            name, ports = services[0]
            yield listener.finding(
                f"{ports} ({name}) is open to the internet through {balancer.address}, which has no security groups",
                at=listener["Port"],
                trace=(
                    Step(f"{balancer.address} is internet-facing", balancer.header),
                    Step(f"the targets of {targets.address} see its address and not the client's", targets.header),
                ),
                others=(balancer, targets),
            )
            break


def _services(listener: DecidedResource) -> Iterator[tuple[str, Ports]]:
    from stanchion_aws.services.ec2_exposed_services import SERVICES, ports_in

    port, protocol = listener["Port"], listener["Protocol"]
    if port.unknown or protocol.unknown or port.number is None:
        return
    for carried in _CARRIED.get(protocol.text.strip().lower(), ()):
        one = Ports(carried, int(port.number), int(port.number))
        for service in SERVICES:
            if service.severity >= Severity.HIGH and any(one.includes(ports) for ports in ports_in(service.ports)):
                yield service.name, one


def _lets_everybody_in(balancer: DecidedResource) -> bool:
    kind, scheme = balancer["Type"], balancer["Scheme"]
    if kind.unknown or scheme.unknown or given(balancer["SecurityGroups"]):
        return False
    return kind.text.strip().lower() == "network" and scheme.text.strip().lower() != "internal"


def _targets(listener: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    actions = listener["DefaultActions"]
    for action in () if actions.unknown else actions:
        named = [action["TargetGroupArn"]]
        forward = action.get("ForwardConfig", "TargetGroups")
        named += [each["TargetGroupArn"] for each in (() if forward.unknown else forward)]
        for value in named:
            yield from (found for found in graph.named_by(value) if found.type == TARGETS)
