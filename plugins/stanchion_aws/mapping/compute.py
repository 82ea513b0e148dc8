"""Functions, containers, clusters and build projects: Lambda, ECS, EKS, Batch, CodeBuild, EMR, Glue, SageMaker.

Sources: "AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::EKS::Cluster", "AWS::Batch::JobDefinition",
"AWS::CodeBuild::Project" and "AWS::EMR::SecurityConfiguration" (AWS CloudFormation User Guide), the pages of the same
resources (Terraform AWS provider), "RegisterTaskDefinition" (Amazon ECS API Reference).

Container definitions, which Terraform has as JSON text in the API's spelling, are a list in CloudFormation's spelling.
Properties that only this graph has: a function's `Code.Filename`, the archive on the disk of whoever deploys, and its
`Permissions` (each as AWS::Lambda::Permission).
"""

from stanchion_aws.mapping.rules import (
    canonical,
    document,
    document_in_words,
    each,
    fold,
    many,
    one,
    resource,
    same,
    tags,
)

_FREE = ("DockerLabels", "Options", "Parameters", "DriverOpts", "Labels")
_FUNCTION = "AWS::Lambda::Function"

LINES = {
    "aws_lambda_function": resource(
        _FUNCTION,
        {
            "filename": "Code.Filename",
            "s3_bucket": "Code.S3Bucket",
            "s3_key": "Code.S3Key",
            "s3_object_version": "Code.S3ObjectVersion",
            "image_uri": "Code.ImageUri",
            "source_kms_key_arn": "Code.SourceKMSKeyArn",
            "environment": one("Environment", same("variables")),
            "dead_letter_config": one("DeadLetterConfig", same("target_arn")),
            "tracing_config": one("TracingConfig", same("mode")),
            "vpc_config": one("VpcConfig", same("security_group_ids", "subnet_ids", "ipv6_allowed_for_dual_stack")),
            "tags": tags(),
        },
    ),
    "aws_lambda_permission": resource(
        "AWS::Lambda::Permission",
        {
            **same(
                "action", "principal", "source_account", "source_arn", "event_source_token", "function_url_auth_type"
            ),
            "function_name": "FunctionName",
            "principal_org_id": "PrincipalOrgID",
        },
    ),
    "aws_lambda_function_url": resource(
        "AWS::Lambda::Url",
        {
            "authorization_type": "AuthType",
            "function_name": "TargetFunctionArn",
            "invoke_mode": "InvokeMode",
            "qualifier": "Qualifier",
            "cors": one(
                "Cors",
                {
                    **same("allow_credentials", "allow_headers", "allow_methods", "allow_origins", "expose_headers"),
                    "max_age": "MaxAge",
                },
            ),
        },
    ),
    "aws_ecs_task_definition": resource(
        "AWS::ECS::TaskDefinition",
        {
            **same("cpu", "execution_role_arn", "family", "ipc_mode", "memory", "network_mode", "pid_mode"),
            **same("requires_compatibilities", "task_role_arn"),
            "container_definitions": document_in_words("ContainerDefinitions", _FREE),
            "volume": many(
                "Volumes",
                {
                    "name": "Name",
                    "host_path": "Host.SourcePath",
                    "efs_volume_configuration": one(
                        "EFSVolumeConfiguration",
                        {
                            "file_system_id": "FilesystemId",
                            "root_directory": "RootDirectory",
                            "transit_encryption": "TransitEncryption",
                            "transit_encryption_port": "TransitEncryptionPort",
                            "authorization_config": one(
                                "AuthorizationConfig", {"access_point_id": "AccessPointId", "iam": "IAM"}
                            ),
                        },
                    ),
                },
            ),
            "tags": tags(),
        },
    ),
    "aws_ecs_cluster": resource(
        "AWS::ECS::Cluster",
        {
            "name": "ClusterName",
            "setting": many("ClusterSettings", same("name", "value")),
            "configuration": one(
                "Configuration",
                {
                    "execute_command_configuration": one(
                        "ExecuteCommandConfiguration",
                        {
                            "kms_key_id": "KmsKeyId",
                            "logging": "Logging",
                            "log_configuration": one(
                                "LogConfiguration",
                                {
                                    "cloud_watch_encryption_enabled": "CloudWatchEncryptionEnabled",
                                    "cloud_watch_log_group_name": "CloudWatchLogGroupName",
                                    "s3_bucket_name": "S3BucketName",
                                    "s3_bucket_encryption_enabled": "S3EncryptionEnabled",
                                    "s3_key_prefix": "S3KeyPrefix",
                                },
                            ),
                        },
                    ),
                },
            ),
            "tags": tags(),
        },
    ),
    "aws_ecs_service": resource(
        "AWS::ECS::Service",
        {
            "name": "ServiceName",
            "cluster": "Cluster",
            "network_configuration": one(
                "NetworkConfiguration.AwsvpcConfiguration",
                {
                    "assign_public_ip": ["enum", "AssignPublicIp", {"true": "ENABLED", "false": "DISABLED"}],
                    "security_groups": "SecurityGroups",
                    "subnets": "Subnets",
                },
            ),
            "deployment_maximum_percent": "DeploymentConfiguration.MaximumPercent",
            "deployment_minimum_healthy_percent": "DeploymentConfiguration.MinimumHealthyPercent",
        },
    ),
    "aws_eks_cluster": resource(
        "AWS::EKS::Cluster",
        {
            "enabled_cluster_log_types": each("Logging.ClusterLogging.EnabledTypes", {"Type": "$"}),
            "vpc_config": one(
                "ResourcesVpcConfig",
                same(
                    "endpoint_private_access",
                    "endpoint_public_access",
                    "public_access_cidrs",
                    "security_group_ids",
                    "subnet_ids",
                ),
            ),
            "encryption_config": many(
                "EncryptionConfig", {"resources": "Resources", "provider": one("Provider", same("key_arn"))}
            ),
        },
    ),
    "aws_eks_node_group": resource(
        "AWS::EKS::Nodegroup",
        {
            "node_group_name": "NodegroupName",
            "subnet_ids": "Subnets",
            "remote_access": one(
                "RemoteAccess", {"ec2_ssh_key": "Ec2SshKey", "source_security_group_ids": "SourceSecurityGroups"}
            ),
        },
    ),
    "aws_batch_job_definition": resource(
        "AWS::Batch::JobDefinition",
        {
            "name": "JobDefinitionName",
            "container_properties": document_in_words("ContainerProperties", _FREE),
            "node_properties": document_in_words("NodeProperties", _FREE),
            "tags": "Tags",
        },
    ),
    "aws_codebuild_project": resource(
        "AWS::CodeBuild::Project",
        {
            "build_timeout": "TimeoutInMinutes",
            "queued_timeout": "QueuedTimeoutInMinutes",
            "encryption_key": "EncryptionKey",
            "environment": one(
                "Environment",
                {
                    **same("compute_type", "image", "type", "privileged_mode", "image_pull_credentials_type"),
                    "environment_variable": many("EnvironmentVariables", same("name", "value", "type")),
                },
            ),
        },
    ),
    "aws_emr_security_configuration": resource(
        "AWS::EMR::SecurityConfiguration", {"configuration": document("SecurityConfiguration"), "name": "Name"}
    ),
    "aws_sagemaker_notebook_instance": resource(
        "AWS::SageMaker::NotebookInstance",
        {"name": "NotebookInstanceName", "security_groups": "SecurityGroupIds", "volume_size": "VolumeSizeInGB"},
    ),
    "aws_sfn_state_machine": resource(
        "AWS::StepFunctions::StateMachine",
        {
            "name": "StateMachineName",
            "definition": document("Definition"),
            "type": "StateMachineType",
            "logging_configuration": one(
                "LoggingConfiguration",
                {
                    "include_execution_data": "IncludeExecutionData",
                    "level": "Level",
                    "log_destination": ["item", "Destinations", {"CloudWatchLogsLogGroup": "$"}],
                },
            ),
            "tracing_configuration": one("TracingConfiguration", same("enabled")),
        },
    ),
    "aws_elastic_beanstalk_environment": resource(
        "AWS::ElasticBeanstalk::Environment",
        {
            "application": "ApplicationName",
            "name": "EnvironmentName",
            "setting": many(
                "OptionSettings",
                {"namespace": "Namespace", "name": "OptionName", "value": "Value", "resource": "ResourceName"},
            ),
        },
    ),
    "aws_glue_crawler": resource("AWS::Glue::Crawler", {"security_configuration": "CrawlerSecurityConfiguration"}),
    "aws_glue_data_catalog_encryption_settings": resource(
        "AWS::Glue::DataCatalogEncryptionSettings",
        {
            "data_catalog_encryption_settings": one(
                "DataCatalogEncryptionSettings",
                {
                    "connection_password_encryption": one(
                        "ConnectionPasswordEncryption",
                        {
                            "aws_kms_key_id": "KmsKeyId",
                            "return_connection_password_encrypted": "ReturnConnectionPasswordEncrypted",
                        },
                    ),
                    "encryption_at_rest": one(
                        "EncryptionAtRest",
                        {
                            "catalog_encryption_mode": "CatalogEncryptionMode",
                            "sse_aws_kms_key_id": "SseAwsKmsKeyId",
                        },
                    ),
                },
            ),
        },
    ),
    "aws_glue_connection": resource(
        "AWS::Glue::Connection",
        {
            "name": "ConnectionInput.Name",
            "connection_type": "ConnectionInput.ConnectionType",
            "connection_properties": "ConnectionInput.ConnectionProperties",
            "catalog_id": "CatalogId",
        },
    ),
    "aws_imagebuilder_image_recipe": resource(
        "AWS::ImageBuilder::ImageRecipe",
        {
            "block_device_mapping": many(
                "BlockDeviceMappings",
                {
                    "device_name": "DeviceName",
                    "ebs": one(
                        "Ebs",
                        same("encrypted", "kms_key_id", "snapshot_id", "volume_size", "volume_type", "iops"),
                    ),
                },
            )
        },
    ),
    _FUNCTION: canonical(
        {"TracingConfig": {"Mode": "PassThrough"}}, name="FunctionName", extensions=("Code.Filename", "Permissions")
    ),
    "AWS::Lambda::Permission": canonical(
        fold=fold(_FUNCTION, "FunctionName", item="Permissions", keep=True), extensions=("Permissions",)
    ),
    "AWS::ECS::Cluster": canonical(name="ClusterName"),
    "AWS::ECS::Service": canonical(name="ServiceName"),
    "AWS::EKS::Cluster": canonical(
        {"ResourcesVpcConfig": {"EndpointPublicAccess": True, "EndpointPrivateAccess": False}}, name="Name"
    ),
    "AWS::CodeBuild::Project": canonical(name="Name"),
    "AWS::SageMaker::NotebookInstance": canonical(
        {"DirectInternetAccess": "Enabled", "RootAccess": "Enabled"}, name="NotebookInstanceName"
    ),
    "AWS::StepFunctions::StateMachine": canonical(
        {"LoggingConfiguration": {"Level": "OFF"}, "TracingConfiguration": {"Enabled": False}}, name="StateMachineName"
    ),
}
