"""CloudTrail: is every action in the account recorded, kept unaltered, and heard of?"""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.api import (
    AUDIT,
    HIGH,
    INFO,
    LOW,
    MEDIUM,
    PRESENT,
    SAFE,
    STRICT,
    Append,
    DecidedResource,
    Fault,
    GraphView,
    Profile,
    Set,
    Severity,
    graph_policy,
    policy,
    resource,
)
from stanchion_aws.analysis.trails import DataEvents, data_events, management_events, watched_changes

TRAIL = "AWS::CloudTrail::Trail"

#: An advanced selector of all management events, and selectors of both kinds for the objects of all buckets.
MANAGEMENT = Append(
    "AdvancedEventSelectors", {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}
)
OBJECTS = Append(
    "EventSelectors",
    {
        "ReadWriteType": "All",
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
    },
)
ADVANCED_OBJECTS = Append(
    "AdvancedEventSelectors",
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        ]
    },
)
#: What an event selector says when it takes all management events.
SELECTED: dict[str, bool | str] = {"IncludeManagementEvents": True, "ReadWriteType": "All"}

TRAILS = resource(TRAIL, name="CloudTrail trail", guide="AWS CloudTrail User Guide")
STORES = resource(
    "AWS::CloudTrail::EventDataStore", name="CloudTrail Lake event data store", guide="AWS CloudTrail User Guide"
)

TRAILS.must(
    "LOG101", "EnableLogFileValidation", True, HIGH, "does not validate its log files",
    "Whoever breaks in can rewrite the record of what they did. Signed digests make that visible.",
    page="Validating CloudTrail log file integrity", fix=SAFE,
)  # fmt: skip
TRAILS.must(
    "LOG102", "IsMultiRegionTrail", True, MEDIUM, "records one region only",
    "Attackers work in the regions nobody watches. A trail for all regions also covers regions added later.",
    page="Receiving CloudTrail log files from multiple Regions", fix=SAFE,
)  # fmt: skip
TRAILS.must(
    "LOG103", "IsLogging", True, HIGH, "is created stopped: it records nothing until somebody starts it",
    "A trail that is not logging looks like an audit record and holds none.",
    page="Turning off logging for a trail", title="CloudTrail trail does not log", fix=SAFE,
)  # fmt: skip
TRAILS.must(
    "LOG104", "KMSKeyId", PRESENT, LOW, "names no KMS key of one's own for its logs",
    "With a KMS key, reading the logs takes a second permission, which is itself recorded.",
    page="Encrypting CloudTrail log files with AWS KMS keys (SSE-KMS)", profile=STRICT,
)  # fmt: skip
TRAILS.must(
    "LOG105", "CloudWatchLogsLogGroupArn", PRESENT, LOW, "delivers its events to no CloudWatch log group",
    "Log files in a bucket are read after the fact. Alarms need the events as they come.",
    page="Sending events to CloudWatch Logs", profile=STRICT,
)  # fmt: skip
TRAILS.must(
    "LOG107", "IncludeGlobalServiceEvents", True, MEDIUM, "leaves out global services, IAM and STS among them",
    "Identity changes are the first thing an investigation asks for.",
    page="CloudTrail concepts, About global service events", fix=SAFE,
)  # fmt: skip
TRAILS.must(
    "LOG108", "SnsTopicName", PRESENT, INFO, "notifies no SNS topic when log files arrive",
    "A notification lets other systems fetch each log file as it is delivered.",
    page="Configuring Amazon SNS notifications for CloudTrail", profile=AUDIT,
)  # fmt: skip
STORES.must(
    "LOG112", "KmsKeyId", PRESENT, LOW, "has no KMS key of one's own",
    "A key of one's own adds a second permission to reading the events, and can be withdrawn.",
    page="Encrypting CloudTrail event data stores with AWS KMS keys", profile=STRICT,
)  # fmt: skip


