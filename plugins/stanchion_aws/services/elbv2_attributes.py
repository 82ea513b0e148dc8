"""Load balancers: what their attributes switch on, and listeners that send people to HTTPS.

Elastic Load Balancing API Reference, "LoadBalancerAttribute", says what each is when nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stanchion.policy.policy import Policy, Profile, Severity, policy
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

BALANCER, LISTENER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"
DOCS = "Elastic Load Balancing User Guide: Load balancer attributes"


class Switch(NamedTuple):
    """An attribute that should have one of some values; `kinds` are the load balancers that know it, "" for all."""

    id: str
    title: str
    key: str
    right: tuple[str, ...]
    default: str
    says: str
    severity: Severity
    why: str
    mend: str
    kinds: tuple[str, ...] = ()


SWITCHES = (
    Switch(
        "LOG461", "Load balancer logs no requests", "access_logs.s3.enabled", ("true",), "false", "logs no requests",
        Severity.LOW, "An attack on what stands behind it leaves no trace.",
        "access_logs { bucket = ..., enabled = true }; CloudFormation: access_logs.s3.enabled",
        ("application", "network"),
    ),
    Switch(
        "BAK461", "Load balancer can be deleted by one call", "deletion_protection.enabled", ("true",), "false",
        "can be deleted by one call", Severity.LOW,
        "A wrong plan or a stolen key takes down all behind it. Protection makes that two deliberate steps.",
        "enable_deletion_protection = true; CloudFormation: deletion_protection.enabled",
    ),
    Switch(
        "DDS461", "Load balancer passes invalid headers on", "routing.http.drop_invalid_header_fields.enabled",
        ("true",),
        "false", "passes invalid HTTP headers on", Severity.LOW,
        "Headers that one side reads and the other does not smuggle requests past what checks them.",
        "drop_invalid_header_fields = true; CloudFormation: routing.http.drop_invalid_header_fields.enabled",
        ("application",),
    ),
    Switch(
        "DDS462", "Load balancer guards against no desynchronised requests", "routing.http.desync_mitigation_mode",
        ("defensive", "strictest"), "defensive", "only watches requests that desynchronise it from its targets",
        Severity.MEDIUM, "One request can be made to look like two, and the second passes unchecked.",
        'desync_mitigation_mode = "defensive"; CloudFormation: routing.http.desync_mitigation_mode', ("application",),
    ),
)  # fmt: skip


def policy_of(switch: Switch) -> Policy:
    """The policy that asks for one attribute."""

    @policy(
        switch.id,
        switch.title,
        types=(BALANCER,),
        severity=switch.severity,
        profile=Profile.STRICT,
        why=switch.why,
        mend=switch.mend,
        docs=DOCS,
    )
    def check(balancer: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        kind = balancer["Type"]
        if kind.unknown or (switch.kinds and kind.text.strip().lower() not in switch.kinds):
            return
        value, known = attribute(balancer["LoadBalancerAttributes"], switch.key)
        if not known or (value is not None and value.unknown):
            return
        written = switch.default if value is None else value.text.strip().lower()
        if written not in switch.right:
            yield balancer.finding(f"{balancer.address} {switch.says}", at=value, subject=switch.key)

    return check


def attribute(attributes: Decided, key: str) -> tuple[Decided | None, bool]:
    """The value of an attribute, None where it is not written; and whether that is known."""
    if attributes.unknown:
        return None, False
    for item in attributes:
        name = item["Key"]
        if name.unknown:
            return None, False
        if name.text == key and (item["Value"].unknown or item["Value"].present):
            return item["Value"], True
    return None, True


LOGS, PROTECTION, HEADERS, DESYNC = map(policy_of, SWITCHES)


@policy(
    "TLS463",
    "Listener serves HTTP and does not send people to HTTPS",
    types=(LISTENER,),
    severity=Severity.MEDIUM,
    why="Whoever is on the way reads and changes what is sent, sessions included.",
    mend="Let it redirect to HTTPS (default_action of type redirect), and serve on a listener with a certificate.",
    docs="Elastic Load Balancing User Guide: Create an HTTPS listener for your Application Load Balancer",
)
def plain_http(listener: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Protocol HTTP whose default action is no redirect to HTTPS; not of a load balancer that is internal."""
    protocol, actions = listener["Protocol"], listener["DefaultActions"]
    if protocol.unknown or protocol.text.strip().upper() != "HTTP" or actions.unknown:
        return
    for action in actions:
        target = action.get("RedirectConfig", "Protocol")
        if action.unknown or target.unknown or target.text.strip().upper() == "HTTPS":
            return
    for balancer in graph.named_by(listener["LoadBalancerArn"]):
        scheme = balancer["Scheme"]
        if balancer.type == BALANCER and not scheme.unknown and scheme.text.strip().lower() == "internal":
            return
    yield listener.finding(f"{listener.address} serves HTTP and does not send people to HTTPS", at=protocol)
