"""EC2 compute: instances, launch templates and configurations, volumes, images, hosts, placement.

Sources: "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::AutoScaling::LaunchConfiguration",
"AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Host" and "AWS::EC2::CapacityReservation" (AWS CloudFormation User
Guide), the pages of the same resources (Terraform AWS provider), "Configure the instance metadata options" (Amazon
EC2 User Guide) and "Amazon EBS encryption" (Amazon EBS User Guide).

`UserData` holds what is written: base64 or plain text. Properties that only this graph has: an instance's
`AssociatePublicIpAddress` (of its first interface; CloudFormation has it inside NetworkInterfaces only) and its
`PlacementPartitionNumber`.
"""

from stanchion_aws.mapping.rules import (
    Rules,
    canonical,
    fold,
    many,
    one,
    resource,
    same,
    tags,
)

_EBS = {
    **same("volume_size", "volume_type", "iops", "throughput", "encrypted", "kms_key_id", "snapshot_id"),
    **same("delete_on_termination"),
}
_EBS_BLOCK: Rules = {"device_name": "DeviceName", **{name: f"Ebs.{path}" for name, path in _EBS.items()}}
_DEVICES: Rules = {
    "root_block_device": many("BlockDeviceMappings", _EBS_BLOCK),
    "ebs_block_device": many("BlockDeviceMappings", _EBS_BLOCK),
    "ephemeral_block_device": many("BlockDeviceMappings", same("device_name", "virtual_name", "no_device")),
}
_METADATA = {
    "http_endpoint": "HttpEndpoint",
    "http_tokens": "HttpTokens",
    "http_put_response_hop_limit": "HttpPutResponseHopLimit",
    "http_protocol_ipv6": "HttpProtocolIpv6",
    "instance_metadata_tags": "InstanceMetadataTags",
}
_INTERFACE = {
    "associate_public_ip_address": "AssociatePublicIpAddress",
    "associate_carrier_ip_address": "AssociateCarrierIpAddress",
    "delete_on_termination": "DeleteOnTermination",
    "description": "Description",
    "device_index": "DeviceIndex",
    "interface_type": "InterfaceType",
    "network_card_index": "NetworkCardIndex",
    "network_interface_id": "NetworkInterfaceId",
    "private_ip_address": "PrivateIpAddress",
    "subnet_id": "SubnetId",
    "ipv6_address_count": "Ipv6AddressCount",
}
_PLACEMENT = {
    "affinity": "Affinity",
    "availability_zone": "AvailabilityZone",
    "group_name": "GroupName",
    "group_id": "GroupId",
    "host_id": "HostId",
    "host_resource_group_arn": "HostResourceGroupArn",
    "partition_number": "PartitionNumber",
    "spread_domain": "SpreadDomain",
    "tenancy": "Tenancy",
}
_INSTANCE: Rules = {
    **_DEVICES,
    **same("availability_zone", "ebs_optimized", "hibernation", "host_id", "host_resource_group_arn", "instance_type"),
    **same("key_name", "monitoring", "source_dest_check", "subnet_id", "tenancy", "user_data", "ipv6_address_count"),
    "ami": "ImageId",
    "associate_public_ip_address": "AssociatePublicIpAddress",
    "user_data_base64": "UserData",
    "disable_api_termination": "DisableApiTermination",
    "iam_instance_profile": "IamInstanceProfile",
    "instance_initiated_shutdown_behavior": "InstanceInitiatedShutdownBehavior",
    "hibernation": "HibernationOptions.Configured",
    "placement_group": "PlacementGroupName",
    "placement_partition_number": "PlacementPartitionNumber",
    "private_ip": "PrivateIpAddress",
    "security_groups": "SecurityGroups",
    "vpc_security_group_ids": "SecurityGroupIds",
    "cpu_core_count": "CpuOptions.CoreCount",
    "cpu_threads_per_core": "CpuOptions.ThreadsPerCore",
    "cpu_options": one("CpuOptions", {"core_count": "CoreCount", "threads_per_core": "ThreadsPerCore"}),
    "credit_specification": one("CreditSpecification", {"cpu_credits": "CPUCredits"}),
    "enclave_options": one("EnclaveOptions", same("enabled")),
    "metadata_options": one("MetadataOptions", _METADATA),
    "network_interface": many(
        "NetworkInterfaces", same("delete_on_termination", "device_index", "network_interface_id")
    ),
    "launch_template": one(
        "LaunchTemplate", {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
    ),
    "tags": tags(),
}
_TEMPLATE_DATA: Rules = {
    **same("ebs_optimized", "instance_type", "key_name", "user_data", "disable_api_termination", "image_id"),
    **same("instance_initiated_shutdown_behavior", "kernel_id", "security_group_ids", "disable_api_stop"),
    "ram_disk_id": "RamDiskId",
    "security_group_names": "SecurityGroups",
    "vpc_security_group_ids": "SecurityGroupIds",
    "block_device_mappings": many(
        "BlockDeviceMappings",
        {**same("device_name", "no_device", "virtual_name"), "ebs": one("Ebs", _EBS)},
    ),
    "capacity_reservation_specification": one(
        "CapacityReservationSpecification",
        {
            "capacity_reservation_preference": "CapacityReservationPreference",
            "capacity_reservation_target": one(
                "CapacityReservationTarget",
                {
                    "capacity_reservation_id": "CapacityReservationId",
                    "capacity_reservation_resource_group_arn": "CapacityReservationResourceGroupArn",
                },
            ),
        },
    ),
    "cpu_options": one("CpuOptions", same("core_count", "threads_per_core", "amd_sev_snp")),
    "credit_specification": one("CreditSpecification", same("cpu_credits")),
    "enclave_options": one("EnclaveOptions", same("enabled")),
    "hibernation_options": one("HibernationOptions", same("configured")),
    "iam_instance_profile": one("IamInstanceProfile", same("arn", "name")),
    "instance_market_options": one(
        "InstanceMarketOptions", {"market_type": "MarketType", "spot_options": one("SpotOptions", same("max_price"))}
    ),
    "license_specification": many("LicenseSpecifications", same("license_configuration_arn")),
    "metadata_options": one("MetadataOptions", _METADATA),
    "monitoring": one("Monitoring", same("enabled")),
    "network_interfaces": many(
        "NetworkInterfaces",
        {**_INTERFACE, "security_groups": "Groups"},
    ),
    "placement": one("Placement", _PLACEMENT),
    "tag_specifications": many("TagSpecifications", {"resource_type": "ResourceType", "tags": tags()}),
}


def _inside(path: str, rules: Rules) -> Rules:
    """The same rules with everything under one more property."""
    moved: dict[str, object] = {}
    for name, rule in rules.items():
        if isinstance(rule, list):
            moved[name] = [rule[0], f"{path}.{rule[1]}", *rule[2:]]
        else:
            moved[name] = f"{path}.{rule}"
    return moved  # type: ignore[return-value]


LINES = {
    "aws_instance": resource("AWS::EC2::Instance", _INSTANCE),
    "aws_spot_instance_request": resource("AWS::EC2::Instance", _INSTANCE),
    "aws_launch_template": resource(
        "AWS::EC2::LaunchTemplate",
        {
            "name": "LaunchTemplateName",
            "description": "VersionDescription",
            "tags": tags(),
            **_inside("LaunchTemplateData", _TEMPLATE_DATA),
        },
        alone=True,
    ),
    "aws_launch_configuration": resource(
        "AWS::AutoScaling::LaunchConfiguration",
        {
            **_DEVICES,
            **same("image_id", "instance_type", "key_name", "security_groups", "spot_price", "user_data"),
            **same("ebs_optimized", "associate_public_ip_address", "iam_instance_profile"),
            "name": "LaunchConfigurationName",
            "enable_monitoring": "InstanceMonitoring",
            "user_data_base64": "UserData",
            "placement_tenancy": "PlacementTenancy",
            "metadata_options": one(
                "MetadataOptions", same("http_endpoint", "http_tokens", "http_put_response_hop_limit")
            ),
        },
    ),
    "aws_autoscaling_group": resource(
        "AWS::AutoScaling::AutoScalingGroup",
        {
            "name": "AutoScalingGroupName",
            "vpc_zone_identifier": "VPCZoneIdentifier",
            "launch_configuration": "LaunchConfigurationName",
            "launch_template": one(
                "LaunchTemplate", {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
            ),
            "placement_group": "PlacementGroup",
            "load_balancers": "LoadBalancerNames",
            "target_group_arns": "TargetGroupARNs",
            "default_cooldown": "Cooldown",
            "tag": many("Tags", same("key", "value", "propagate_at_launch")),
        },
    ),
    "aws_ebs_volume": resource(
        "AWS::EC2::Volume",
        {
            **same("availability_zone", "encrypted", "iops", "kms_key_id", "outpost_arn", "snapshot_id", "throughput"),
            "size": "Size",
            "type": "VolumeType",
            "multi_attach_enabled": "MultiAttachEnabled",
            "tags": tags(),
        },
    ),
    "aws_volume_attachment": resource(
        "AWS::EC2::VolumeAttachment",
        {"device_name": "Device", "instance_id": "InstanceId", "volume_id": "VolumeId"},
    ),
    "aws_ami": resource(
        "aws_ami",
        {
            "ebs_block_device": many("BlockDeviceMappings", _EBS_BLOCK),
            "name": "Name",
            "encrypted": "Encrypted",
            "kms_key_id": "KmsKeyId",
        },
        alone=True,
    ),
    "aws_ec2_host": resource(
        "AWS::EC2::Host",
        {
            **same("auto_placement", "availability_zone", "host_recovery", "instance_family", "instance_type"),
            **same("outpost_arn", "asset_id"),
            "tags": tags(),
        },
    ),
    "aws_ec2_capacity_reservation": resource(
        "AWS::EC2::CapacityReservation",
        {
            **same("availability_zone", "ebs_optimized", "end_date", "end_date_type", "ephemeral_storage"),
            **same("instance_count", "instance_match_criteria", "instance_platform", "instance_type", "tenancy"),
            "outpost_arn": "OutPostArn",
            "placement_group_arn": "PlacementGroupArn",
        },
    ),
    "aws_placement_group": resource(
        "AWS::EC2::PlacementGroup",
        {**same("strategy", "partition_count", "spread_level"), "name": "GroupName", "tags": tags()},
    ),
    "aws_network_interface": resource(
        "AWS::EC2::NetworkInterface",
        {
            **same("subnet_id", "description", "source_dest_check", "private_ips_count"),
            "security_groups": "GroupSet",
            "private_ip": "PrivateIpAddress",
            "private_ips": "PrivateIpAddresses",
            "tags": tags(),
            "attachment": many("Attachments", {"instance": "InstanceId", "device_index": "DeviceIndex"}),
        },
    ),
    "aws_network_interface_sg_attachment": resource(
        "aws_network_interface_sg_attachment",
        {"security_group_id": ["wrap", "GroupSet"], "network_interface_id": "NetworkInterfaceId"},
        fold=fold("AWS::EC2::NetworkInterface", "network_interface_id", take=("GroupSet",)),
        alone=True,
    ),
    "aws_network_interface_attachment": resource(
        "AWS::EC2::NetworkInterfaceAttachment",
        {"instance_id": "InstanceId", "network_interface_id": "NetworkInterfaceId", "device_index": "DeviceIndex"},
    ),
    "AWS::EC2::Instance": canonical(
        {
            "Tenancy": "default",
            "SourceDestCheck": True,
            "DisableApiTermination": False,
            "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "optional", "HttpPutResponseHopLimit": 1},
        },
        extensions=("AssociatePublicIpAddress", "PlacementPartitionNumber", "BlockDeviceMappings.Ebs.Throughput"),
    ),
    "AWS::EC2::LaunchTemplate": canonical(name=("LaunchTemplateName",), extensions=("Tags",)),
    "AWS::AutoScaling::LaunchConfiguration": canonical(
        {"InstanceMonitoring": True},
        name="LaunchConfigurationName",
        extensions=("BlockDeviceMappings.Ebs.KmsKeyId",),
    ),
    "AWS::AutoScaling::AutoScalingGroup": canonical(name="AutoScalingGroupName"),
    "AWS::EC2::Volume": canonical({"Encrypted": False, "MultiAttachEnabled": False}),
    "AWS::EC2::Host": canonical({"AutoPlacement": "on", "HostRecovery": "off"}),
    "AWS::EC2::CapacityReservation": canonical({"Tenancy": "default", "InstanceMatchCriteria": "open"}),
    "AWS::EC2::NetworkInterface": canonical({"SourceDestCheck": True}, extensions=("Attachments", "PrivateIpsCount")),
    "AWS::EC2::PlacementGroup": canonical({"Strategy": "cluster"}, name="GroupName"),
}
