"""SNS, SQS, Kinesis, Firehose, MSK and Amazon MQ.

Sources: "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::Kinesis::Stream", "AWS::KinesisFirehose::DeliveryStream",
"AWS::MSK::Cluster" and "AWS::AmazonMQ::Broker" (AWS CloudFormation User Guide), the pages of the same resources
(Terraform AWS provider).

Properties that only this graph has: `PolicyDocument` of a topic or queue (its policy, wherever it is written), and
`Enabled` of a delivery stream's encryption.
"""

from stanchion_aws.mapping.rules import Rules, canonical, document, fold, many, one, resource, same, tags, wrap

_TOPIC, _QUEUE, _STREAM = "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::KinesisFirehose::DeliveryStream"
_CLOUDWATCH = one("CloudWatchLoggingOptions", same("enabled", "log_group_name", "log_stream_name"))
_BUFFER = {
    "buffering_interval": "BufferingHints.IntervalInSeconds",
    "buffering_size": "BufferingHints.SizeInMBs",
    "buffer_interval": "BufferingHints.IntervalInSeconds",
    "buffer_size": "BufferingHints.SizeInMBs",
}
_S3: Rules = {
    **_BUFFER,
    "bucket_arn": "BucketARN",
    "role_arn": "RoleARN",
    "kms_key_arn": "EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN",
    "cloudwatch_logging_options": _CLOUDWATCH,
    **same("compression_format", "error_output_prefix", "prefix"),
}
_SEARCH: Rules = {
    **_BUFFER,
    "domain_arn": "DomainARN",
    "role_arn": "RoleARN",
    "cloudwatch_logging_options": _CLOUDWATCH,
    "s3_configuration": one("S3Configuration", _S3),
    **same("cluster_endpoint", "index_name", "index_rotation_period", "s3_backup_mode", "type_name"),
}
_SECRETS = one("SecretsManagerConfiguration", {"enabled": "Enabled", "secret_arn": "SecretARN", "role_arn": "RoleARN"})

