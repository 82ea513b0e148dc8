"""Load balancer listeners: encrypted, by protocols that are not broken."""

from stanchion.api import MEDIUM, none_of, one_of, resource

# fmt: off
LISTENERS = resource(
    "AWS::ElasticLoadBalancingV2::Listener", name="listener", guide="Elastic Load Balancing User Guide"
)
#: Policies that still take TLS 1.0 or 1.1.
OLD_POLICIES = none_of(
    "ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-FS-2018-06",
    "ELBSecurityPolicy-TLS-1-0-2015-04", "ELBSecurityPolicy-TLS-1-1-2017-01", "ELBSecurityPolicy-FS-1-1-2019-08",
    "ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-1-2021-06",
)

LISTENERS.must(
    "TLS461", "SslPolicy", OLD_POLICIES, MEDIUM, "takes TLS 1.0 or 1.1",
    "Those versions have known attacks, and payment standards forbid them.",
    page="Security policies for your Application Load Balancer", when={"Protocol": one_of("HTTPS", "TLS")},
)
# fmt: on
