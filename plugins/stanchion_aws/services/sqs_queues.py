"""SQS queues: encrypted, and with which key."""

from stanchion.api import ABSENT, AUDIT, INFO, LOW, MEDIUM, PRESENT, SAFE, STRICT, matches, none_of, resource

# fmt: off
QUEUES = resource("AWS::SQS::Queue", name="SQS queue", guide="Amazon SQS Developer Guide")

QUEUES.must(
    "ENC611", "KmsMasterKeyId", matches("^(?!alias/aws/)"), LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest in Amazon SQS", profile=STRICT,
)
QUEUES.must(
    "ENC612", "SqsManagedSseEnabled", none_of(False), MEDIUM, "keeps its messages unencrypted",
    "Messages that wait can be read by whoever gets at the storage behind the queue.",
    page="Encryption at rest in Amazon SQS", when={"KmsMasterKeyId": ABSENT}, fix=SAFE,
)
QUEUES.must(
    "ENC613", "KmsMasterKeyId", PRESENT, INFO, "does not say with which key it is encrypted",
    "SQS encrypts with a key of its own then; some frameworks ask for one in AWS KMS.",
    page="Encryption at rest in Amazon SQS", when={"SqsManagedSseEnabled": none_of(True)}, profile=AUDIT,
)
# fmt: on
