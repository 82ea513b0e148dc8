"""DMS: replication instances that are kept from the internet and patched."""

from stanchion.api import HIGH, LOW, PRESENT, SAFE, STRICT, resource

# fmt: off
REPLICATORS = resource("AWS::DMS::ReplicationInstance", name="DMS replication instance", guide="AWS DMS User Guide")

REPLICATORS.must(
    "PUB761", "PubliclyAccessible", False, HIGH, "has a public address",
    "It holds the passwords of both databases and can be tried by everybody.",
    page="Using a public or private replication instance", effect="closes the way to it from outside the VPC",
)
REPLICATORS.must(
    "SYS761", "AutoMinorVersionUpgrade", True, LOW, "does not take minor upgrades by itself",
    "New versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Upgrading the engine version of a replication instance", fix=SAFE, profile=STRICT,
)
REPLICATORS.must(
    "ENC763", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Setting an encryption key for AWS DMS", profile=STRICT,
)
# fmt: on
