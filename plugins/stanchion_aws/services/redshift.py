"""Redshift: encrypted, kept from the internet, patched, backed up."""

from stanchion.api import HIGH, LOW, MEDIUM, PRESENT, SAFE, STRICT, at_least, none_of, resource

# fmt: off
WAREHOUSES = resource("AWS::Redshift::Cluster", name="Redshift cluster", guide="Amazon Redshift Management Guide")

WAREHOUSES.must(
    "ENC751", "Encrypted", True, HIGH, "is not encrypted at rest",
    "Copies, snapshots and disks can be read by whoever gets at them.",
    page="Amazon Redshift database encryption", fix=SAFE,
)
WAREHOUSES.must(
    "ENC752", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Amazon Redshift database encryption", profile=STRICT,
    yields_to=("ENC751",),
)
WAREHOUSES.must(
    "PUB751", "PubliclyAccessible", none_of(True), HIGH, "has a public address",
    "A warehouse that can be reached from the internet is tried by everybody. One weak password is enough then.",
    page="Managing clusters in a VPC", effect="closes the way to it from outside the VPC",
)
WAREHOUSES.must(
    "SYS751", "AllowVersionUpgrade", none_of(False), LOW, "does not take version upgrades by itself",
    "New versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Cluster maintenance", profile=STRICT,
)
WAREHOUSES.must(
    "NET751", "EnhancedVpcRouting", True, LOW, "loads and unloads its data outside the VPC",
    "Flow logs, endpoints and groups of the VPC see nothing of the traffic.",
    page="Enhanced VPC routing in Amazon Redshift", fix=SAFE, profile=STRICT,
)
WAREHOUSES.must(
    "BAK751", "AutomatedSnapshotRetentionPeriod", at_least(1), MEDIUM, "makes no automated snapshots",
    "Without snapshots a deletion or a fault takes the data for good.",
    page="Amazon Redshift snapshots and backups",
)
# fmt: on
