"""The bucket behind a trail: whoever can read, write or empty it owns the audit record."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.policy.policy import Profile, Severity, policy
from stanchion.worlds.change import Set
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView

TRAIL = "AWS::CloudTrail::Trail"
#: What keeps everybody out of a bucket, whatever its ACL and policy say.
CLOSED = tuple(
    Set(f"PublicAccessBlockConfiguration.{name}", True)
    for name in ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
)
BUCKET_DOCS = "AWS CloudTrail User Guide: Security best practices in AWS CloudTrail"


def _bucket(trail: DecidedResource, graph: GraphView) -> DecidedResource | None:
    from stanchion_aws.analysis.buckets import bucket_named_by  # what it rests on takes time to load

    return bucket_named_by(trail["S3BucketName"], graph)


def _step(trail: DecidedResource) -> Step:
    return Step(f"{trail.address} writes its log files there", trail["S3BucketName"].place)


@policy(
    "LOG120",
    "CloudTrail bucket is public",
    types=TRAIL,
    severity=Severity.CRITICAL,
    why="The log of every API call tells an attacker who may do what, and from where.",
    mend="Terraform: an aws_s3_bucket_public_access_block with all four set to true. "
    "CloudFormation: PublicAccessBlockConfiguration with all four set to true",
    docs=BUCKET_DOCS,
)
def trail_bucket_is_private(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Neither ACL nor policy of the trail's bucket lets everybody in."""
    from stanchion_aws.analysis.buckets import public_access

    bucket = _bucket(trail, graph)
    if bucket is None:
        return
    for access in public_access(bucket):
        message = f"{bucket.address} holds the logs of {trail.address}, and {access.fact}"
        yield bucket.finding(
            message,
            at=access.place,
            trace=[_step(trail)],
            others=[trail],
            subject=trail.address,
            fix=CLOSED,
            effect="closes the bucket to whoever reaches it through its ACL or policy today",
        )


@policy(
    "LOG121",
    "Access to the CloudTrail bucket is not logged",
    types=TRAIL,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="Without access logs nobody can tell who read or deleted the audit record.",
    mend="Terraform: an aws_s3_bucket_logging for the bucket. CloudFormation: LoggingConfiguration on the bucket",
    docs=BUCKET_DOCS,
)
def trail_bucket_logs_access(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The trail's bucket has access logging."""
    bucket = _bucket(trail, graph)
    if bucket is not None and bucket["LoggingConfiguration"].absent:
        message = f"{bucket.address} holds the logs of {trail.address}, and nobody logs who opens it"
        yield bucket.finding(message, trace=[_step(trail)], others=[trail], subject="LoggingConfiguration")


@policy(
    "LOG122",
    "CloudTrail bucket can be emptied without trace",
    types=TRAIL,
    severity=Severity.LOW,
    profile=Profile.STRICT,
    why="With versions and MFA delete, a thief's delete call does not destroy the record of the theft.",
    mend='Terraform: versioning_configuration { status = "Enabled" } in an aws_s3_bucket_versioning. '
    "CloudFormation: VersioningConfiguration: {Status: Enabled}",
    docs="Amazon S3 User Guide: Configuring MFA delete",
)
def trail_bucket_keeps_versions(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The trail's bucket keeps versions, or locks its objects."""
    bucket = _bucket(trail, graph)
    if bucket is None or bucket["ObjectLockEnabled"] or bucket["ObjectLockConfiguration"].present:
        return
    versioning = bucket["VersioningConfiguration"]
    if versioning["Status"].absent or versioning["Status"] != "Enabled":
        message = f"{bucket.address} holds the logs of {trail.address} without versions: what is deleted is gone"
        at = versioning["Status"] if versioning.present else None
        yield bucket.finding(
            message,
            at=at,
            trace=[_step(trail)],
            others=[trail],
            subject="VersioningConfiguration",
            fix=Set("VersioningConfiguration.Status", "Enabled"),
        )


@policy(
    "LOG124",
    "CloudTrail bucket is deleted without MFA",
    types=TRAIL,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="MFA delete keeps stolen keys from destroying old versions of the log files.",
    mend='Terraform: mfa_delete = "Enabled" in the versioning_configuration (set by the root user)',
    docs="Amazon S3 User Guide: Configuring MFA delete",
)
def trail_bucket_asks_for_mfa(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The trail's bucket asks for MFA before versions are deleted, or locks its objects."""
    bucket = _bucket(trail, graph)
    if bucket is None or bucket["ObjectLockEnabled"]:
        return
    mfa = bucket.get("VersioningConfiguration", "MfaDelete")
    if mfa.absent or mfa != "Enabled":
        message = f"versions of the logs of {trail.address} in {bucket.address} are deleted without MFA"
        yield bucket.finding(message, at=mfa, trace=[_step(trail)], others=[trail], subject="MfaDelete")


@policy(
    "LOG123",
    "CloudTrail bucket is writable by others",
    types=TRAIL,
    severity=Severity.HIGH,
    why="Whoever can write or delete log files can forge or erase the record.",
    mend="Let only cloudtrail.amazonaws.com write, with aws:SourceArn of the trail as a condition.",
    docs="AWS CloudTrail User Guide: Amazon S3 bucket policy for CloudTrail",
)
def only_cloudtrail_writes(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No statement of the bucket's policy lets an account or user write or delete objects."""
    from stanchion_aws.analysis.buckets import foreign_writers

    bucket = _bucket(trail, graph)
    if bucket is None:
        return
    for access in foreign_writers(bucket):
        message = f"{bucket.address} holds the logs of {trail.address}, and {access.fact}"
        yield bucket.finding(message, at=access.place, trace=[_step(trail)], others=[trail], subject="writers")
