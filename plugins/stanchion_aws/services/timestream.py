"""Timestream databases: under a key of one's own."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
SERIES = resource("AWS::Timestream::Database", name="Timestream database", guide="Amazon Timestream Developer Guide")

SERIES.must(
    "ENC791", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest", profile=STRICT,
)
# fmt: on