LINES = {
    "aws_sns_topic": resource(
        _TOPIC,
        {
            "name": "TopicName",
            "policy": document("PolicyDocument"),
            "kms_master_key_id": "KmsMasterKeyId",
            "fifo_topic": "FifoTopic",
            "tags": tags(),
        },
    ),
    "aws_sns_topic_policy": resource(
        "AWS::SNS::TopicPolicy", {"arn": wrap("Topics"), "policy": document("PolicyDocument")}, alone=True
    ),
    "aws_sqs_queue": resource(
        _QUEUE,
        {
            "name": "QueueName",
            "policy": document("PolicyDocument"),
            "max_message_size": "MaximumMessageSize",
            "message_retention_seconds": "MessageRetentionPeriod",
            "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
            "visibility_timeout_seconds": "VisibilityTimeout",
            "redrive_policy": document("RedrivePolicy"),
            "kms_master_key_id": "KmsMasterKeyId",
            "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
            "tags": tags(),
        },
    ),
    "aws_sqs_queue_policy": resource(
        "AWS::SQS::QueuePolicy", {"queue_url": wrap("Queues"), "policy": document("PolicyDocument")}, alone=True
    ),
    "aws_kinesis_stream": resource(
        "AWS::Kinesis::Stream",
        {
            "encryption_type": "StreamEncryption.EncryptionType",
            "kms_key_id": "StreamEncryption.KeyId",
            "retention_period": "RetentionPeriodHours",
            "stream_mode_details": one("StreamModeDetails", same("stream_mode")),
        },
    ),
    "aws_kinesis_firehose_delivery_stream": resource(
        _STREAM,
        {
            "name": "DeliveryStreamName",
            "server_side_encryption": one(
                "DeliveryStreamEncryptionConfigurationInput",
                {"enabled": "Enabled", "key_arn": "KeyARN", "key_type": "KeyType"},
            ),
            "kinesis_source_configuration": one(
                "KinesisStreamSourceConfiguration", {"kinesis_stream_arn": "KinesisStreamARN", "role_arn": "RoleARN"}
            ),
            "s3_configuration": one("S3DestinationConfiguration", _S3),
            "extended_s3_configuration": one(
                "ExtendedS3DestinationConfiguration",
                {
                    **_S3,
                    "s3_backup_mode": "S3BackupMode",
                    "s3_backup_configuration": one("S3BackupConfiguration", _S3),
                },
            ),
            "elasticsearch_configuration": one("ElasticsearchDestinationConfiguration", _SEARCH),
            "opensearch_configuration": one("AmazonopensearchserviceDestinationConfiguration", _SEARCH),
            "redshift_configuration": one(
                "RedshiftDestinationConfiguration",
                {
                    "cluster_jdbcurl": "ClusterJDBCURL",
                    "role_arn": "RoleARN",
                    "username": "Username",
                    "password": "Password",
                    "data_table_name": "CopyCommand.DataTableName",
                    "copy_options": "CopyCommand.CopyOptions",
                    "s3_configuration": one("S3Configuration", _S3),
                    "cloudwatch_logging_options": _CLOUDWATCH,
                    "secrets_manager_configuration": _SECRETS,
                },
            ),
            "splunk_configuration": one(
                "SplunkDestinationConfiguration",
                {
                    "hec_endpoint": "HECEndpoint",
                    "hec_endpoint_type": "HECEndpointType",
                    "hec_token": "HECToken",
                    "s3_configuration": one("S3Configuration", _S3),
                    "cloudwatch_logging_options": _CLOUDWATCH,
                    "secrets_manager_configuration": _SECRETS,
                },
            ),
            "http_endpoint_configuration": one(
                "HttpEndpointDestinationConfiguration",
                {
                    "url": "EndpointConfiguration.Url",
                    "name": "EndpointConfiguration.Name",
                    "access_key": "EndpointConfiguration.AccessKey",
                    "role_arn": "RoleARN",
                    "s3_configuration": one("S3Configuration", _S3),
                    "cloudwatch_logging_options": _CLOUDWATCH,
                    "secrets_manager_configuration": _SECRETS,
                },
            ),
            "tags": tags(),
        },
    ),
    "aws_msk_cluster": resource(
        "AWS::MSK::Cluster",
        {
            "encryption_info": one(
                "EncryptionInfo",
                {
                    "encryption_at_rest_kms_key_arn": "EncryptionAtRest.DataVolumeKMSKeyId",
                    "encryption_in_transit": one("EncryptionInTransit", same("client_broker", "in_cluster")),
                },
            ),
            "client_authentication": one(
                "ClientAuthentication",
                {
                    "unauthenticated": "Unauthenticated.Enabled",
                    "sasl": one("Sasl", {"iam": "Iam.Enabled", "scram": "Scram.Enabled"}),
                    "tls": one("Tls", {"certificate_authority_arns": "CertificateAuthorityArnList"}),
                },
            ),
        },
    ),
    "aws_mq_broker": resource(
        "AWS::AmazonMQ::Broker",
        {
            "logs": one("Logs", same("audit", "general")),
            "encryption_options": one("EncryptionOptions", same("kms_key_id", "use_aws_owned_key")),
            "user": many("Users", same("username", "password", "groups", "console_access", "replication_user")),
        },
    ),
    _TOPIC: canonical(name="TopicName", extensions=("PolicyDocument",)),
    "AWS::SNS::TopicPolicy": canonical(fold=fold(_TOPIC, "Topics", take=("PolicyDocument",), keep=True)),
    _QUEUE: canonical(name="QueueName", extensions=("PolicyDocument",)),
    "AWS::SQS::QueuePolicy": canonical(fold=fold(_QUEUE, "Queues", take=("PolicyDocument",), keep=True)),
    "AWS::Kinesis::Stream": canonical({"RetentionPeriodHours": 24}, name="Name"),
    _STREAM: canonical(name="DeliveryStreamName", extensions=("DeliveryStreamEncryptionConfigurationInput.Enabled",)),
    "AWS::MSK::Cluster": canonical(
        {"EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}}}, name="ClusterName"
    ),
    "AWS::AmazonMQ::Broker": canonical(
        {"PubliclyAccessible": False, "AutoMinorVersionUpgrade": False, "EncryptionOptions": {"UseAwsOwnedKey": True}},
        name="BrokerName",
    ),
}
