"""VPCs, subnets, routes, gateways, addresses and flow logs.

Sources: "AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::EIP" and
"AWS::EC2::FlowLog" (AWS CloudFormation User Guide), the pages of the same resources (Terraform AWS provider).

Properties that only this graph has: a route table's `Routes` (each as AWS::EC2::Route) and `Associations` (each as
AWS::EC2::SubnetRouteTableAssociation), a route's `Routes` with itself in it, `Default` on what came with the VPC, an
internet gateway's `VpcId`, and an address's `AssociationId` targets `NetworkInterfaceId` and `PrivateIpAddress`.
"""

from stanchion_aws.mapping.rules import (
    Rules,
    both,
    canonical,
    document,
    fold,
    item,
    many,
    one,
    present,
    resource,
    same,
    tags,
)

_TABLE, _ROUTE, _ASSOCIATION = "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation"
_GATEWAY, _ADDRESS = "AWS::EC2::InternetGateway", "AWS::EC2::EIP"
_TARGETS: Rules = {
    **same("carrier_gateway_id", "core_network_arn", "destination_prefix_list_id", "gateway_id", "instance_id"),
    **same("local_gateway_id", "nat_gateway_id", "network_interface_id", "transit_gateway_id", "vpc_endpoint_id"),
    **same("vpc_peering_connection_id"),
    "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
}
_ROUTES = many(
    "Routes", {**_TARGETS, "cidr_block": "DestinationCidrBlock", "ipv6_cidr_block": "DestinationIpv6CidrBlock"}
)
_VPC: Rules = {
    **same("cidr_block", "enable_dns_hostnames", "enable_dns_support", "instance_tenancy"),
    "ipv6_cidr_block": "Ipv6CidrBlock",
    "assign_generated_ipv6_cidr_block": "AmazonProvidedIpv6CidrBlock",
    "tags": tags(),
}
_SUBNET: Rules = {
    **same("map_public_ip_on_launch", "assign_ipv6_address_on_creation", "availability_zone", "cidr_block", "vpc_id"),
    "enable_resource_name_dns_a_record_on_launch": "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
    "private_dns_hostname_type_on_launch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
    "tags": tags(),
}


def _logged(kind: str) -> object:
    """What a flow log watches: its id, and of which kind it is."""
    return both("ResourceId", present("ResourceType", kind))


