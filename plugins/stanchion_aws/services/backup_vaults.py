"""AWS Backup vaults: with a key of one's own."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
VAULTS = resource("AWS::Backup::BackupVault", name="backup vault", guide="AWS Backup Developer Guide")

VAULTS.must(
    "ENC841", "EncryptionKeyArn", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption for backups in AWS Backup", profile=STRICT,
)
# fmt: on
