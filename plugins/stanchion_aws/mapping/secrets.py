"""Secrets Manager and KMS.

Sources: "AWS::SecretsManager::Secret", "AWS::SecretsManager::RotationSchedule", "AWS::KMS::Key" (AWS CloudFormation
User Guide), the pages of the same resources (Terraform AWS provider).

Properties that only this graph has: a secret's `RotationSchedules` (each as AWS::SecretsManager::RotationSchedule) and
`ResourcePolicy`, and a key's `CustomKeyStoreId` (the store outside KMS that its material is in).
"""

from stanchion_aws.mapping.rules import canonical, document, fold, many, one, resource, same, tags

_SECRET, _KEY = "AWS::SecretsManager::Secret", "AWS::KMS::Key"
_ROTATION = one(
    "RotationRules",
    {
        "automatically_after_days": "AutomaticallyAfterDays",
        "duration": "Duration",
        "schedule_expression": "ScheduleExpression",
    },
)

LINES = {
    "aws_secretsmanager_secret": resource(
        _SECRET,
        {
            **same("name", "description", "kms_key_id"),
            "policy": document("ResourcePolicy"),
            "replica": many("ReplicaRegions", same("kms_key_id", "region")),
            "tags": tags(),
        },
    ),
    "aws_secretsmanager_secret_version": resource(
        "aws_secretsmanager_secret_version",
        {
            "secret_id": "SecretId",
            "secret_string": "SecretString",
            "secret_string_wo": "SecretString",
            "secret_binary": "SecretBinary",
        },
        fold=fold(_SECRET, "secret_id", take=("SecretString", "SecretBinary")),
        alone=True,
    ),
    "aws_secretsmanager_secret_rotation": resource(
        "AWS::SecretsManager::RotationSchedule",
        {
            "secret_id": "SecretId",
            "rotation_lambda_arn": "RotationLambdaARN",
            "rotate_immediately": "RotateImmediatelyOnUpdate",
            "rotation_rules": _ROTATION,
        },
        alone=True,
    ),
    "aws_secretsmanager_secret_policy": resource(
        "AWS::SecretsManager::ResourcePolicy",
        {"secret_arn": "SecretId", "policy": document("ResourcePolicy"), "block_public_policy": "BlockPublicPolicy"},
        alone=True,
    ),
    "aws_kms_key": resource(
        _KEY,
        {
            **same("description", "enable_key_rotation", "key_usage", "multi_region", "rotation_period_in_days"),
            "is_enabled": "Enabled",
            "policy": document("KeyPolicy"),
            "customer_master_key_spec": "KeySpec",
            "deletion_window_in_days": "PendingWindowInDays",
            "bypass_policy_lockout_safety_check": "BypassPolicyLockoutSafetyCheck",
            "custom_key_store_id": "CustomKeyStoreId",
            "tags": tags(),
        },
    ),
    "aws_kms_key_policy": resource(
        "aws_kms_key_policy",
        {"key_id": "KeyId", "policy": document("KeyPolicy")},
        fold=fold(_KEY, "key_id", take=("KeyPolicy",)),
        alone=True,
    ),
    "aws_kms_alias": resource("AWS::KMS::Alias", {"name": "AliasName", "target_key_id": "TargetKeyId"}),
    "aws_kms_replica_key": resource("AWS::KMS::ReplicaKey", {"policy": document("KeyPolicy")}),
    _SECRET: canonical(name="Name", extensions=("RotationSchedules", "SecretBinary", "ResourcePolicy")),
    "AWS::SecretsManager::RotationSchedule": canonical(
        fold=fold(_SECRET, "SecretId", item="RotationSchedules", keep=True), extensions=("RotationSchedules",)
    ),
    "AWS::SecretsManager::ResourcePolicy": canonical(
        fold=fold(_SECRET, "SecretId", take=("ResourcePolicy",), keep=True)
    ),
    _KEY: canonical(
        {
            "EnableKeyRotation": False,
            "Enabled": True,
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": False,
            "PendingWindowInDays": 30,
        },
        extensions=("CustomKeyStoreId",),
    ),
    "AWS::KMS::Alias": canonical(name="AliasName"),
}
