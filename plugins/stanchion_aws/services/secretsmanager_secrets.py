"""Secrets Manager: with a key of one's own, and rotated."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
SECRETS = resource("AWS::SecretsManager::Secret", name="Secrets Manager secret", guide="AWS Secrets Manager User Guide")

SECRETS.must(
    "ENC115", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Secret encryption and decryption in AWS Secrets Manager", profile=STRICT,
)
SECRETS.must(
    "KEY115", "RotationSchedules", PRESENT, LOW, "is not rotated",
    "A secret that leaks stays good until somebody changes it by hand.",
    page="Rotate AWS Secrets Manager secrets", profile=STRICT,
)
# fmt: on
