"""CloudTrail.

Sources: "AWS::CloudTrail::Trail" (AWS CloudFormation User Guide), "Resource: aws_cloudtrail" (Terraform AWS provider),
"CreateTrail" and "EventSelector" (AWS CloudTrail API Reference).
"""

from stanchion_aws.mapping.rules import canonical, many, resource, same, tags

LINES = {
    "aws_cloudtrail": resource(
        "AWS::CloudTrail::Trail",
        {
            "name": "TrailName",
            "enable_logging": "IsLogging",
            "kms_key_id": "KMSKeyId",
            "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
            "s3_bucket_name": "S3BucketName",
            "s3_key_prefix": "S3KeyPrefix",
            **same(
                "cloud_watch_logs_role_arn",
                "enable_log_file_validation",
                "include_global_service_events",
                "is_multi_region_trail",
                "is_organization_trail",
                "sns_topic_name",
            ),
            "event_selector": many(
                "EventSelectors",
                {
                    **same("read_write_type", "include_management_events", "exclude_management_event_sources"),
                    "data_resource": many("DataResources", same("type", "values")),
                },
            ),
            "advanced_event_selector": many(
                "AdvancedEventSelectors",
                {
                    "name": "Name",
                    "field_selector": many(
                        "FieldSelectors",
                        same(
                            "field",
                            "equals",
                            "not_equals",
                            "starts_with",
                            "not_starts_with",
                            "ends_with",
                            "not_ends_with",
                        ),
                    ),
                },
            ),
            "insight_selector": many("InsightSelectors", same("insight_type")),
            "tags": tags(),
        },
    ),
    "AWS::CloudTrail::Trail": canonical(
        {
            "EnableLogFileValidation": False,
            "IsMultiRegionTrail": False,
            "IsOrganizationTrail": False,
        },
        # The API's own default is true; CloudFormation sends false unless told otherwise.
        terraform={"IncludeGlobalServiceEvents": True, "IsLogging": True},
        cloudformation={"IncludeGlobalServiceEvents": False},
        name="TrailName",
    ),
    "AWS::CloudTrail::EventDataStore": canonical(
        {"MultiRegionEnabled": True, "OrganizationEnabled": False, "TerminationProtectionEnabled": True}
    ),
}
