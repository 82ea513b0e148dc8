"""ElastiCache: encrypted at rest and in transit, with a password, backed up."""

from stanchion.api import LOW, MEDIUM, PRESENT, SAFE, STRICT, at_least, none_of, resource

# fmt: off
GROUPS = resource(
    "AWS::ElastiCache::ReplicationGroup", name="ElastiCache replication group", guide="Amazon ElastiCache User Guide"
)
CLUSTERS = resource("AWS::ElastiCache::CacheCluster", name="ElastiCache cluster", guide="Amazon ElastiCache User Guide")

GROUPS.must(
    "ENC721", "AtRestEncryptionEnabled", True, MEDIUM, "is not encrypted at rest",
    "Its swap files and backups can be read by whoever gets at them. It cannot be switched on later.",
    page="At-rest encryption in ElastiCache", fix=SAFE,
)
GROUPS.must(
    "TLS721", "TransitEncryptionEnabled", True, MEDIUM, "takes connections without TLS",
    "Sessions and cached records cross the network in clear text.",
    page="ElastiCache in-transit encryption (TLS)", fix=SAFE,
)
GROUPS.must(
    "ENC722", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="At-rest encryption in ElastiCache", profile=STRICT,
    yields_to=("ENC721",),
)
GROUPS.must(
    "BAK721", "AutomaticFailoverEnabled", True, LOW, "does not fail over by itself",
    "When its primary node fails, the cache is gone until somebody acts.",
    page="Minimizing downtime in ElastiCache with Multi-AZ", fix=SAFE, profile=STRICT,
)
CLUSTERS.must(
    "BAK722", "SnapshotRetentionLimit", at_least(1), LOW, "makes no backups",
    "What it holds is gone for good when a node fails or somebody flushes it.",
    page="Snapshot and restore",
    when={"Engine": none_of("memcached"), "CacheNodeType": none_of("cache.t1.micro")},
    profile=STRICT,
)
GROUPS.must(
    "BAK723", "SnapshotRetentionLimit", at_least(1), LOW, "makes no backups",
    "What it holds is gone for good when it fails or somebody flushes it.",
    page="Snapshot and restore", profile=STRICT,
)
CLUSTERS.must(
    "SYS721", "AutoMinorVersionUpgrade", none_of(False), LOW, "does not take minor upgrades by itself",
    "Minor versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Version management for ElastiCache", profile=STRICT,
)
# fmt: on
