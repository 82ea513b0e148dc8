"""Which internet-facing load balancers lead to an instance, a service or the instances of a group.

Elastic Load Balancing User Guide, "Target groups for your Network Load Balancers": targets get what the listeners take
from the internet, also in subnets that have no route to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.worlds.view import DecidedResource
from stanchion_aws.analysis.reach.routes import given, names

_GROUP, _CLASSIC = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancing::LoadBalancer"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_LISTENERS = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")


def leading_to(target: DecidedResource) -> str:
    """Why the internet may get to a target through a load balancer, with the load balancer's address, or ""."""
    return target.graph.once(("reach.leading", target.address), lambda: next(_leading_to(target), ""))


def _leading_to(target: DecidedResource) -> Iterator[str]:
    graph = target.graph
    for name in ("TargetGroupARNs", "LoadBalancerNames", "LoadBalancers"):
        value = target[name]
        if not given(value):
            continue
        named = [found for found in _every(target, name) if found.type in (_GROUP, _CLASSIC)]
        if not named:
            yield f"which load balancers lead to {target.address} is not in this code"
        for found in named:
            yield from _public(found, target)
    for found in graph.referring_to(target):
        if found.type == _GROUP or (
            found.type == _CLASSIC and any(names(v, target.address) for v in found["Instances"])
        ):
            yield from _public(found, target)
        elif found.type.endswith("_attachment") and not found.resource.folded_into:
            yield f"{found.address} puts {target.address} behind a load balancer that is not in this code"


def _every(target: DecidedResource, name: str) -> Iterator[DecidedResource]:
    """What a property of a target refers to, whatever is inside."""
    graph = target.graph
    for edge in graph.undecided.outgoing.get(target.address, ()):
        if edge.property.partition(".")[0].partition("[")[0] == name:
            found = graph.at(edge.target)
            if found is not None:
                yield found


def _public(found: DecidedResource, target: DecidedResource) -> Iterator[str]:
    graph = found.graph
    balancers = [found] if found.type == _CLASSIC else []
    if found.type == _GROUP:
        listeners = list(graph.referring_to(found, *_LISTENERS))
        for listener in listeners:
            through = [listener]
            if listener.type == _LISTENERS[1]:
                through = [each for each in graph.named_by(listener["ListenerArn"]) if each.type == _LISTENERS[0]]
            named = [each for one in through for each in graph.named_by(one["LoadBalancerArn"])]
            if not named:
                yield f"the load balancer of {listener.address} is not in this code"
            balancers.extend(named)
        if not listeners:
            yield f"which load balancer {found.address} belongs to is not in this code"
    for balancer in balancers:
        scheme = balancer["Scheme"]
        if balancer.type not in (_BALANCER, _CLASSIC) or scheme.unknown or scheme.text.strip().lower() != "internal":
            yield f"{balancer.address} leads from the internet to {target.address}"


def keeps_client_addresses(targets: DecidedResource, listener: DecidedResource) -> bool | None:
    """Whether the targets of a Network Load Balancer see the client's address; None where that is not known.

    Elastic Load Balancing User Guide, "Client IP preservation": on for instances, and for UDP always; off for addresses
    with TCP and TLS; `preserve_client_ip.enabled` says otherwise.
    """
    protocol = targets["Protocol"]
    if protocol.unknown:
        return None
    if protocol.text.strip().lower() in ("udp", "tcp_udp"):
        return True
    attributes = targets["TargetGroupAttributes"]
    if attributes.unknown:
        return None
    for attribute in attributes:
        key, value = attribute["Key"], attribute["Value"]
        if key.unknown:
            return None
        if key.text == "preserve_client_ip.enabled" and (value.unknown or value.present):
            return None if value.unknown else value.text.strip().lower() == "true"
    kind = targets["TargetType"]
    return None if kind.unknown else kind.text.strip().lower() in ("instance", "")
