"""DocumentDB: encrypted, logged, backed up, hard to delete by mistake."""

from stanchion.api import ABSENT, HIGH, LOW, MEDIUM, PRESENT, SAFE, STRICT, any_of, at_least, contains, resource

# fmt: off
DOC_CLUSTERS = resource("AWS::DocDB::DBCluster", name="DocumentDB cluster", guide="Amazon DocumentDB Developer Guide")

DOC_CLUSTERS.must(
    "ENC731", "StorageEncrypted", True, HIGH, "keeps its storage unencrypted",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting Amazon DocumentDB data at rest", when={"SnapshotIdentifier": ABSENT}, fix=SAFE,
)
DOC_CLUSTERS.must(
    "ENC732", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypting Amazon DocumentDB data at rest", profile=STRICT,
    yields_to=("ENC731",),
)
DOC_CLUSTERS.must(
    "LOG731", "EnableCloudwatchLogsExports", any_of(contains("audit"), contains("profiler")), LOW,
    "sends no logs to CloudWatch",
    "Logs that stay on the instances are lost with them. Nothing raises an alarm on them either.",
    page="Auditing Amazon DocumentDB events", profile=STRICT,
)
DOC_CLUSTERS.must(
    "BAK731", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backing up and restoring in Amazon DocumentDB", profile=STRICT,
)
DOC_CLUSTERS.must(
    "BAK732", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes it at once. Protection makes that two deliberate steps.",
    page="Deleting an Amazon DocumentDB cluster", fix=SAFE, profile=STRICT,
)
# fmt: on
