"""Secrets Manager: with a key of one's own."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
SECRETS = resource("AWS::SecretsManager::Secret", name="Secrets Manager secret", guide="AWS Secrets Manager User Guide")

SECRETS.must(
    "ENC115", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Secret encryption and decryption in AWS Secrets Manager", profile=STRICT,
)
# fmt: on
