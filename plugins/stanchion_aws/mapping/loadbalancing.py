"""Load balancers of all generations.

Sources: "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener",
"AWS::ElasticLoadBalancingV2::TargetGroup" and "AWS::ElasticLoadBalancing::LoadBalancer" (AWS CloudFormation User
Guide), the pages of the same resources (Terraform AWS provider), "Load balancer attributes" (Elastic Load Balancing
API Reference).

Attributes that CloudFormation has as a list of Key and Value are such a list for Terraform too.
"""

from stanchion_aws.mapping.rules import Rule, alias, canonical, enum, item, many, one, resource, same, tags, wrap

_BALANCER, _LISTENER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"
_GROUP, _CLASSIC = "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::ElasticLoadBalancing::LoadBalancer"
_SCHEME = enum("Scheme", {"true": "internal", "false": "internet-facing"})


def _attribute(key: str, path: str = "LoadBalancerAttributes") -> Rule:
    return item(path, {"Key": key, "Value": "$"})


def _logs(kind: str) -> Rule:
    """Where logs of one kind go, as attributes."""
    return one("", {name: _attribute(f"{kind}.s3.{name}") for name in ("enabled", "bucket", "prefix")})


_HTTP = "routing.http"

LINES = {
    "aws_lb": resource(
        _BALANCER,
        {
            "name": "Name",
            "internal": _SCHEME,
            "load_balancer_type": "Type",
            "ip_address_type": "IpAddressType",
            "security_groups": "SecurityGroups",
            "subnets": "Subnets",
            "access_logs": _logs("access_logs"),
            "connection_logs": _logs("connection_logs"),
            "client_keep_alive": _attribute("client_keep_alive.seconds"),
            "desync_mitigation_mode": _attribute(f"{_HTTP}.desync_mitigation_mode"),
            "drop_invalid_header_fields": _attribute(f"{_HTTP}.drop_invalid_header_fields.enabled"),
            "enable_cross_zone_load_balancing": _attribute("load_balancing.cross_zone.enabled"),
            "enable_deletion_protection": _attribute("deletion_protection.enabled"),
            "enable_http2": _attribute(f"{_HTTP}2.enabled"),
            "enable_waf_fail_open": _attribute("waf.fail_open.enabled"),
            "enable_xff_client_port": _attribute(f"{_HTTP}.xff_client_port.enabled"),
            "idle_timeout": _attribute("idle_timeout.timeout_seconds"),
            "preserve_host_header": _attribute(f"{_HTTP}.preserve_host_header.enabled"),
            "xff_header_processing_mode": _attribute(f"{_HTTP}.xff_header_processing.mode"),
            "tags": tags(),
        },
    ),
    "aws_lb_listener": resource(
        _LISTENER,
        {
            **same("load_balancer_arn", "port", "protocol", "ssl_policy"),
            "certificate_arn": item("Certificates", {"CertificateArn": "$"}),
            "alpn_policy": wrap("AlpnPolicy"),
        },
    ),
    "aws_lb_target_group": resource(
        _GROUP,
        {
            **same("name", "port", "protocol", "protocol_version", "target_type", "vpc_id"),
            "health_check": one(
                "",
                {
                    "enabled": "HealthCheckEnabled",
                    "interval": "HealthCheckIntervalSeconds",
                    "path": "HealthCheckPath",
                    "port": "HealthCheckPort",
                    "protocol": "HealthCheckProtocol",
                    "timeout": "HealthCheckTimeoutSeconds",
                    "healthy_threshold": "HealthyThresholdCount",
                    "unhealthy_threshold": "UnhealthyThresholdCount",
                    "matcher": "Matcher.HttpCode",
                },
            ),
            "deregistration_delay": _attribute("deregistration_delay.timeout_seconds", "TargetGroupAttributes"),
            "preserve_client_ip": _attribute("preserve_client_ip.enabled", "TargetGroupAttributes"),
            "tags": tags(),
        },
    ),
    "aws_lb_listener_certificate": resource(
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        {"listener_arn": "ListenerArn", "certificate_arn": item("Certificates", {"CertificateArn": "$"})},
    ),
    "aws_alb": alias("aws_lb"),
    "aws_alb_listener": alias("aws_lb_listener"),
    "aws_alb_listener_rule": alias("aws_lb_listener_rule"),
    "aws_alb_listener_certificate": alias("aws_lb_listener_certificate"),
    "aws_alb_target_group": alias("aws_lb_target_group"),
    "aws_alb_target_group_attachment": alias("aws_lb_target_group_attachment"),
    "aws_lb_target_group_attachment": resource(
        "aws_lb_target_group_attachment",
        {
            "target_group_arn": "TargetGroupArn",
            "target_id": "Id",
            "port": "Port",
            "availability_zone": "AvailabilityZone",
        },
        fold={"into": [_GROUP], "by": ["target_group_arn"], "item": "Targets"},
        alone=True,
    ),
    "aws_elb": resource(
        _CLASSIC,
        {
            "name": "LoadBalancerName",
            "internal": _SCHEME,
            "listener": many(
                "Listeners",
                {
                    **same("instance_port", "instance_protocol"),
                    "lb_port": "LoadBalancerPort",
                    "lb_protocol": "Protocol",
                    "ssl_certificate_id": "SSLCertificateId",
                },
            ),
            "access_logs": one(
                "AccessLoggingPolicy",
                {
                    "bucket": "S3BucketName",
                    "bucket_prefix": "S3BucketPrefix",
                    "enabled": "Enabled",
                    "interval": "EmitInterval",
                },
            ),
            "connection_draining": "ConnectionDrainingPolicy.Enabled",
            "connection_draining_timeout": "ConnectionDrainingPolicy.Timeout",
            "cross_zone_load_balancing": "CrossZone",
            "idle_timeout": "ConnectionSettings.IdleTimeout",
            "security_groups": "SecurityGroups",
            "subnets": "Subnets",
            "tags": tags(),
        },
    ),
    "aws_load_balancer_policy": resource(
        "aws_load_balancer_policy",
        {
            "load_balancer_name": "LoadBalancerName",
            "policy_name": "PolicyName",
            "policy_type_name": "PolicyType",
            "policy_attribute": many("Attributes", same("name", "value")),
        },
        fold={"into": [_CLASSIC], "by": ["load_balancer_name"], "item": "Policies", "keep": True},
        alone=True,
    ),
    _BALANCER: canonical({"Scheme": "internet-facing", "Type": "application"}, name="Name"),
    _GROUP: canonical(name="Name"),
    _CLASSIC: canonical(
        {"Scheme": "internet-facing"},
        terraform={"AccessLoggingPolicy": {"Enabled": False}, "CrossZone": True},
        cloudformation={"CrossZone": False},
        name="LoadBalancerName",
    ),
}
