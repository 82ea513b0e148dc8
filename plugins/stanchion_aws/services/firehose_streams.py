"""Firehose streams: encrypted."""

from stanchion.api import ABSENT, LOW, PRESENT, STRICT, resource

# fmt: off
DELIVERIES = resource(
    "AWS::KinesisFirehose::DeliveryStream", name="Firehose stream", guide="Amazon Data Firehose Developer Guide"
)

DELIVERIES.must(
    "ENC764", "DeliveryStreamEncryptionConfigurationInput", PRESENT, LOW, "is not encrypted with a key in AWS KMS",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Data protection in Amazon Data Firehose", when={"KinesisStreamSourceConfiguration": ABSENT}, profile=STRICT,
)
# fmt: on
