"""File systems, registries, backups and directories: EFS, FSx, ECR, Backup, Directory Service, WorkSpaces.

Sources: "AWS::EFS::FileSystem", "AWS::FSx::FileSystem", "AWS::ECR::Repository", "AWS::Backup::BackupVault",
"AWS::DirectoryService::MicrosoftAD" and "AWS::WorkSpaces::Workspace" (AWS CloudFormation User Guide), the pages of the
same resources (Terraform AWS provider).
"""

from stanchion_aws.mapping.rules import Line, Rules, canonical, document, fold, one, resource, same, tags, variants

_FILES, _REPOSITORY, _VAULT = "AWS::EFS::FileSystem", "AWS::ECR::Repository", "AWS::Backup::BackupVault"
_AD = "aws_directory_service_directory"
_DIRECTORY: Rules = {
    **same("name", "short_name", "password", "edition", "size", "description", "create_alias", "enable_sso"),
    "vpc_settings": one("VpcSettings", same("subnet_ids", "vpc_id")),
}
_ENCRYPTION: Rules = {"encryption_config": one("EncryptionConfig", same("encryption_type", "key_id"))}


_DOMAIN: Rules = {
    **same("domain_name", "password", "file_system_administrators_group", "organizational_unit_distinguished_name"),
    "dns_ips": "DnsIps",
    "username": "UserName",
}
_WINDOWS: Rules = {
    "active_directory_id": "WindowsConfiguration.ActiveDirectoryId",
    "self_managed_active_directory": one("WindowsConfiguration.SelfManagedActiveDirectoryConfiguration", _DOMAIN),
}


def _fsx(kind: str, more: Rules) -> Line:
    """One of the four kinds of FSx file systems, which are one type in CloudFormation."""
    return resource(
        "AWS::FSx::FileSystem",
        {
            **same("backup_id", "kms_key_id", "security_group_ids", "storage_capacity", "storage_type", "subnet_ids"),
            "tags": tags(),
            **more,
        },
        constants={"FileSystemType": kind},
        alone=True,
    )


_SIMPLE = resource("AWS::DirectoryService::SimpleAD", _DIRECTORY, alone=True)
_MICROSOFT = resource("AWS::DirectoryService::MicrosoftAD", _DIRECTORY, alone=True)

LINES = {
    "aws_efs_file_system": resource(
        _FILES,
        {**same("encrypted", "kms_key_id", "performance_mode", "throughput_mode"), "tags": tags("FileSystemTags")},
    ),
    "aws_efs_file_system_policy": resource(
        "aws_efs_file_system_policy",
        {"file_system_id": "FileSystemId", "policy": document("FileSystemPolicy")},
        fold=fold(_FILES, "file_system_id", take=("FileSystemPolicy",)),
        alone=True,
    ),
    "aws_efs_backup_policy": resource(
        "aws_efs_backup_policy",
        {"file_system_id": "FileSystemId", "backup_policy": one("BackupPolicy", same("status"))},
        fold=fold(_FILES, "file_system_id", take=("BackupPolicy",)),
        alone=True,
    ),
    "aws_fsx_lustre_file_system": _fsx("LUSTRE", {}),
    "aws_fsx_ontap_file_system": _fsx("ONTAP", {"fsx_admin_password": "OntapConfiguration.FsxAdminPassword"}),
    "aws_fsx_openzfs_file_system": _fsx("OPENZFS", {}),
    "aws_fsx_windows_file_system": _fsx("WINDOWS", _WINDOWS),
    "aws_ecr_repository": resource(
        _REPOSITORY,
        {
            "name": "RepositoryName",
            "image_scanning_configuration": one("ImageScanningConfiguration", same("scan_on_push")),
            "encryption_configuration": one(
                "EncryptionConfiguration", {"encryption_type": "EncryptionType", "kms_key": "KmsKey"}
            ),
            "tags": tags(),
        },
    ),
    "aws_ecr_repository_policy": resource(
        "aws_ecr_repository_policy",
        {"repository": "RepositoryName", "policy": document("RepositoryPolicyText")},
        fold=fold(_REPOSITORY, "repository", take=("RepositoryPolicyText",), keep=True),
        alone=True,
    ),
    "aws_ecr_lifecycle_policy": resource(
        "aws_ecr_lifecycle_policy",
        {"repository": "RepositoryName", "policy": "LifecyclePolicy.LifecyclePolicyText"},
        fold=fold(_REPOSITORY, "repository", take=("LifecyclePolicy",)),
        alone=True,
    ),
    "aws_backup_vault": resource(
        _VAULT, {"name": "BackupVaultName", "kms_key_arn": "EncryptionKeyArn", "tags": "BackupVaultTags"}
    ),
    "aws_codeartifact_domain": resource("AWS::CodeArtifact::Domain", {"encryption_key": "EncryptionKey"}),
    "aws_connect_instance_storage_config": resource(
        "AWS::Connect::InstanceStorageConfig",
        {
            "instance_id": "InstanceArn",
            "resource_type": "ResourceType",
            "storage_config": one(
                "",
                {
                    "storage_type": "StorageType",
                    "kinesis_video_stream_config": one(
                        "KinesisVideoStreamConfig", {**_ENCRYPTION, **same("prefix", "retention_period_hours")}
                    ),
                    "s3_config": one("S3Config", {**_ENCRYPTION, **same("bucket_name", "bucket_prefix")}),
                },
            ),
        },
    ),
    "aws_backup_vault_policy": resource(
        "aws_backup_vault_policy",
        {"backup_vault_name": "BackupVaultName", "policy": document("AccessPolicy")},
        fold=fold(_VAULT, "backup_vault_name", take=("AccessPolicy",)),
        alone=True,
    ),
    _AD: variants(
        "type",
        _SIMPLE,
        SimpleAD=f"{_AD}/simple",
        MicrosoftAD=f"{_AD}/microsoft",
    ),
    f"{_AD}/simple": _SIMPLE,
    f"{_AD}/microsoft": _MICROSOFT,
    "aws_workspaces_workspace": resource(
        "AWS::WorkSpaces::Workspace",
        same(
            "bundle_id", "directory_id", "root_volume_encryption_enabled", "user_name", "user_volume_encryption_enabled"
        ),
    ),
    _FILES: canonical({"Encrypted": False}),
    _REPOSITORY: canonical(
        {"ImageTagMutability": "MUTABLE", "ImageScanningConfiguration": {"ScanOnPush": False}}, name="RepositoryName"
    ),
    _VAULT: canonical(name="BackupVaultName"),
    "AWS::DirectoryService::SimpleAD": canonical(extensions=("Edition",)),
    "AWS::DirectoryService::MicrosoftAD": canonical(extensions=("Size", "Description")),
    "AWS::WorkSpaces::Workspace": canonical(
        {"RootVolumeEncryptionEnabled": False, "UserVolumeEncryptionEnabled": False}
    ),
    "AWS::FSx::FileSystem": canonical(),
}
