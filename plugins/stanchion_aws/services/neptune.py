"""Neptune: encrypted, logged, backed up, hard to delete by mistake."""

from stanchion.api import ABSENT, HIGH, LOW, MEDIUM, PRESENT, SAFE, STRICT, at_least, contains, resource

# fmt: off
GRAPH_CLUSTERS = resource("AWS::Neptune::DBCluster", name="Neptune cluster", guide="Amazon Neptune User Guide")

GRAPH_CLUSTERS.must(
    "ENC741", "StorageEncrypted", True, HIGH, "keeps its storage unencrypted",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting Neptune resources at rest", when={"SnapshotIdentifier": ABSENT}, fix=SAFE,
)
GRAPH_CLUSTERS.must(
    "ENC742", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypting Neptune resources at rest", profile=STRICT,
    yields_to=("ENC741",),
)
GRAPH_CLUSTERS.must(
    "LOG741", "EnableCloudwatchLogsExports", contains("audit"), LOW, "sends no logs to CloudWatch",
    "Logs that stay on the instances are lost with them. Nothing raises an alarm on them either.",
    page="Using audit logs with Amazon Neptune clusters", profile=STRICT,
)
GRAPH_CLUSTERS.must(
    "BAK741", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backing up and restoring an Amazon Neptune DB cluster", profile=STRICT,
)
GRAPH_CLUSTERS.must(
    "BAK742", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes it at once. Protection makes that two deliberate steps.",
    page="Deleting a DB instance in Amazon Neptune", fix=SAFE, profile=STRICT,
)
GRAPH_CLUSTERS.must(
    "IAM741", "IamAuthEnabled", True, LOW, "takes requests without IAM authentication",
    "Whoever reaches its port may query it. IAM lets in only whom its policies name.",
    page="Authenticating your Amazon Neptune database with AWS IAM", fix=SAFE, profile=STRICT,
)
# fmt: on
