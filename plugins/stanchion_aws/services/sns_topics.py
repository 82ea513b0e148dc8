"""SNS topics: encrypted, and with which key."""

from stanchion.api import AUDIT, LOW, PRESENT, STRICT, matches, resource

# fmt: off
TOPICS = resource("AWS::SNS::Topic", name="SNS topic", guide="Amazon SNS Developer Guide")

TOPICS.must(
    "ENC621", "KmsMasterKeyId", PRESENT, LOW, "is not encrypted at rest",
    "Messages that wait for delivery can be read by whoever gets at the storage behind the topic.",
    page="Securing Amazon SNS data with server-side encryption", profile=STRICT,
)
TOPICS.must(
    "ENC622", "KmsMasterKeyId", matches("^(?!alias/aws/)"), LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Securing Amazon SNS data with server-side encryption", profile=AUDIT, yields_to=("ENC621",),
)
# fmt: on
