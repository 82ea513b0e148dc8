"""Relational and other databases: RDS, DocumentDB, Neptune, Redshift, DMS, DynamoDB, ElastiCache, DAX, MemoryDB.

Sources: "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster",
"AWS::Redshift::Cluster", "AWS::DMS::Endpoint", "AWS::DynamoDB::Table", "AWS::ElastiCache::ReplicationGroup" and
"AWS::DAX::Cluster" (AWS CloudFormation User Guide), the pages of the same resources (Terraform AWS provider).

Properties that only this graph has: a table's `Replicas` (of AWS::DynamoDB::GlobalTable) and an endpoint's secret
(`SecretsManagerSecretId`, which CloudFormation has in the settings of each engine). Left out in
CloudFormation, `PubliclyAccessible` of an RDS instance hangs on the subnets of its group, so it has no default there.
"""

from stanchion_aws.mapping.rules import (
    Rules,
    by_key,
    canonical,
    each,
    fold,
    item,
    many,
    one,
    resource,
    same,
    tags,
)

_INSTANCE, _CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
_REDSHIFT = "AWS::Redshift::Cluster"
_SSE = one("SSESpecification", {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId"})

_RDS: Rules = {
    "backup_window": "PreferredBackupWindow",
    "ca_cert_identifier": "CACertificateIdentifier",
    "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
    "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
    "identifier": "DBInstanceIdentifier",
    "instance_class": "DBInstanceClass",
    "maintenance_window": "PreferredMaintenanceWindow",
    "manage_master_user_password": "ManageMasterUserPassword",
    "master_user_secret_kms_key_id": "MasterUserSecret.KmsKeyId",
    "multi_az": "MultiAZ",
    "parameter_group_name": "DBParameterGroupName",
    "password": "MasterUserPassword",
    "performance_insights_enabled": "EnablePerformanceInsights",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
    "replicate_source_db": "SourceDBInstanceIdentifier",
    "security_group_names": "DBSecurityGroups",
    "snapshot_identifier": "DBSnapshotIdentifier",
    "username": "MasterUsername",
    "vpc_security_group_ids": "VPCSecurityGroups",
}
_MASTER: Rules = {"master_username": "MasterUsername", "master_password": "MasterUserPassword"}
_NAMED: Rules = {
    "cluster_identifier": "DBClusterIdentifier",
    "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
    "vpc_security_group_ids": "VpcSecurityGroupIds",
    "snapshot_identifier": "SnapshotIdentifier",
    "tags": tags(),
}
_CLUSTERED: Rules = {**_NAMED, **_MASTER}
_PARAMETERS: Rules = {"parameter": by_key("Parameters", "name", "value"), "tags": tags()}
_REDSHIFT_LOGGING: Rules = {
    "bucket_name": "BucketName",
    "s3_key_prefix": "S3KeyPrefix",
    "log_destination_type": "LogDestinationType",
    "log_exports": "LogExports",
    "enable": "Enable",
}

LINES = {
    "aws_db_instance": resource(_INSTANCE, {**_RDS, "db_name": "DBName", "name": "DBName", "tags": tags()}),
    "aws_rds_cluster_instance": resource(
        _INSTANCE,
        {
            **_RDS,
            "cluster_identifier": "DBClusterIdentifier",
            "db_parameter_group_name": "DBParameterGroupName",
            "preferred_backup_window": "PreferredBackupWindow",
            "preferred_maintenance_window": "PreferredMaintenanceWindow",
            "tags": tags(),
        },
    ),
    "aws_rds_cluster": resource(
        _CLUSTER,
        {
            **_CLUSTERED,
            "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
            "iam_roles": each("AssociatedRoles", {"RoleArn": "$"}),
            "master_user_secret_kms_key_id": "MasterUserSecret.KmsKeyId",
            "db_cluster_instance_class": "DBClusterInstanceClass",
        },
    ),
    "aws_docdb_cluster": resource("AWS::DocDB::DBCluster", _CLUSTERED),
    "aws_docdb_cluster_instance": resource(
        "AWS::DocDB::DBInstance",
        {
            "ca_cert_identifier": "CACertificateIdentifier",
            "cluster_identifier": "DBClusterIdentifier",
            "identifier": "DBInstanceIdentifier",
            "instance_class": "DBInstanceClass",
        },
    ),
    "aws_neptune_cluster": resource(
        "AWS::Neptune::DBCluster",
        {
            **_NAMED,
            "enable_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
            "iam_database_authentication_enabled": "IamAuthEnabled",
            "iam_roles": each("AssociatedRoles", {"RoleArn": "$"}),
            "kms_key_arn": "KmsKeyId",
            "neptune_cluster_parameter_group_name": "DBClusterParameterGroupName",
            "neptune_subnet_group_name": "DBSubnetGroupName",
            "port": "DBPort",
            "serverless_v2_scaling_configuration": one(
                "ServerlessScalingConfiguration", same("min_capacity", "max_capacity")
            ),
        },
    ),
    "aws_neptune_cluster_instance": resource(
        "AWS::Neptune::DBInstance",
        {
            "cluster_identifier": "DBClusterIdentifier",
            "identifier": "DBInstanceIdentifier",
            "instance_class": "DBInstanceClass",
            "neptune_parameter_group_name": "DBParameterGroupName",
            "neptune_subnet_group_name": "DBSubnetGroupName",
        },
    ),
    "aws_db_parameter_group": resource("AWS::RDS::DBParameterGroup", {**_PARAMETERS, "family": "Family"}),
    "aws_rds_cluster_parameter_group": resource("AWS::RDS::DBClusterParameterGroup", _PARAMETERS),
    "aws_docdb_cluster_parameter_group": resource("AWS::DocDB::DBClusterParameterGroup", _PARAMETERS),
    "aws_neptune_cluster_parameter_group": resource("AWS::Neptune::DBClusterParameterGroup", _PARAMETERS),
    "aws_neptune_parameter_group": resource("AWS::Neptune::DBParameterGroup", _PARAMETERS),
    "aws_redshift_parameter_group": resource(
        "AWS::Redshift::ClusterParameterGroup",
        {
            "family": "ParameterGroupFamily",
            "name": "ParameterGroupName",
            "parameter": many("Parameters", {"name": "ParameterName", "value": "ParameterValue"}),
        },
    ),
    "aws_redshift_cluster": resource(
        _REDSHIFT,
        {
            **_MASTER,
            "database_name": "DBName",
            "cluster_identifier": "ClusterIdentifier",
            "logging": one("LoggingProperties", _REDSHIFT_LOGGING),
            "cluster_security_groups": "ClusterSecurityGroups",
            "vpc_security_group_ids": "VpcSecurityGroupIds",
            "tags": tags(),
        },
    ),
    "aws_redshift_logging": resource(
        "aws_redshift_logging",
        {
            "cluster_identifier": "ClusterIdentifier",
            **{name: f"LoggingProperties.{path}" for name, path in _REDSHIFT_LOGGING.items()},
        },
        fold=fold(_REDSHIFT, "cluster_identifier", take=("LoggingProperties",)),
        alone=True,
    ),
    "aws_redshiftserverless_namespace": resource(
        "AWS::RedshiftServerless::Namespace",
        {
            "admin_username": "AdminUsername",
            "admin_user_password": "AdminUserPassword",
            "kms_key_id": "KmsKeyId",
            "log_exports": "LogExports",
            "manage_admin_password": "ManageAdminPassword",
        },
    ),
    "aws_dms_endpoint": resource(
        "AWS::DMS::Endpoint",
        {
            **same("certificate_arn", "database_name", "endpoint_type", "engine_name", "extra_connection_attributes"),
            **same("password", "port", "server_name", "ssl_mode", "username"),
            "endpoint_id": "EndpointIdentifier",
            "kms_key_arn": "KmsKeyId",
            "secrets_manager_arn": "SecretsManagerSecretId",
            "secrets_manager_access_role_arn": "SecretsManagerAccessRoleArn",
            "mongodb_settings": one(
                "MongoDbSettings",
                same("auth_mechanism", "auth_source", "auth_type", "docs_to_investigate", "extract_doc_id"),
            ),
            "s3_settings": one(
                "S3Settings",
                {
                    **same("bucket_folder", "bucket_name", "compression_type", "encryption_mode"),
                    **same("service_access_role_arn", "external_table_definition"),
                    "server_side_encryption_kms_key_id": "ServerSideEncryptionKmsKeyId",
                },
            ),
            "tags": tags(),
        },
    ),
    "aws_dms_s3_endpoint": resource(
        "AWS::DMS::Endpoint",
        {
            **same("certificate_arn", "endpoint_type", "ssl_mode"),
            "endpoint_id": "EndpointIdentifier",
            "kms_key_arn": "KmsKeyId",
            "bucket_name": "S3Settings.BucketName",
            "bucket_folder": "S3Settings.BucketFolder",
            "encryption_mode": "S3Settings.EncryptionMode",
            "server_side_encryption_kms_key_id": "S3Settings.ServerSideEncryptionKmsKeyId",
            "service_access_role_arn": "S3Settings.ServiceAccessRoleArn",
            "tags": tags(),
        },
        constants={"EngineName": "s3"},
        alone=True,
    ),
    "aws_dms_replication_instance": resource(
        "AWS::DMS::ReplicationInstance",
        {
            "kms_key_arn": "KmsKeyId",
            "replication_instance_id": "ReplicationInstanceIdentifier",
            "replication_subnet_group_id": "ReplicationSubnetGroupIdentifier",
        },
    ),
    "aws_dynamodb_table": resource(
        "AWS::DynamoDB::Table",
        {
            "name": "TableName",
            "hash_key": item("KeySchema", {"AttributeName": "$", "KeyType": "HASH"}),
            "range_key": item("KeySchema", {"AttributeName": "$", "KeyType": "RANGE"}),
            "attribute": many("AttributeDefinitions", {"name": "AttributeName", "type": "AttributeType"}),
            "read_capacity": "ProvisionedThroughput.ReadCapacityUnits",
            "write_capacity": "ProvisionedThroughput.WriteCapacityUnits",
            "server_side_encryption": _SSE,
            "point_in_time_recovery": one(
                "PointInTimeRecoverySpecification",
                {"enabled": "PointInTimeRecoveryEnabled", "recovery_period_in_days": "RecoveryPeriodInDays"},
            ),
            "stream_view_type": "StreamSpecification.StreamViewType",
            "ttl": one("TimeToLiveSpecification", {"attribute_name": "AttributeName", "enabled": "Enabled"}),
            "replica": many("Replicas", {"region_name": "Region", "kms_key_arn": "SSESpecification.KMSMasterKeyId"}),
            "tags": tags(),
        },
    ),
    "aws_elasticache_replication_group": resource(
        "AWS::ElastiCache::ReplicationGroup",
        {
            "description": "ReplicationGroupDescription",
            "replication_group_description": "ReplicationGroupDescription",
            "maintenance_window": "PreferredMaintenanceWindow",
            "node_type": "CacheNodeType",
            "number_cache_clusters": "NumCacheClusters",
            "parameter_group_name": "CacheParameterGroupName",
            "security_group_names": "CacheSecurityGroupNames",
            "subnet_group_name": "CacheSubnetGroupName",
            "multi_az_enabled": "MultiAZEnabled",
            "tags": tags(),
        },
    ),
    "aws_elasticache_cluster": resource(
        "AWS::ElastiCache::CacheCluster",
        {
            "cluster_id": "ClusterName",
            "availability_zone": "PreferredAvailabilityZone",
            "maintenance_window": "PreferredMaintenanceWindow",
            "node_type": "CacheNodeType",
            "parameter_group_name": "CacheParameterGroupName",
            "security_group_names": "CacheSecurityGroupNames",
            "security_group_ids": "VpcSecurityGroupIds",
            "subnet_group_name": "CacheSubnetGroupName",
            "tags": tags(),
        },
    ),
    "aws_elasticache_user": resource(
        "AWS::ElastiCache::User", same("user_id", "user_name", "passwords", "no_password_required", "access_string")
    ),
    "aws_dax_cluster": resource(
        "AWS::DAX::Cluster",
        {
            "server_side_encryption": one("SSESpecification", {"enabled": "SSEEnabled"}),
            "cluster_endpoint_encryption_type": "ClusterEndpointEncryptionType",
        },
    ),
    "aws_memorydb_cluster": resource("AWS::MemoryDB::Cluster", {"kms_key_arn": "KmsKeyId"}),
    "aws_lightsail_database": resource("AWS::Lightsail::Database", _MASTER),
    "aws_db_snapshot": resource("aws_db_snapshot", alone=True),
    "aws_timestreamwrite_database": resource("AWS::Timestream::Database", same("database_name", "kms_key_id")),
    "aws_db_proxy": resource(
        "AWS::RDS::DBProxy",
        {
            "name": "DBProxyName",
            "require_tls": "RequireTLS",
            "auth": many("Auth", same("auth_scheme", "client_password_auth_type", "description", "secret_arn")),
        },
    ),
    _INSTANCE: canonical(
        {"StorageEncrypted": False, "DeletionProtection": False, "EnableIAMDatabaseAuthentication": False},
        terraform={"BackupRetentionPeriod": 0, "PubliclyAccessible": False},
        cloudformation={"BackupRetentionPeriod": 1},
        name=("DBInstanceIdentifier",),
    ),
    _CLUSTER: canonical(
        {"StorageEncrypted": False, "DeletionProtection": False, "BackupRetentionPeriod": 1},
        name=("DBClusterIdentifier",),
    ),
    "AWS::DocDB::DBCluster": canonical(
        {"StorageEncrypted": False, "DeletionProtection": False}, name=("DBClusterIdentifier",)
    ),
    "AWS::Neptune::DBCluster": canonical(
        {"StorageEncrypted": False, "DeletionProtection": False, "IamAuthEnabled": False},
        name=("DBClusterIdentifier",),
    ),
    "AWS::Neptune::DBInstance": canonical(name=("DBInstanceIdentifier",)),
    _REDSHIFT: canonical(
        # Public access when left out has changed between versions of the provider, so it has no default here.
        {"Encrypted": False},
        name=("ClusterIdentifier",),
        extensions=("LoggingProperties.Enable",),
    ),
    "AWS::DMS::ReplicationInstance": canonical(
        terraform={"PubliclyAccessible": False}, cloudformation={"PubliclyAccessible": True}
    ),
    "AWS::DMS::Endpoint": canonical(
        {"SslMode": "none"}, extensions=("SecretsManagerSecretId", "SecretsManagerAccessRoleArn")
    ),
    "AWS::DynamoDB::Table": canonical(
        {"DeletionProtectionEnabled": False}, name=("TableName",), extensions=("Replicas",)
    ),
    "AWS::ElastiCache::ReplicationGroup": canonical(
        {"AtRestEncryptionEnabled": False, "TransitEncryptionEnabled": False}, name=("ReplicationGroupId",)
    ),
    "AWS::ElastiCache::CacheCluster": canonical({"TransitEncryptionEnabled": False}, name=("ClusterName",)),
    "AWS::DAX::Cluster": canonical(
        {"SSESpecification": {"SSEEnabled": False}, "ClusterEndpointEncryptionType": "NONE"}
    ),
    "AWS::MemoryDB::Cluster": canonical({"TLSEnabled": True}),
}
