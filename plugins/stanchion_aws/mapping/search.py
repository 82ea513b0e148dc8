"""Elasticsearch and OpenSearch domains.

Sources: "AWS::Elasticsearch::Domain" and "AWS::OpenSearchService::Domain" (AWS CloudFormation User Guide), "Resource:
aws_elasticsearch_domain" and "Resource: aws_opensearch_domain" (Terraform AWS provider).
"""

from stanchion_aws.mapping.rules import Line, Rules, by_key, canonical, document, fold, one, resource, same, tags

_OLD, _NEW = "AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain"
_LOG: Rules = {"cloudwatch_log_group_arn": "CloudWatchLogsLogGroupArn", "enabled": "Enabled"}


def _domain(type_: str, cluster: str, more: Rules) -> Line:
    return resource(
        type_,
        {
            "domain_name": "DomainName",
            "access_policies": document("AccessPolicies"),
            "advanced_options": "AdvancedOptions",
            "encrypt_at_rest": one("EncryptionAtRestOptions", same("enabled", "kms_key_id")),
            "node_to_node_encryption": one("NodeToNodeEncryptionOptions", same("enabled")),
            "domain_endpoint_options": one(
                "DomainEndpointOptions",
                {
                    "enforce_https": "EnforceHTTPS",
                    "tls_security_policy": "TLSSecurityPolicy",
                    "custom_endpoint": "CustomEndpoint",
                    "custom_endpoint_enabled": "CustomEndpointEnabled",
                    "custom_endpoint_certificate_arn": "CustomEndpointCertificateArn",
                },
            ),
            "vpc_options": one("VPCOptions", same("security_group_ids", "subnet_ids")),
            "ebs_options": one(
                "EBSOptions",
                {
                    "ebs_enabled": "EBSEnabled",
                    "iops": "Iops",
                    "volume_size": "VolumeSize",
                    "volume_type": "VolumeType",
                },
            ),
            "cluster_config": one(
                cluster,
                {
                    **same("instance_type", "instance_count", "dedicated_master_enabled", "dedicated_master_type"),
                    **same("dedicated_master_count", "zone_awareness_enabled", "warm_enabled"),
                },
            ),
            "advanced_security_options": one(
                "AdvancedSecurityOptions",
                {
                    "enabled": "Enabled",
                    "internal_user_database_enabled": "InternalUserDatabaseEnabled",
                    "anonymous_auth_enabled": "AnonymousAuthEnabled",
                    "master_user_options": one(
                        "MasterUserOptions",
                        {
                            "master_user_arn": "MasterUserARN",
                            "master_user_name": "MasterUserName",
                            "master_user_password": "MasterUserPassword",
                        },
                    ),
                },
            ),
            "log_publishing_options": by_key("LogPublishingOptions", "log_type", _LOG),
            "tags": tags(),
            **more,
        },
    )


def _policy(name: str, type_: str) -> Line:
    return resource(
        name,
        {"domain_name": "DomainName", "access_policies": document("AccessPolicies")},
        fold=fold(type_, "domain_name", take=("AccessPolicies",)),
        alone=True,
    )


LINES = {
    "aws_elasticsearch_domain": _domain(
        _OLD, "ElasticsearchClusterConfig", {"elasticsearch_version": "ElasticsearchVersion"}
    ),
    "aws_opensearch_domain": _domain(_NEW, "ClusterConfig", {"engine_version": "EngineVersion"}),
    "aws_elasticsearch_domain_policy": _policy("aws_elasticsearch_domain_policy", _OLD),
    "aws_opensearch_domain_policy": _policy("aws_opensearch_domain_policy", _NEW),
    _OLD: canonical(
        {
            "EncryptionAtRestOptions": {"Enabled": False},
            "NodeToNodeEncryptionOptions": {"Enabled": False},
            "DomainEndpointOptions": {"EnforceHTTPS": False},
        },
        name="DomainName",
    ),
    _NEW: canonical(
        {
            "EncryptionAtRestOptions": {"Enabled": False},
            "NodeToNodeEncryptionOptions": {"Enabled": False},
            "DomainEndpointOptions": {"EnforceHTTPS": False},
        },
        name="DomainName",
    ),
}