@policy(
    "LOG106",
    "CloudTrail trail leaves out management events",
    types=TRAIL,
    severity=Severity.HIGH,
    why="Management events are the record of who changed what in the account. A trail without them answers little.",
    mend='Terraform: include_management_events = true and read_write_type = "All" in an event_selector. '
    "CloudFormation: IncludeManagementEvents: true and ReadWriteType: All in an event selector",
    docs="AWS CloudTrail User Guide: Logging management events",
)
def management_events_are_logged(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Some selector records management events, reads and writes both."""
    gap = management_events(trail)
    if gap is not None:
        name = gap.place.path.rpartition(".")[2]
        fix = Set(gap.place.path, SELECTED[name]) if name in SELECTED else MANAGEMENT
        yield trail.finding(f"{trail.address} {gap.fact}", at=gap.place, subject="EventSelectors", fix=fix)


@policy(
    "LOG109",
    "CloudTrail trail records no S3 object events",
    types=TRAIL,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Without data events nobody can tell which objects were read or deleted.",
    mend='Terraform: event_selector { data_resource { type = "AWS::S3::Object"  values = ["arn:aws:s3"] } }. '
    "CloudFormation: an EventSelectors entry with DataResources of Type AWS::S3::Object and Values arn:aws:s3",
    docs="AWS CloudTrail User Guide: Logging data events",
)
def s3_data_events_are_logged(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """The trail records object events of all buckets."""
    if not any(events.every_bucket for events in data_events(trail)):
        yield trail.finding(
            f"{trail.address} does not record object events of all buckets",
            at=trail["EventSelectors"],
            subject="S3",
            fix=ADVANCED_OBJECTS if trail["AdvancedEventSelectors"] else OBJECTS,
            effect="records data events, which are charged for by their number",
        )


def _object_events(bucket: DecidedResource, graph: GraphView, kind: str) -> bool:
    def records(events: DataEvents) -> bool:
        return events.reads_and_writes in ("All", kind) and events.covers(bucket)

    return any(records(events) for trail in graph.of_type(TRAIL) for events in data_events(trail))


@policy(
    "LOG110",
    "Writes to a bucket's objects are recorded by no trail",
    types="AWS::S3::Bucket",
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Without data events nobody can tell who changed or deleted an object.",
    mend="Add an event selector of ReadWriteType All for AWS::S3::Object with the bucket's ARN and a closing slash.",
    docs="AWS CloudTrail User Guide: Logging data events",
)
def object_writes_are_recorded(bucket: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Some trail of the unit records writes to the bucket's objects."""
    if not _object_events(bucket, graph, "WriteOnly"):
        yield bucket.finding(f"no trail here records writes to the objects of {bucket.address}")


@policy(
    "LOG111",
    "Reads of a bucket's objects are recorded by no trail",
    types="AWS::S3::Bucket",
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="Without data events nobody can tell what was taken after a leak.",
    mend="Add an event selector of ReadWriteType All for AWS::S3::Object with the bucket's ARN and a closing slash.",
    docs="AWS CloudTrail User Guide: Logging data events",
)
def object_reads_are_recorded(bucket: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Some trail of the unit records reads of the bucket's objects."""
    if not _object_events(bucket, graph, "ReadOnly"):
        yield bucket.finding(f"no trail here records reads of the objects of {bucket.address}")


@policy(
    "LOG113",
    "Nobody is alarmed when CloudTrail itself is changed",
    types=TRAIL,
    severity=Severity.INFO,
    profile=Profile.AUDIT,
    why="The first step of a careful intruder is to stop the trail. That call should wake somebody.",
    mend="Add a metric filter for CreateTrail, UpdateTrail, DeleteTrail, StartLogging and StopLogging on the trail's "
    "log group, and an alarm on its metric.",
    docs="AWS CloudTrail User Guide: Creating CloudWatch alarms for CloudTrail events: examples",
)
def changes_to_the_trail_raise_an_alarm(trail: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A multi-region trail's log group has a metric filter on trail changes with an alarm."""
    if trail["IsMultiRegionTrail"] and not watched_changes(trail, graph):
        yield trail.finding(f"no alarm is raised when {trail.address} is changed or stopped")


@graph_policy(
    "LOG130",
    "No trail covers all regions",
    severity=Severity.HIGH,
    why="Several trails that each see one region leave all other regions unrecorded.",
    mend="Make one of the trails record all regions: is_multi_region_trail = true / IsMultiRegionTrail: true",
    docs="AWS CloudTrail User Guide: Receiving CloudTrail log files from multiple Regions",
)
def some_trail_covers_all_regions(graph: GraphView) -> Iterable[Fault]:
    """Where several trails are declared, one of them records all regions and is logging."""
    trails = list(graph.of_type(TRAIL))
    if len(trails) < 2 or any(trail["IsMultiRegionTrail"] and trail["IsLogging"] for trail in trails):
        return
    first, others = trails[0], trails[1:]
    yield first.finding(
        f"none of the {len(trails)} trails records all regions: {', '.join(trail.address for trail in trails)}",
        others=others,
        subject="trails",
    )
