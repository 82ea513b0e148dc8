"""What a CloudTrail trail records: management events, object events, and whether its own changes are watched.

Rules from the AWS CloudTrail User Guide: "Logging management events", "Logging data events", "CloudTrail log event
reference", and "Creating CloudWatch alarms for CloudTrail events: examples".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView

S3_OBJECTS = "AWS::S3::Object"
#: Calls whose appearance in a metric filter shows that it watches the trail itself.
TRAIL_CHANGES = ("DeleteTrail", "StopLogging", "UpdateTrail")


class Gap(NamedTuple):
    """What a trail leaves out, as the end of a sentence that begins with its name, and the property that says so."""

    fact: str
    place: Decided


def management_events(trail: DecidedResource) -> Gap | None:
    """What of the management events a trail leaves out, or None when it records reads and writes.

    Without any selector a trail records all management events; with selectors, those that say so.
    """
    basic, advanced = trail["EventSelectors"], trail["AdvancedEventSelectors"]
    if advanced.present and advanced:
        return _advanced_gap(advanced)
    if basic.absent or not basic:
        return None
    kinds: set[str] = set()
    first: Decided | None = None
    for selector in basic:
        included = selector["IncludeManagementEvents"]
        if included.absent or included:
            kinds.add(_kind(selector))
        elif first is None:
            first = included
    if not kinds:
        return Gap("records no management events", first if first is not None else basic)
    if "All" in kinds or {"ReadOnly", "WriteOnly"} <= kinds:
        return None
    left_out = "reads" if "WriteOnly" in kinds else "writes"
    selector = next(iter(basic))
    return Gap(f"leaves out management events that are {left_out}", selector["ReadWriteType"])


def _advanced_gap(advanced: Decided) -> Gap | None:
    for selector in advanced:
        for field in selector["FieldSelectors"]:
            if field["Field"] == "eventCategory" and any(value == "Management" for value in field["Equals"]):
                return None
    return Gap("records no management events: no advanced selector asks for them", advanced)


def _kind(selector: Decided) -> str:
    kind = selector["ReadWriteType"]
    return next((word for word in ("ReadOnly", "WriteOnly") if not kind.absent and kind == word), "All")


class DataEvents(NamedTuple):
    """One selection of S3 object events: "All", "ReadOnly" or "WriteOnly", and the ARN prefixes it covers."""

    reads_and_writes: str
    values: tuple[Decided, ...]
    everything: bool

    @property
    def every_bucket(self) -> bool:
        """Whether it covers the objects of all buckets, of today and later."""
        return self.everything or any(value == arn for value in self.values for arn in EVERY_BUCKET)

    def covers(self, bucket: DecidedResource) -> bool:
        """Whether it covers all objects of one bucket: the ARN prefix must end behind the bucket's slash."""
        return self.every_bucket or any(_is_prefix_of(value, bucket) for value in self.values)


EVERY_BUCKET = ("arn:aws:s3", "arn:aws:s3:::", "arn:aws-us-gov:s3", "arn:aws-cn:s3")


def data_events(trail: DecidedResource) -> Iterator[DataEvents]:
    """The selections of S3 object events that a trail makes."""
    for selector in trail["EventSelectors"]:
        for data in selector["DataResources"]:
            if data["Type"] == S3_OBJECTS:
                values = tuple(data["Values"])
                yield DataEvents(_kind(selector), values, not values)
    for selector in trail["AdvancedEventSelectors"]:
        yield from _advanced_data_events(selector)


def _advanced_data_events(selector: Decided) -> Iterator[DataEvents]:
    values: list[Decided] = []
    objects, kind, narrowed = False, "All", False
    for field in selector["FieldSelectors"]:
        if field["Field"] == "resources.type":
            objects = any(value == S3_OBJECTS for value in field["Equals"])
        elif field["Field"] == "readOnly":
            kind = "ReadOnly" if any(value == "true" for value in field["Equals"]) else "WriteOnly"
        elif field["Field"] == "resources.ARN":
            narrowed = True
            values.extend(field["StartsWith"])
    if objects:
        yield DataEvents(kind, tuple(values), not narrowed)


def _is_prefix_of(value: Decided, bucket: DecidedResource) -> bool:
    pieces = value.pieces
    if pieces[-1] is None or not pieces[-1].endswith("/"):
        return False
    if any(reference.address == bucket.address for reference in value.references):
        return True
    name = bucket["BucketName"]
    if name.unknown or name.absent or None in pieces:
        return False
    return "".join(piece or "" for piece in pieces).endswith(f":::{name.text}/")


def watched_changes(trail: DecidedResource, graph: GraphView) -> bool:
    """Whether a metric filter on the trail's log group matches changes of the trail, and an alarm reads its metric."""
    metrics: set[str] = set()
    for metric_filter in graph.of_type("AWS::Logs::MetricFilter"):
        pattern = metric_filter["FilterPattern"]
        if pattern.unknown or not all(call in pattern.text for call in TRAIL_CHANGES):
            continue
        if _same_group(metric_filter["LogGroupName"], trail["CloudWatchLogsLogGroupArn"]):
            metrics.update(
                name.text
                for change in metric_filter["MetricTransformations"]
                if not (name := change["MetricName"]).unknown
            )
    return any(
        not (name := alarm["MetricName"]).unknown and name.text in metrics
        for alarm in graph.of_type("AWS::CloudWatch::Alarm")
    )


def _same_group(name: Decided, arn: Decided) -> bool:
    mentioned = {reference.address for reference in name.references}
    if mentioned & {reference.address for reference in arn.references}:
        return True
    if name.unknown or arn.unknown or not name.text:
        return False
    return f":log-group:{name.text}:" in f"{arn.text}:"
