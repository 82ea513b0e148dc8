"""Kinesis streams: encrypted, and with which key."""

from stanchion.api import LOW, MEDIUM, STRICT, none_of, resource

# fmt: off
STREAMS = resource("AWS::Kinesis::Stream", name="Kinesis stream", guide="Amazon Kinesis Data Streams Developer Guide")

STREAMS.must(
    "ENC761", "StreamEncryption.EncryptionType", "KMS", MEDIUM, "is not encrypted at rest",
    "Records can be read by whoever gets at the storage behind the stream.",
    page="Data protection in Amazon Kinesis Data Streams", profile=STRICT,
)
STREAMS.must(
    "ENC762", "StreamEncryption.KeyId", none_of("alias/aws/kinesis"), LOW,
    "is encrypted with the key that AWS manages",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Data protection in Amazon Kinesis Data Streams",
    when={"StreamEncryption.EncryptionType": "KMS"},
    profile=STRICT,
)
# fmt: on
