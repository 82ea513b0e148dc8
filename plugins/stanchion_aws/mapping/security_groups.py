"""Security groups and their rules.

Sources: "AWS::EC2::SecurityGroup" (AWS CloudFormation User Guide), "Resource: aws_security_group" and
"Resource: aws_security_group_rule" (Terraform AWS provider), "Security group rules" (Amazon VPC User Guide).

A rule of Terraform with two CIDRs is two rules of CloudFormation. A rule that stands alone has, beside its own
properties, the list property that it would have in its group with itself in it, so that a policy reads groups and
lone rules alike.
"""

from stanchion_aws.mapping.rules import canonical, enum, fold, resource, same, spread, tags, variants

_GROUP = "AWS::EC2::SecurityGroup"
_PROTOCOL = enum("IpProtocol", {"all": "-1"})
_COMMON = {**same("from_port", "to_port", "description"), "protocol": _PROTOCOL}
_CIDRS = {"cidr_blocks": "CidrIp", "ipv6_cidr_blocks": "CidrIpv6"}

_INGRESS = spread(
    "SecurityGroupIngress",
    each={**_CIDRS, "prefix_list_ids": "SourcePrefixListId", "security_groups": "SourceSecurityGroupId"},
    common=_COMMON,
    itself={"self": "SourceSecurityGroupId"},
)
_EGRESS = spread(
    "SecurityGroupEgress",
    each={**_CIDRS, "prefix_list_ids": "DestinationPrefixListId", "security_groups": "DestinationSecurityGroupId"},
    common=_COMMON,
    itself={"self": "DestinationSecurityGroupId"},
)
_INLINE = {"ingress": _INGRESS, "egress": _EGRESS, "tags": tags()}


def _rule(direction: str, peer: str) -> dict[str, object]:
    """`aws_security_group_rule` in one of its two directions."""
    listed = f"SecurityGroup{direction}"
    return resource(
        f"AWS::EC2::SecurityGroup{direction}",
        {
            "*": spread(
                listed,
                each={
                    **_CIDRS,
                    "prefix_list_ids": f"{peer}PrefixListId",
                    "source_security_group_id": f"{peer}SecurityGroupId",
                },
                common=_COMMON,
                itself={"self": f"{peer}SecurityGroupId"},
                self_by="security_group_id",
                ignored=("type",),
            ),
            "security_group_id": "GroupId",
        },
        fold=fold(_GROUP, "security_group_id", take=(listed,)),
        alone=True,
    )


def _single_rule(direction: str, peer: str) -> dict[str, object]:
    """`aws_vpc_security_group_ingress_rule` and its egress twin."""
    return resource(
        f"AWS::EC2::SecurityGroup{direction}",
        {
            "security_group_id": "GroupId",
            "cidr_ipv4": "CidrIp",
            "cidr_ipv6": "CidrIpv6",
            "prefix_list_id": f"{peer}PrefixListId",
            "referenced_security_group_id": f"{peer}SecurityGroupId",
            "ip_protocol": _PROTOCOL,
            **same("from_port", "to_port", "description"),
        },
        fold=fold(_GROUP, "security_group_id", item=f"SecurityGroup{direction}"),
        alone=True,
    )


_RULE_IN, _RULE_OUT = _rule("Ingress", "Source"), _rule("Egress", "Destination")

LINES = {
    "aws_security_group": resource(
        _GROUP, {**_INLINE, "name": "GroupName", "description": "GroupDescription", "vpc_id": "VpcId"}
    ),
    "aws_default_security_group": resource(
        _GROUP, {**_INLINE, "vpc_id": "VpcId"}, constants={"GroupName": "default"}, alone=True
    ),
    "aws_security_group_rule": variants(
        "type", _RULE_IN, ingress="aws_security_group_rule/ingress", egress="aws_security_group_rule/egress"
    ),
    "aws_security_group_rule/ingress": _RULE_IN,
    "aws_security_group_rule/egress": _RULE_OUT,
    "aws_vpc_security_group_ingress_rule": _single_rule("Ingress", "Source"),
    "aws_vpc_security_group_egress_rule": _single_rule("Egress", "Destination"),
    _GROUP: canonical(
        # Terraform takes away the rule that AWS adds to a new group.
        cloudformation={"SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]},
        terraform={"GroupDescription": "Managed by Terraform"},
        name=("GroupName", "Id", "GroupId"),
    ),
    "AWS::EC2::SecurityGroupIngress": canonical(
        fold=fold(_GROUP, "GroupId", "GroupName", item="SecurityGroupIngress"), extensions=("SecurityGroupIngress",)
    ),
    "AWS::EC2::SecurityGroupEgress": canonical(
        fold=fold(_GROUP, "GroupId", item="SecurityGroupEgress"), extensions=("SecurityGroupEgress",)
    ),
}
