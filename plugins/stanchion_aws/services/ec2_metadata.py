"""The instance metadata service: credentials of the instance's role for whoever can ask it.

Amazon EC2 User Guide, "Configure the Instance Metadata Service options": version 2 asks for a token that a request
forged through a web application cannot get. What an instance does not say comes from its image or from the account.
"""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

INSTANCE, TEMPLATE = "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"
CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
DOCS = "Amazon EC2 User Guide: Configure the Instance Metadata Service options"


@policy(
    "SYS821",
    "Instance metadata is given without a token",
    types=(INSTANCE, TEMPLATE, CONFIGURATION),
    severity=Severity.MEDIUM,
    profile=Profile.STRICT,
    why="A request that an application can be made to send is enough to steal the credentials of the instance's role.",
    mend='metadata_options { http_tokens = "required" }; CloudFormation: MetadataOptions: {HttpTokens: required}',
    docs=DOCS,
)
def metadata_without_a_token(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The service is on and tokens are optional; an instance that has a launch template may have it from there."""
    if resource.type == INSTANCE and _from_elsewhere(resource):
        return
    options = _options(resource)
    if options.unknown:
        return
    endpoint, tokens = options["HttpEndpoint"], options["HttpTokens"]
    if endpoint.unknown or tokens.unknown or endpoint.text.strip().lower() == "disabled":
        return
    if tokens.text.strip().lower() != "required":
        yield resource.finding(f"{resource.address} gives instance metadata without a token", at=tokens)


@policy(
    "SYS822",
    "Instance metadata travels further than the instance",
    types=(TEMPLATE, CONFIGURATION),
    severity=Severity.LOW,
    profile=Profile.AUDIT,
    why="With more than one hop a container, or a proxy that is set up wrongly, can pass the credentials on.",
    mend="metadata_options { http_put_response_hop_limit = 1 }",
    docs=DOCS,
)
def metadata_over_several_hops(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A hop limit above one."""
    limit = _options(resource)["HttpPutResponseHopLimit"]
    if not limit.unknown and limit.number is not None and limit.number > 1:
        yield resource.finding(f"{resource.address} lets instance metadata travel {limit.text} hops", at=limit)


def _options(resource: DecidedResource) -> Decided:
    if resource.type == TEMPLATE:
        return resource.get("LaunchTemplateData", "MetadataOptions")
    return resource["MetadataOptions"]


def _from_elsewhere(resource: DecidedResource) -> bool:
    template = resource["LaunchTemplate"]
    return template.unknown or template.present or resource.framework == "cloudformation"