LINES = {
    "aws_vpc": resource("AWS::EC2::VPC", _VPC),
    "aws_default_vpc": resource("AWS::EC2::VPC", _VPC, constants={"Default": True}, alone=True),
    "aws_subnet": resource("AWS::EC2::Subnet", _SUBNET),
    "aws_default_subnet": resource("AWS::EC2::Subnet", _SUBNET, constants={"Default": True}, alone=True),
    "aws_route_table": resource(_TABLE, {"vpc_id": "VpcId", "route": _ROUTES, "tags": tags()}),
    "aws_default_route_table": resource(
        _TABLE,
        {"default_route_table_id": "RouteTableId", "route": _ROUTES, "tags": tags()},
        constants={"Default": True},
        alone=True,
    ),
    "aws_route": resource(
        _ROUTE,
        {**_TARGETS, **same("route_table_id", "destination_cidr_block", "destination_ipv6_cidr_block")},
    ),
    "aws_route_table_association": resource(_ASSOCIATION, same("route_table_id", "subnet_id", "gateway_id")),
    "aws_main_route_table_association": resource(
        "aws_main_route_table_association", same("route_table_id", "vpc_id"), alone=True
    ),
    "aws_internet_gateway": resource(_GATEWAY, {"vpc_id": "VpcId", "tags": tags()}),
    "aws_internet_gateway_attachment": resource(
        "AWS::EC2::VPCGatewayAttachment", same("internet_gateway_id", "vpc_id"), alone=True
    ),
    "aws_vpn_gateway_attachment": resource(
        "AWS::EC2::VPCGatewayAttachment", same("vpn_gateway_id", "vpc_id"), alone=True
    ),
    "aws_eip": resource(
        _ADDRESS,
        {
            "instance": "InstanceId",
            "network_interface": "NetworkInterfaceId",
            "associate_with_private_ip": "PrivateIpAddress",
            "domain": "Domain",
            "vpc": present("Domain", "vpc"),
            "tags": tags(),
        },
    ),
    "aws_eip_association": resource(
        "AWS::EC2::EIPAssociation",
        {**same("allocation_id", "instance_id", "network_interface_id", "private_ip_address"), "public_ip": "EIP"},
    ),
    "aws_vpc_endpoint": resource("AWS::EC2::VPCEndpoint", {"policy": document("PolicyDocument")}),
    "aws_flow_log": resource(
        "AWS::EC2::FlowLog",
        {
            **same("traffic_type", "log_destination", "log_destination_type", "log_format", "log_group_name"),
            **same("max_aggregation_interval"),
            "iam_role_arn": "DeliverLogsPermissionArn",
            "vpc_id": _logged("VPC"),  # type: ignore[dict-item]
            "subnet_id": _logged("Subnet"),  # type: ignore[dict-item]
            "eni_id": _logged("NetworkInterface"),  # type: ignore[dict-item]
            "transit_gateway_id": _logged("TransitGateway"),  # type: ignore[dict-item]
            "transit_gateway_attachment_id": _logged("TransitGatewayAttachment"),  # type: ignore[dict-item]
            "tags": tags(),
        },
    ),
    "aws_vpc_peering_connection": resource(
        "AWS::EC2::VPCPeeringConnection",
        {"accepter": one("Accepter", {}), "requester": one("Requester", {})},
    ),
    "aws_vpn_connection": resource(
        "AWS::EC2::VPNConnection",
        {
            f"tunnel{number}_preshared_key": item("VpnTunnelOptionsSpecifications", {"PreSharedKey": "$"})
            for number in (1, 2)
        },
    ),
    "aws_ec2_transit_gateway": resource(
        "AWS::EC2::TransitGateway",
        same("auto_accept_shared_attachments", "default_route_table_association", "default_route_table_propagation"),
    ),
    "AWS::EC2::VPC": canonical(
        {"InstanceTenancy": "default", "EnableDnsSupport": True, "EnableDnsHostnames": False},
        extensions=("Default", "Ipv6CidrBlock", "AmazonProvidedIpv6CidrBlock"),
    ),
    "AWS::EC2::Subnet": canonical(
        {"MapPublicIpOnLaunch": False, "AssignIpv6AddressOnCreation": False}, extensions=("Default",)
    ),
    _TABLE: canonical(extensions=("Routes", "Associations", "Default")),
    _ROUTE: canonical(fold=fold(_TABLE, "RouteTableId", item="Routes", keep=True), extensions=("Routes",)),
    _ASSOCIATION: canonical(
        fold=fold(_TABLE, "RouteTableId", item="Associations", keep=True), extensions=("Associations", "GatewayId")
    ),
    _GATEWAY: canonical(extensions=("VpcId",)),
    "AWS::EC2::VPCGatewayAttachment": canonical(
        fold=fold(_GATEWAY, "InternetGatewayId", take=("VpcId",), keep=True),
    ),
    _ADDRESS: canonical(extensions=("NetworkInterfaceId", "PrivateIpAddress")),
    "AWS::EC2::EIPAssociation": canonical(
        fold=fold(
            _ADDRESS,
            "AllocationId",
            "EIP",
            take=("InstanceId", "NetworkInterfaceId", "PrivateIpAddress"),
            keep=True,
        ),
    ),
    "AWS::EC2::FlowLog": canonical({"LogDestinationType": "cloud-watch-logs", "MaxAggregationInterval": 600}),
    "AWS::EC2::VPCPeeringConnection": canonical(extensions=("Accepter", "Requester")),
    "AWS::EC2::TransitGateway": canonical({"AutoAcceptSharedAttachments": "disable"}),
}
