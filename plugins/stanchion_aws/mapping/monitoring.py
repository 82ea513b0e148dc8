"""What records and watches: CloudWatch, Config, GuardDuty, Route 53 query logs, Global Accelerator.

Sources: "AWS::Logs::LogGroup", "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel",
"AWS::GuardDuty::Detector" and "AWS::Route53::HostedZone" (AWS CloudFormation User Guide), the pages of the same
resources (Terraform AWS provider).

Properties that only this graph has: `IsRecording` of a configuration recorder, which Terraform switches on apart.
"""

from stanchion_aws.mapping.rules import canonical, fold, many, one, resource, same, tags

_RECORDER, _GROUP, _ZONE = "AWS::Config::ConfigurationRecorder", "AWS::Logs::LogGroup", "AWS::Route53::HostedZone"

LINES = {
    "aws_cloudwatch_log_group": resource(
        _GROUP,
        {"name": "LogGroupName", "retention_in_days": "RetentionInDays", "kms_key_id": "KmsKeyId", "tags": tags()},
    ),
    "aws_cloudwatch_log_metric_filter": resource(
        "AWS::Logs::MetricFilter",
        {
            "name": "FilterName",
            "pattern": "FilterPattern",
            "log_group_name": "LogGroupName",
            "metric_transformation": many(
                "MetricTransformations",
                {
                    "name": "MetricName",
                    "namespace": "MetricNamespace",
                    "value": "MetricValue",
                    "default_value": "DefaultValue",
                    "unit": "Unit",
                },
            ),
        },
    ),
    "aws_config_configuration_recorder": resource(
        _RECORDER,
        {
            "name": "Name",
            "role_arn": "RoleARN",
            "recording_group": one(
                "RecordingGroup",
                {
                    "all_supported": "AllSupported",
                    "include_global_resource_types": "IncludeGlobalResourceTypes",
                    "resource_types": "ResourceTypes",
                },
            ),
        },
    ),
    "aws_config_configuration_recorder_status": resource(
        "aws_config_configuration_recorder_status",
        {"name": "Name", "is_enabled": "IsRecording"},
        fold=fold(_RECORDER, "name", take=("IsRecording",)),
        alone=True,
    ),
    "aws_config_delivery_channel": resource(
        "AWS::Config::DeliveryChannel",
        {
            "name": "Name",
            "s3_bucket_name": "S3BucketName",
            "s3_key_prefix": "S3KeyPrefix",
            "s3_kms_key_arn": "S3KmsKeyArn",
            "sns_topic_arn": "SnsTopicARN",
        },
    ),
    "aws_config_configuration_aggregator": resource(
        "AWS::Config::ConfigurationAggregator",
        {
            "name": "ConfigurationAggregatorName",
            "account_aggregation_source": many(
                "AccountAggregationSources",
                {"account_ids": "AccountIds", "all_regions": "AllAwsRegions", "regions": "AwsRegions"},
            ),
            "organization_aggregation_source": one(
                "OrganizationAggregationSource",
                {"all_regions": "AllAwsRegions", "regions": "AwsRegions", "role_arn": "RoleArn"},
            ),
        },
    ),
    "aws_guardduty_detector": resource("AWS::GuardDuty::Detector", {"enable": "Enable"}),
    "aws_globalaccelerator_accelerator": resource(
        "AWS::GlobalAccelerator::Accelerator",
        {
            "attributes": one(
                "",
                {
                    "flow_logs_enabled": "FlowLogsEnabled",
                    "flow_logs_s3_bucket": "FlowLogsS3Bucket",
                    "flow_logs_s3_prefix": "FlowLogsS3Prefix",
                },
            )
        },
    ),
    "aws_route53_query_log": resource(
        "aws_route53_query_log",
        {"zone_id": "HostedZoneId", "cloudwatch_log_group_arn": "QueryLoggingConfig.CloudWatchLogsLogGroupArn"},
        fold=fold(_ZONE, "zone_id", take=("QueryLoggingConfig",)),
        alone=True,
    ),
    "aws_route53_zone": resource(
        _ZONE, {"name": "Name", "vpc": many("VPCs", {"vpc_id": "VPCId", "vpc_region": "VPCRegion"})}
    ),
    "aws_route53_record": resource(
        "AWS::Route53::RecordSet",
        {
            "zone_id": "HostedZoneId",
            "name": "Name",
            "type": "Type",
            "ttl": "TTL",
            "records": "ResourceRecords",
            "alias": one(
                "AliasTarget",
                {"name": "DNSName", "zone_id": "HostedZoneId", "evaluate_target_health": "EvaluateTargetHealth"},
            ),
        },
    ),
    "aws_cloudwatch_event_rule": resource(
        "AWS::Events::Rule", same("name", "description", "schedule_expression", "state")
    ),
    _RECORDER: canonical(
        {"RecordingGroup": {"IncludeGlobalResourceTypes": False}},
        terraform={"RecordingGroup": {"AllSupported": True, "IncludeGlobalResourceTypes": False}, "IsRecording": False},
        cloudformation={"IsRecording": True},
        name="Name",
        extensions=("IsRecording",),
    ),
    _GROUP: canonical(name="LogGroupName"),
    _ZONE: canonical(name="Name"),
    "AWS::GuardDuty::Detector": canonical(terraform={"Enable": True}),
}
