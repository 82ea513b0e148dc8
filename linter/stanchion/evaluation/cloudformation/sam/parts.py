"""Making the resources that one serverless resource becomes."""

from __future__ import annotations

from collections.abc import Mapping as Map

from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation
from stanchion.evaluation.cloudformation.intrinsics.lifting import lift, scalar_words
from stanchion.evaluation.cloudformation.intrinsics.references import after_deployment
from stanchion.evaluation.conditions import Condition, all_of
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, is_null
from stanchion.syntax.source import Located

#: What a stage of a REST API has from AWS::Serverless::Api, and one of an HTTP API from AWS::Serverless::HttpApi.
STAGE = (
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "TracingEnabled",
    "Variables",
)
HTTP_STAGE = ("AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables")


class Parts:
    """What one serverless resource becomes: made one after another, all at the place where it is written."""

    __slots__ = ("ev", "implicit", "made", "name", "shared", "source", "written")

    def __init__(self, ev: Evaluation, source: Declaration, shared: Map[str, MapValue]) -> None:
        self.shared = shared
        self.ev = ev
        self.source = source
        self.name = source.name
        self.written = source.properties
        self.made: list[Declaration] = []
        self.implicit: dict[str, Declaration] = {}

    def get(self, name: str) -> Value | None:
        """A property as it is written, or None; unknown where the properties are not all known."""
        value = self.written.entries.get(name)
        return None if value is None or is_null(value) else value

    def inner(self, name: str, key: str) -> Value | None:
        """An entry of a property that is a mapping."""
        value = self.get(name)
        return value.entries.get(key) if isinstance(value, MapValue) else None

    def place(self, name: str) -> Located:
        """Where a property is written, or the resource's name."""
        return (self.written.places or {}).get(name) or self.source.header

    def renamed(self, names: Map[str, str]) -> tuple[dict[str, Value], dict[str, Located]]:
        """The properties of these names under their new ones, and their places."""
        entries: dict[str, Value] = {}
        places: dict[str, Located] = {}
        for old, new in names.items():
            value = self.get(old)
            if value is not None:
                entries[new] = value
                places[new] = self.place(old)
        return entries, places

    def shared_with(self, section: str, names: tuple[str, ...]) -> dict[str, Value]:
        """The properties of these names in a section of Globals: what an implicit API has."""
        found = self.shared.get(section)
        return {name: found.entries[name] for name in names if name in found.entries} if found is not None else {}

    def ref(self, name: str) -> Unknown:
        """Ref to one of the resources."""
        return after_deployment(self.ev, name, "Ref", self.source.header)

    def arn(self, name: str) -> Unknown:
        """The ARN of one of the resources."""
        return after_deployment(self.ev, name, "Arn", self.source.header)

    def tags(self, entries: dict[str, Value], places: dict[str, Located], created_by: str | None = None) -> None:
        """Tags, which SAM writes as a mapping, as a list; with the one that the transform adds."""
        written = self.get("Tags")
        if written is None and created_by is None:
            return
        given = written if written is not None else MapValue({}, self.source.header)
        entries["Tags"] = lift([given], lambda row: tag_list(row[0], created_by, self.source.header), given.origin)
        places["Tags"] = self.place("Tags")

    def primary(self, resource_type: str, entries: dict[str, Value], places: dict[str, Located]) -> None:
        """Make the resource that keeps the logical id, with the attributes of the serverless one."""
        attributes = MapValue(
            {**self.source.attributes.entries, "Serverless": self.written},
            self.source.attributes.origin,
            places=self.source.attributes.places,
        )
        self.made.append(self._declare(self.name, resource_type, entries, places, True, attributes))

    def add(
        self,
        name: str,
        resource_type: str,
        entries: dict[str, Value],
        places: dict[str, Located] | None = None,
        exists: Condition = True,
    ) -> None:
        """Make a resource that the transform adds."""
        nothing = MapValue({}, self.source.header)
        self.made.append(self._declare(name, resource_type, entries, places or {}, exists, nothing))

    def imply(self, name: str, resource_type: str, entries: dict[str, Value]) -> None:
        """Make a resource that the transform adds once for all (the implicit APIs)."""
        nothing = MapValue({}, self.source.header)
        self.implicit[name] = self._declare(name, resource_type, entries, {}, True, nothing)

    def _declare(
        self,
        name: str,
        resource_type: str,
        entries: dict[str, Value],
        places: dict[str, Located],
        exists: Condition,
        attributes: MapValue,
    ) -> Declaration:
        source = self.source
        properties = MapValue(entries, source.properties.origin, places=places, rest=source.properties.rest)
        return Declaration(
            source.framework,
            "resource",
            self.ev.where.prefix + name,
            resource_type,
            name,
            properties,
            attributes,
            source.header,
            source.block,
            all_of(source.exists, exists),
            source.calls,
        )


def generated(data: object, place: Located) -> Value:
    """Plain data that a transform writes, as a value at a place; values in it stay as they are."""
    if isinstance(data, Known | ListValue | MapValue | Unknown | Choice):
        return data
    if isinstance(data, dict):
        return MapValue({key: generated(item, place) for key, item in data.items()}, place)
    if isinstance(data, list | tuple):
        return ListValue(tuple(generated(item, place) for item in data), place)
    return Known(data if isinstance(data, str | int | bool) else str(data), place)


def tag_list(value: Value, created_by: str | None, place: Located) -> Value:
    """A mapping of tags as a list of Key and Value."""
    items: list[Value] = [generated({"Key": created_by, "Value": "SAM"}, place)] if created_by else []
    if isinstance(value, ListValue):
        return ListValue((*items, *value.items), value.origin)
    if not isinstance(value, MapValue):
        return value
    for key, item in value.entries.items():
        where = (value.places or {}).get(key, place)
        items.append(MapValue({"Key": Known(key, where), "Value": item}, where))
    return ListValue(tuple(items), value.origin)


def code_location(value: Value, names: tuple[str, str, str]) -> Value:
    """A CodeUri, ContentUri or DefinitionUri as bucket, key and version under the given names.

    A local path is uploaded when the template is packaged, so that its bucket and key are unknown.
    """

    def location(row: list[Value]) -> Value:
        uri = row[0]
        if isinstance(uri, MapValue):
            entries: dict[str, Value] = {}
            for old, new in zip(("Bucket", "Key", "Version"), names, strict=True):
                if old in uri.entries:
                    entries[new] = uri.entries[old]
            return MapValue(entries, uri.origin, places=uri.places, rest=uri.rest)
        text = scalar_words(uri.value) if isinstance(uri, Known) else ""
        bucket, slash, key = text.removeprefix("s3://").partition("/")
        if text.startswith("s3://") and slash:
            return MapValue({names[0]: Known(bucket, uri.origin), names[1]: Known(key, uri.origin)}, uri.origin)
        return MapValue({}, uri.origin, rest=Unknown("it is uploaded when the template is packaged", uri.origin))

    return lift([value], location, value.origin)


def api_stage_id(api: str, stage: Value | None) -> str:
    """The logical id of an API's stage."""
    text = scalar_words(stage.value) if isinstance(stage, Known) else ""
    return f"{api}{text}Stage" if text.isalnum() else f"{api}Stage"
