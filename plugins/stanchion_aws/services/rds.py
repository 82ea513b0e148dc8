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
    also,
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
    equivalents=also(
        checkov="CKV_AWS_16", trivy="AWS-0080", guard="RDS_STORAGE_ENCRYPTED", cfn_nag="F27",
        aws_config="rds-storage-encrypted", security_hub="RDS.3",
    ),
)
CLUSTERS.must(
    "ENC702", "StorageEncrypted", True, HIGH, "keeps its storage unencrypted",
    "The volume and the backups of all members can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting Amazon Aurora resources", when=NEW_CLUSTER, fix=SAFE,
    equivalents=also(
        checkov="CKV_AWS_96", trivy="AWS-0079", guard="RDS_STORAGE_ENCRYPTED", cfn_nag="F26", security_hub="RDS.27"
    ),
)
INSTANCES.must(
    "PUB701", "PubliclyAccessible", none_of(True), HIGH, "has a public address",
    "A database that can be reached from the Internet is tried by everybody. One weak password is enough then.",
    page="Hiding a DB instance in a VPC from the internet",
    effect="closes the way to it from outside the VPC",
    equivalents=also(
        checkov="CKV_AWS_17", trivy="AWS-0180", guard="RDS_INSTANCE_PUBLIC_ACCESS_CHECK", cfn_nag="F22",
        aws_config="rds-instance-public-access-check", security_hub="RDS.2",
    ),
)
INSTANCES.must(
    "BAK701", "BackupRetentionPeriod", at_least(1), MEDIUM, "makes no backups",
    "Without backups a deletion, a fault or an extortionist takes the data for good.",
    page="Introduction to backups", when=NEW,
    equivalents=also(
        checkov="CKV_AWS_133", guard="DB_INSTANCE_BACKUP_ENABLED", cfn_nag="W75",
        aws_config="db-instance-backup-enabled", security_hub="RDS.11",
    ),
)
INSTANCES.must(
    "BAK702", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backup retention period", when=NEW, profile=STRICT, yields_to=("BAK701",),
    equivalents=also(trivy="AWS-0077"),
)
CLUSTERS.must(
    "BAK703", "BackupRetentionPeriod", at_least(7), LOW, "keeps its backups for less than a week",
    "A fault that is noticed after a long weekend can no longer be undone.",
    page="Backing up and restoring an Amazon Aurora DB cluster", when=NEW_CLUSTER, profile=STRICT,
    equivalents=also(trivy="AWS-0077"),
)
INSTANCES.must(
    "BAK704", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes the database at once. Protection makes that two deliberate steps.",
    page="Deleting a DB instance", when=ALONE, fix=SAFE, profile=STRICT,
    equivalents=also(
        checkov="CKV_AWS_293", trivy="AWS-0177", guard="RDS_INSTANCE_DELETION_PROTECTION_ENABLED", cfn_nag="F80",
        aws_config="rds-instance-deletion-protection-enabled", security_hub="RDS.8",
    ),
)
CLUSTERS.must(
    "BAK705", "DeletionProtection", True, MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes all members at once. Protection makes that two deliberate steps.",
    page="Deleting Aurora DB clusters and DB instances", fix=SAFE, profile=STRICT,
    equivalents=also(
        checkov="CKV_AWS_139", aws_config="rds-cluster-deletion-protection-enabled", security_hub="RDS.7"
    ),
)
INSTANCES.must(
    "BAK706", "MultiAZ", True, LOW, "stands in one Availability Zone",
    "When that zone fails, the database is gone until it is back.",
    page="Multi-AZ DB instance deployments", when={**ALONE, "Engine": none_of("aurora-mysql", "aurora-postgresql")},
    profile=STRICT,
    equivalents=also(
        checkov="CKV_AWS_157", guard="RDS_MULTI_AZ_SUPPORT", aws_config="rds-multi-az-support", security_hub="RDS.5"
    ),
)
INSTANCES.must(
    "LOG701", "EnableCloudwatchLogsExports", PRESENT, LOW, "sends no logs to CloudWatch",
    "Logs that stay on the instance are lost with it. Nothing raises an alarm on them either.",
    page="Publishing database logs to Amazon CloudWatch Logs", when={"DBClusterIdentifier": ABSENT}, profile=STRICT,
    equivalents=also(
        checkov="CKV_AWS_129", guard="RDS_INSTANCE_LOGGING_ENABLED", aws_config="rds-logging-enabled",
        security_hub="RDS.9",
    ),
)
CLUSTERS.must(
    "LOG702", "EnableCloudwatchLogsExports", PRESENT, LOW, "sends no logs to CloudWatch",
    "Logs that stay on the members are lost with them. Nothing raises an alarm on them either.",
    page="Publishing database logs to Amazon CloudWatch Logs", profile=STRICT,
    equivalents=also(checkov="CKV_AWS_324", security_hub="RDS.34"),
)
INSTANCES.must(
    "LOG703", "MonitoringInterval", at_least(1), LOW, "has no enhanced monitoring",
    "Without figures of its operating system nobody sees which process takes its memory.",
    page="Monitoring OS metrics with Enhanced Monitoring", profile=AUDIT,
    equivalents=also(
        checkov="CKV_AWS_118", guard="RDS_ENHANCED_MONITORING_ENABLED", aws_config="rds-enhanced-monitoring-enabled",
        security_hub="RDS.6",
    ),
)
INSTANCES.must(
    "IAM701", "EnableIAMDatabaseAuthentication", True, LOW, "takes passwords only, no IAM authentication",
    "Passwords live long and are shared. IAM gives tokens of fifteen minutes to whom its policies name.",
    page="IAM database authentication", when={**ALONE, "Engine": WITH_IAM}, fix=SAFE, profile=STRICT,
    equivalents=also(checkov="CKV_AWS_161", trivy="AWS-0176", security_hub="RDS.10"),
)
CLUSTERS.must(
    "IAM702", "EnableIAMDatabaseAuthentication", True, LOW, "takes passwords only, no IAM authentication",
    "Passwords live long and are shared. IAM gives tokens of fifteen minutes to whom its policies name.",
    page="IAM database authentication", fix=SAFE, profile=STRICT,
    when={"Engine": one_of("aurora-mysql", "aurora-postgresql"), "EngineMode": none_of("serverless")},
    equivalents=also(checkov="CKV_AWS_162", security_hub="RDS.12"),
)
INSTANCES.must(
    "SYS701", "AutoMinorVersionUpgrade", none_of(False), LOW, "does not take minor upgrades by itself",
    "Minor versions bring the fixes of published vulnerabilities. Left to people, they come late.",
    page="Automatically upgrading the minor engine version", profile=STRICT,
    effect="lets AWS restart it for upgrades in its maintenance window",
    equivalents=also(
        checkov="CKV_AWS_226", guard="RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
        aws_config="rds-automatic-minor-version-upgrade-enabled", security_hub="RDS.13",
    ),
)
INSTANCES.must(
    "GOV701", "CopyTagsToSnapshot", True, LOW, "does not copy its tags to its snapshots",
    "Snapshots without tags belong to nobody, and rules that go by tags do not find them.",
    page="Copying tags to DB instance snapshots", when={"DBClusterIdentifier": ABSENT}, fix=SAFE, profile=AUDIT,
    equivalents=also(checkov="CKV2_AWS_60", security_hub="RDS.17"),
)
CLUSTERS.must(
    "GOV702", "CopyTagsToSnapshot", True, LOW, "does not copy its tags to its snapshots",
    "Snapshots without tags belong to nobody, and rules that go by tags do not find them.",
    page="Tagging Amazon Aurora and Amazon RDS resources", fix=SAFE, profile=AUDIT,
    equivalents=also(checkov="CKV_AWS_313", security_hub="RDS.16"),
)
