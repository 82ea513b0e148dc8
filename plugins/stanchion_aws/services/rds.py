"""RDS and Aurora: data that is encrypted, kept from the Internet, backed up, hard to delete by mistake, and watched.

What belongs to a cluster is said of the cluster and not of its members; a replica has what its source has, and what
is restored has the encryption of its snapshot (Amazon RDS User Guide, "Encrypting Amazon RDS resources").
"""

from stanchion.api import (
    ABSENT,
    AUDIT,
    HIGH,
    LOW,
    MEDIUM,
    PRESENT,
    SAFE,
    STRICT,
    any_of,
    at_least,
    none_of,
    one_of,
    resource,
)

# fmt: off
INSTANCES = resource("AWS::RDS::DBInstance", name="RDS instance", guide="Amazon RDS User Guide")
CLUSTERS = resource("AWS::RDS::DBCluster", name="RDS cluster", guide="Amazon Aurora User Guide")

#: An instance that holds its own data: no member of a cluster, and no replica of another.
ALONE = {"DBClusterIdentifier": ABSENT, "SourceDBInstanceIdentifier": ABSENT, "SourceDBClusterIdentifier": ABSENT}
#: One whose storage is made anew, and not out of a snapshot or of backups that say how it is encrypted.
NEW = {**ALONE, "DBSnapshotIdentifier": ABSENT, "DBClusterSnapshotIdentifier": ABSENT,
       "SourceDbiResourceId": ABSENT, "SourceDBInstanceAutomatedBackupsArn": ABSENT}
#: A cluster that is no copy of another one; version 1 of Aurora Serverless is always encrypted.
NEW_CLUSTER = {"SourceDBClusterIdentifier": ABSENT, "SnapshotIdentifier": ABSENT, "ReplicationSourceIdentifier": ABSENT,
               "SourceDbClusterResourceId": ABSENT, "EngineMode": none_of("serverless")}
#: The engines that know IAM authentication.
WITH_IAM = one_of("mysql", "postgres", "mariadb")

INSTANCES.must(
    "ENC701", "StorageEncrypted", True, HIGH, "keeps its storage unencrypted",
    "Disks, snapshots and backups can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting Amazon RDS resources", when=NEW, fix=SAFE,
)
CLUSTERS.must(
    "ENC702", "StorageEncrypted", True, HIGH, "keeps its storage unencrypted",
    "The volume and the backups of all members can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting Amazon Aurora resources", when=NEW_CLUSTER, fix=SAFE,
)
INSTANCES.must(
    "PUB701", "PubliclyAccessible", none_of(True), HIGH, "has a public address",
    "A database that can be reached from the Internet is tried by everybody. One weak password is enough then.",
    page="Hiding a DB instance in a VPC from the internet",
    effect="closes the way to it from outside the VPC",
)
INSTANCES.must(
    "BAK701", "BackupRetentionPeriod", at_least(1), MEDIUM, "makes no backups",
    "Without backups a deletion, a fault or an extortionist takes the data for good.",
    page="Introduction to backups", when=NEW,
)
INSTANCES.must(
    "BAK702", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backup retention period", when=NEW, profile=STRICT, yields_to=("BAK701",),
)
CLUSTERS.must(
    "BAK703", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backing up and restoring an Amazon Aurora DB cluster", when=NEW_CLUSTER, profile=STRICT,
)
INSTANCES.must(
    "BAK704", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes the database at once. Protection makes that two deliberate steps.",
    page="Deleting a DB instance", when=ALONE, fix=SAFE, profile=STRICT,
)
CLUSTERS.must(
    "BAK705", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes all members at once. Protection makes that two deliberate steps.",
    page="Deleting Aurora DB clusters and DB instances", fix=SAFE, profile=STRICT,
)
INSTANCES.must(
    "BAK706", "MultiAZ", True, LOW, "stands in one Availability Zone",
    "When that zone fails, the database is gone until it is back.",
    page="Multi-AZ DB instance deployments", when={**ALONE, "Engine": none_of("aurora-mysql", "aurora-postgresql")},
    profile=STRICT,
)
INSTANCES.must(
    "LOG701", "EnableCloudwatchLogsExports", PRESENT, LOW, "sends no logs to CloudWatch",
    "Logs that stay on the instance are lost with it. Nothing raises an alarm on them either.",
    page="Publishing database logs to Amazon CloudWatch Logs", when={"DBClusterIdentifier": ABSENT}, profile=STRICT,
)
CLUSTERS.must(
    "LOG702", "EnableCloudwatchLogsExports", PRESENT, LOW, "sends no logs to CloudWatch",
    "Logs that stay on the members are lost with them. Nothing raises an alarm on them either.",
    page="Publishing database logs to Amazon CloudWatch Logs", profile=STRICT,
)
INSTANCES.must(
    "LOG703", "MonitoringInterval", at_least(1), LOW, "has no enhanced monitoring",
    "Without figures of its operating system nobody sees which process takes its memory.",
    page="Monitoring OS metrics with Enhanced Monitoring", profile=AUDIT,
)
INSTANCES.must(
    "IAM701", "EnableIAMDatabaseAuthentication", True, LOW, "takes passwords only, no IAM authentication",
    "Passwords live long and are shared. IAM gives tokens of fifteen minutes to whom its policies name.",
    page="IAM database authentication", when={**ALONE, "Engine": WITH_IAM}, fix=SAFE, profile=STRICT,
)
CLUSTERS.must(
    "IAM702", "EnableIAMDatabaseAuthentication", True, LOW, "takes passwords only, no IAM authentication",
    "Passwords live long and are shared. IAM gives tokens of fifteen minutes to whom its policies name.",
    page="IAM database authentication", fix=SAFE, profile=STRICT,
    when={"Engine": any_of(ABSENT, "aurora", "aurora-mysql", "aurora-postgresql"), "EngineMode": none_of("serverless")},
)
INSTANCES.must(
    "SYS701", "AutoMinorVersionUpgrade", none_of(False), LOW, "does not take minor upgrades by itself",
    "Minor versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Automatically upgrading the minor engine version", profile=STRICT,
    effect="lets AWS restart it for upgrades in its maintenance window",
)
INSTANCES.must(
    "GOV701", "CopyTagsToSnapshot", True, LOW, "does not copy its tags to its snapshots",
    "Snapshots without tags belong to nobody, and rules that go by tags do not find them.",
    page="Copying tags to DB instance snapshots", when={"DBClusterIdentifier": ABSENT}, fix=SAFE, profile=AUDIT,
)
CLUSTERS.must(
    "GOV702", "CopyTagsToSnapshot", True, LOW, "does not copy its tags to its snapshots",
    "Snapshots without tags belong to nobody, and rules that go by tags do not find them.",
    page="Tagging Amazon Aurora and Amazon RDS resources", fix=SAFE, profile=AUDIT,
)
