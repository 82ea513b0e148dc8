"""DynamoDB tables: recoverable, encrypted with a key of one's own, hard to delete by mistake."""

from stanchion.api import AUDIT, LOW, MEDIUM, SAFE, STRICT, matches, resource

# fmt: off
TABLES = resource("AWS::DynamoDB::Table", name="DynamoDB table", guide="Amazon DynamoDB Developer Guide")

TABLES.must(
    "BAK711", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", True, MEDIUM,
    "has no point-in-time recovery",
    "A faulty release or a stolen key that overwrites items cannot be undone.",
    page="Point-in-time recovery for DynamoDB", fix=SAFE, profile=STRICT,
)
TABLES.must(
    "ENC711", "SSESpecification.KMSMasterKeyId", matches("^(?!alias/aws/)"), LOW,
    "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="DynamoDB encryption at rest", profile=STRICT,
)
TABLES.must(
    "ENC712", "SSESpecification.SSEEnabled", True, LOW, "uses the key that AWS owns and not one in AWS KMS",
    "Uses of a key that AWS owns are in no log, and nobody can withdraw it.",
    page="DynamoDB encryption at rest", fix=SAFE, profile=AUDIT,
)
TABLES.must(
    "BAK712", "DeletionProtectionEnabled", True, LOW, "can be deleted by one call",
    "A wrong plan or a stolen key deletes the table at once. Protection makes that two deliberate steps.",
    page="Using deletion protection to protect your table", fix=SAFE, profile=STRICT,
)
# fmt: on
