"""Network ACLs, prefix lists, and the security groups of EMR clusters.

Sources: "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry", "AWS::EC2::SubnetNetworkAclAssociation",
"AWS::EC2::PrefixList" and "AWS::EMR::Cluster" (AWS CloudFormation User Guide), the pages of the same resources
(Terraform AWS provider), "Default network ACL" (Amazon VPC User Guide).

Properties that only this graph has: a network ACL's `Entries`, in the form of AWS::EC2::NetworkAclEntry, which an
entry that stands alone has too, with itself in it; its `SubnetIds`; and `Default` on the ACL that came with the VPC.
"""

from stanchion_aws.mapping.rules import Rules, both, canonical, enum, fold, many, one, present, resource, same, tags

_ACL, _ENTRY, _LIST = "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry", "AWS::EC2::PrefixList"
_TRAFFIC: Rules = {
    **same("cidr_block", "ipv6_cidr_block"),
    "protocol": enum("Protocol", {"all": "-1"}),
    "from_port": "PortRange.From",
    "to_port": "PortRange.To",
    "icmp_type": "Icmp.Type",
    "icmp_code": "Icmp.Code",
}


def _inline(egress: bool) -> Rules:
    """The blocks of one direction; that each has a number says that it is there."""
    return {**_TRAFFIC, "action": "RuleAction", "rule_no": both("RuleNumber", present("Egress", egress))}


_BLOCKS: Rules = {
    "ingress": many("Entries", _inline(False)),
    "egress": many("Entries", _inline(True)),
    "subnet_ids": "SubnetIds",
    "tags": tags(),
}

LINES = {
    "aws_network_acl": resource(_ACL, {**_BLOCKS, "vpc_id": "VpcId"}, alone=True),
    "aws_default_network_acl": resource(
        _ACL, {**_BLOCKS, "default_network_acl_id": "Id"}, constants={"Default": True}, alone=True
    ),
    "aws_network_acl_rule": resource(
        _ENTRY,
        {**_TRAFFIC, **same("network_acl_id", "rule_number", "rule_action", "egress")},
        fold=fold(_ACL, "network_acl_id", item="Entries"),
        alone=True,
    ),
    "aws_network_acl_association": resource(
        "AWS::EC2::SubnetNetworkAclAssociation", same("network_acl_id", "subnet_id"), alone=True
    ),
    "aws_ec2_managed_prefix_list_entry": resource(
        "aws_ec2_managed_prefix_list_entry",
        same("cidr", "description", "prefix_list_id"),
        fold=fold(_LIST, "prefix_list_id", item="Entries"),
        alone=True,
    ),
    "aws_emr_cluster": resource(
        "AWS::EMR::Cluster",
        {
            "ec2_attributes": one(
                "Instances",
                {
                    **same("emr_managed_master_security_group", "emr_managed_slave_security_group"),
                    **same("service_access_security_group"),
                    "additional_master_security_groups": "AdditionalMasterSecurityGroups",
                    "additional_slave_security_groups": "AdditionalSlaveSecurityGroups",
                    "subnet_id": "Ec2SubnetId",
                    "subnet_ids": "Ec2SubnetIds",
                    "key_name": "Ec2KeyName",
                },
            )
        },
    ),
    _ACL: canonical(name="Id", extensions=("Entries", "SubnetIds", "Default")),
    _ENTRY: canonical({"Egress": False}, fold=fold(_ACL, "NetworkAclId", item="Entries"), extensions=("Entries",)),
}
