"""AWS Backup: who may use a vault by its access policy."""

from stanchion_aws.analysis.access.policies import not_public

VAULT_IS_PRIVATE = not_public(
    "PUB131",
    "Backup vault is open to the public",
    "AWS::Backup::BackupVault",
    why="Everybody with an AWS account can copy, restore or delete recovery points.",
)
