"""S3: the bucket, and the resources of provider version 4 and later that each configure one side of it.

Sources: "AWS::S3::Bucket" (AWS CloudFormation User Guide), "Resource: aws_s3_bucket" and the pages of its companions
(Terraform AWS provider), "Default encryption FAQ" and "Blocking public access to your Amazon S3 storage" (Amazon S3
User Guide).

Properties that only this graph has: `PolicyDocument` (the bucket policy, as AWS::S3::BucketPolicy names it),
`VersioningConfiguration.MfaDelete`, `Grants` (of the ACL), `RequestPayer`.
"""

from stanchion_aws.mapping.rules import (
    ON_OFF,
    Rules,
    canonical,
    document,
    enum,
    fold,
    many,
    one,
    resource,
    same,
    tags,
)

_BUCKET = "AWS::S3::Bucket"

_ACL = enum(
    "AccessControl",
    {
        "private": "Private",
        "public-read": "PublicRead",
        "public-read-write": "PublicReadWrite",
        "authenticated-read": "AuthenticatedRead",
        "aws-exec-read": "AwsExecRead",
        "bucket-owner-read": "BucketOwnerRead",
        "bucket-owner-full-control": "BucketOwnerFullControl",
        "log-delivery-write": "LogDeliveryWrite",
    },
)
_SSE_ATTRIBUTES: Rules = {
    "bucket_key_enabled": "BucketKeyEnabled",
    "apply_server_side_encryption_by_default": one(
        "ServerSideEncryptionByDefault", {"sse_algorithm": "SSEAlgorithm", "kms_master_key_id": "KMSMasterKeyID"}
    ),
    "blocked_encryption_types": "BlockedEncryptionTypes.EncryptionType",
}
_LOGGING: Rules = {
    "target_bucket": "LoggingConfiguration.DestinationBucketName",
    "target_prefix": "LoggingConfiguration.LogFilePrefix",
}
_EXPIRATION = one(
    "",
    {
        "days": "ExpirationInDays",
        "date": "ExpirationDate",
        "expired_object_delete_marker": "ExpiredObjectDeleteMarker",
    },
)
_TRANSITION = many(
    "Transitions", {"days": "TransitionInDays", "date": "TransitionDate", "storage_class": "StorageClass"}
)
_NONCURRENT: Rules = {
    "noncurrent_version_expiration": one(
        "NoncurrentVersionExpiration",
        {
            "days": "NoncurrentDays",
            "noncurrent_days": "NoncurrentDays",
            "newer_noncurrent_versions": "NewerNoncurrentVersions",
        },
    ),
    "noncurrent_version_transition": many(
        "NoncurrentVersionTransitions",
        {
            "days": "TransitionInDays",
            "noncurrent_days": "TransitionInDays",
            "newer_noncurrent_versions": "NewerNoncurrentVersions",
            "storage_class": "StorageClass",
        },
    ),
}
_LIFECYCLE_INLINE = many(
    "LifecycleConfiguration.Rules",
    {
        "id": "Id",
        "prefix": "Prefix",
        "enabled": enum("Status", ON_OFF),
        "abort_incomplete_multipart_upload_days": "AbortIncompleteMultipartUpload.DaysAfterInitiation",
        "expiration": _EXPIRATION,
        "transition": _TRANSITION,
        **_NONCURRENT,
    },
)
_LIFECYCLE = many(
    "LifecycleConfiguration.Rules",
    {
        "id": "Id",
        "prefix": "Prefix",
        "status": "Status",
        "abort_incomplete_multipart_upload": one(
            "AbortIncompleteMultipartUpload", {"days_after_initiation": "DaysAfterInitiation"}
        ),
        "filter": one(
            "",
            {
                "prefix": "Prefix",
                "object_size_greater_than": "ObjectSizeGreaterThan",
                "object_size_less_than": "ObjectSizeLessThan",
                "tag": many("TagFilters", same("key", "value")),
                "and": one(
                    "",
                    {
                        "prefix": "Prefix",
                        "object_size_greater_than": "ObjectSizeGreaterThan",
                        "object_size_less_than": "ObjectSizeLessThan",
                        "tags": tags("TagFilters"),
                    },
                ),
            },
        ),
        "expiration": _EXPIRATION,
        "transition": _TRANSITION,
        **_NONCURRENT,
    },
)
_CORS: Rules = {
    "allowed_headers": "AllowedHeaders",
    "allowed_methods": "AllowedMethods",
    "allowed_origins": "AllowedOrigins",
    "expose_headers": "ExposedHeaders",
    "max_age_seconds": "MaxAge",
    "id": "Id",
}
_RETENTION = one("Rule.DefaultRetention", same("mode", "days", "years"))
_REPLICATION_DESTINATION = one(
    "Destination",
    {
        "bucket": "Bucket",
        "storage_class": "StorageClass",
        "account": "Account",
        "account_id": "Account",
        "replica_kms_key_id": "EncryptionConfiguration.ReplicaKmsKeyID",
        "encryption_configuration": one("EncryptionConfiguration", {"replica_kms_key_id": "ReplicaKmsKeyID"}),
        "access_control_translation": one("AccessControlTranslation", same("owner")),
    },
)
_REPLICATION: Rules = {
    **same("id", "prefix", "priority", "status"),
    "destination": _REPLICATION_DESTINATION,
    "delete_marker_replication": one("DeleteMarkerReplication", same("status")),
    "source_selection_criteria": one(
        "SourceSelectionCriteria",
        {
            "sse_kms_encrypted_objects": one(
                "SseKmsEncryptedObjects", {"enabled": enum("Status", ON_OFF), "status": "Status"}
            ),
            "replica_modifications": one("ReplicaModifications", same("status")),
        },
    ),
}
_GRANT = many(
    "Grants",
    {
        "id": "Grantee.Id",
        "type": "Grantee.Type",
        "uri": "Grantee.URI",
        "permissions": "Permissions",
        "permission": "Permission",
        "grantee": one("Grantee", {"id": "Id", "type": "Type", "uri": "URI", "email_address": "EmailAddress"}),
    },
)
_BLOCK_PUBLIC = same("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_MFA_DELETE = enum("MfaDelete", ON_OFF)
_NOTIFIED = {"events": "Events", "id": "Id", "filter_prefix": "FilterPrefix", "filter_suffix": "FilterSuffix"}


def _side(attributes: Rules) -> dict[str, object]:
    """A resource that configures one side of a bucket: its properties are the bucket's."""
    line = resource("", {"bucket": "BucketName", **attributes}, fold=fold(_BUCKET, "bucket"), alone=True)
    del line["type"]
    return line


LINES = {
    "aws_s3_bucket": resource(
        _BUCKET,
        {
            "bucket": "BucketName",
            "bucket_prefix": "BucketNamePrefix",
            "acl": _ACL,
            "grant": _GRANT,
            "policy": document("PolicyDocument"),
            "tags": tags(),
            "versioning": one(
                "VersioningConfiguration",
                {"enabled": enum("Status", {"true": "Enabled", "false": "Suspended"}), "mfa_delete": _MFA_DELETE},
            ),
            "logging": one("", _LOGGING),
            "server_side_encryption_configuration": one(
                "BucketEncryption", {"rule": many("ServerSideEncryptionConfiguration", _SSE_ATTRIBUTES)}
            ),
            "lifecycle_rule": _LIFECYCLE_INLINE,
            "cors_rule": many("CorsConfiguration.CorsRules", _CORS),
            "website": one(
                "WebsiteConfiguration",
                {
                    "index_document": "IndexDocument",
                    "error_document": "ErrorDocument",
                    "redirect_all_requests_to": "RedirectAllRequestsTo.HostName",
                    "routing_rules": document("RoutingRules"),
                },
            ),
            "replication_configuration": one(
                "ReplicationConfiguration", {"role": "Role", "rules": many("Rules", _REPLICATION)}
            ),
            "acceleration_status": "AccelerateConfiguration.AccelerationStatus",
            "object_lock_enabled": "ObjectLockEnabled",
            "object_lock_configuration": one(
                "ObjectLockConfiguration",
                {"object_lock_enabled": "ObjectLockEnabled", "rule": one("", {"default_retention": _RETENTION})},
            ),
            "request_payer": "RequestPayer",
        },
    ),
    "aws_s3_bucket_versioning": _side(
        {"versioning_configuration": one("VersioningConfiguration", {"status": "Status", "mfa_delete": _MFA_DELETE})}
    ),
    "aws_s3_bucket_logging": _side(_LOGGING),
    "aws_s3_bucket_public_access_block": _side(
        {
            **{name: f"PublicAccessBlockConfiguration.{path}" for name, path in _BLOCK_PUBLIC.items()},
            "=": {"PublicAccessBlockConfiguration.Declared": True},
        }
    ),
    "aws_s3_bucket_policy": resource(
        "AWS::S3::BucketPolicy",
        {"bucket": "Bucket", "policy": document("PolicyDocument")},
        fold=fold(_BUCKET, "bucket", take=("PolicyDocument",), keep=True),
    ),
    "aws_s3_bucket_acl": _side(
        {"acl": _ACL, "access_control_policy": one("", {"grant": _GRANT, "owner": one("Owner", {"id": "Id"})})}
    ),
    "aws_s3_bucket_server_side_encryption_configuration": _side(
        {"rule": many("BucketEncryption.ServerSideEncryptionConfiguration", _SSE_ATTRIBUTES)}
    ),
    "aws_s3_bucket_ownership_controls": _side(
        {"rule": many("OwnershipControls.Rules", {"object_ownership": "ObjectOwnership"})}
    ),
    "aws_s3_bucket_lifecycle_configuration": _side(
        {
            "rule": _LIFECYCLE,
            "transition_default_minimum_object_size": "LifecycleConfiguration.TransitionDefaultMinimumObjectSize",
        }
    ),
    "aws_s3_bucket_cors_configuration": _side({"cors_rule": many("CorsConfiguration.CorsRules", _CORS)}),
    "aws_s3_bucket_website_configuration": _side(
        {
            "index_document": one("WebsiteConfiguration", {"suffix": "IndexDocument"}),
            "error_document": one("WebsiteConfiguration", {"key": "ErrorDocument"}),
            "redirect_all_requests_to": one(
                "WebsiteConfiguration.RedirectAllRequestsTo", {"host_name": "HostName", "protocol": "Protocol"}
            ),
            "routing_rules": document("WebsiteConfiguration.RoutingRules"),
        }
    ),
    "aws_s3_bucket_replication_configuration": _side(
        {"role": "ReplicationConfiguration.Role", "rule": many("ReplicationConfiguration.Rules", _REPLICATION)}
    ),
    "aws_s3_bucket_object_lock_configuration": _side(
        {
            "object_lock_enabled": "ObjectLockConfiguration.ObjectLockEnabled",
            "rule": one("ObjectLockConfiguration", {"default_retention": _RETENTION}),
        }
    ),
    "aws_s3_bucket_accelerate_configuration": _side({"status": "AccelerateConfiguration.AccelerationStatus"}),
    "aws_s3_bucket_request_payment_configuration": _side({"payer": "RequestPayer"}),
    "aws_s3_bucket_notification": _side(
        {
            "eventbridge": "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled",
            "topic": many("NotificationConfiguration.TopicConfigurations", {"topic_arn": "Topic", **_NOTIFIED}),
            "queue": many("NotificationConfiguration.QueueConfigurations", {"queue_arn": "Queue", **_NOTIFIED}),
            "lambda_function": many(
                "NotificationConfiguration.LambdaConfigurations", {"lambda_function_arn": "Function", **_NOTIFIED}
            ),
        }
    ),
    "aws_s3_bucket_object": resource("aws_s3_object", alone=True),
    "aws_s3_account_public_access_block": resource(
        "aws_s3_account_public_access_block",
        {name: f"PublicAccessBlockConfiguration.{path}" for name, path in _BLOCK_PUBLIC.items()},
        alone=True,
    ),
    "aws_s3_access_point": resource(
        "AWS::S3::AccessPoint",
        {
            **same("name", "bucket"),
            "policy": document("Policy"),
            "public_access_block_configuration": one("PublicAccessBlockConfiguration", _BLOCK_PUBLIC),
            "vpc_configuration": one("VpcConfiguration", same("vpc_id")),
        },
    ),
    # No defaults for encryption, public access and ownership: S3 changed them for buckets made since 2023, and a
    # configuration does not say when its bucket was made.
    _BUCKET: canonical(
        name=("BucketName",),
        extensions=(
            "PolicyDocument",
            "VersioningConfiguration.MfaDelete",
            "Grants",
            "RequestPayer",
            "Owner",
            "PublicAccessBlockConfiguration.Declared",
        ),
    ),
    "AWS::S3::BucketPolicy": canonical(fold=fold(_BUCKET, "Bucket", take=("PolicyDocument",), keep=True)),
    "AWS::S3::AccessPoint": canonical(name="Name"),
}
