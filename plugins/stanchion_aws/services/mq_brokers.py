"""Amazon MQ brokers: kept from the internet, logged, patched."""

from stanchion.api import HIGH, LOW, PRESENT, SAFE, STRICT, none_of, one_of, resource

# fmt: off
BROKERS = resource("AWS::AmazonMQ::Broker", name="Amazon MQ broker", guide="Amazon MQ Developer Guide")

BROKERS.must(
    "PUB631", "PubliclyAccessible", none_of(True), HIGH, "has a public address",
    "A broker that can be reached from the internet is tried by everybody. One weak password is enough then.",
    page="Amazon MQ: Best practices for security", effect="closes the way to it from outside the VPC",
)
BROKERS.must(
    "LOG631", "Logs.General", True, LOW, "sends no general logs to CloudWatch",
    "Connections and failures of the broker leave no trace.",
    page="Configuring Amazon MQ for ActiveMQ logs", fix=SAFE, profile=STRICT,
)
BROKERS.must(
    "LOG632", "Logs.Audit", True, LOW, "sends no audit logs to CloudWatch",
    "Who did what on the broker's console leaves no trace.",
    page="Configuring Amazon MQ for ActiveMQ logs",
    when={"EngineType": one_of("ActiveMQ", "ACTIVEMQ")},
    fix=SAFE,
    profile=STRICT,
)
BROKERS.must(
    "SYS631", "AutoMinorVersionUpgrade", True, LOW, "does not take minor upgrades by itself",
    "New versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Upgrading an Amazon MQ broker engine version", fix=SAFE, profile=STRICT,
)
BROKERS.must(
    "ENC631", "EncryptionOptions.KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest", profile=STRICT,
)
# fmt: on
