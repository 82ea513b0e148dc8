"""MSK clusters: encrypted in transit, kept from the internet, logged."""

from stanchion.api import ABSENT, AUDIT, HIGH, LOW, PRESENT, any_of, none_of, resource

# fmt: off
KAFKA = resource("AWS::MSK::Cluster", name="MSK cluster", guide="Amazon MSK Developer Guide")

KAFKA.must(
    "TLS641", "EncryptionInfo.EncryptionInTransit.ClientBroker", any_of(ABSENT, "TLS"), HIGH,
    "takes connections in plain text",
    "Records and credentials cross the network in clear text.",
    page="Amazon MSK encryption",
)
KAFKA.must(
    "TLS642", "EncryptionInfo.EncryptionInTransit.InCluster", none_of(False), HIGH,
    "sends records between its brokers in plain text",
    "Records cross the network in clear text.",
    page="Amazon MSK encryption",
)
KAFKA.must(
    "ENC641", "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId", PRESENT, LOW,
    "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Amazon MSK encryption", profile=AUDIT,
)
KAFKA.must(
    "PUB641", "BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type", any_of(ABSENT, "DISABLED"), HIGH,
    "has public addresses",
    "Brokers that can be reached from the internet are tried by everybody.",
    page="Turn on public access to an MSK Provisioned cluster",
)
# fmt: on
