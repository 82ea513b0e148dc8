"""CloudWatch log groups: kept long enough, and encrypted with a key of one's own."""

from stanchion.api import ABSENT, AUDIT, LOW, PRESENT, STRICT, any_of, at_least, resource

# fmt: off
LOG_GROUPS = resource("AWS::Logs::LogGroup", name="log group", guide="Amazon CloudWatch Logs User Guide")

LOG_GROUPS.must(
    "ENC141", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypt log data in CloudWatch Logs using AWS KMS", profile=STRICT,
)
LOG_GROUPS.must(
    "LOG141", "RetentionInDays", at_least(1), LOW, "does not say how long it keeps its logs",
    "Logs that are kept for ever cost for ever, and hold personal data longer than the law may allow.",
    page="Working with log groups and log streams", profile=STRICT,
)
LOG_GROUPS.must(
    "LOG142", "RetentionInDays", any_of(at_least(365), 0, ABSENT), LOW, "keeps its logs for less than a year",
    "Break-ins are found months later. What was logged then must still be there.",
    page="Working with log groups and log streams", profile=AUDIT,
)
# fmt: on
