"""Kendra indexes: under a key of one's own."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
INDEXES = resource("AWS::Kendra::Index", name="Kendra index", guide="Amazon Kendra Developer Guide")

INDEXES.must(
    "ENC792", "ServerSideEncryptionConfiguration.KmsKeyId", PRESENT, LOW,
    "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest", profile=STRICT,
)
# fmt: on
