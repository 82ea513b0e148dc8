"""Documents that a template gives as text where CloudFormation takes an object: a policy as a JSON string.

AWS CloudFormation User Guide, "AWS::IAM::Role": AssumeRolePolicyDocument is of type Json, an object or its text.
"""

from __future__ import annotations

from dataclasses import replace

from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.graph.jsontext import structured

#: How deep properties are looked through.
MAX_DEPTH = 32


def with_documents(type_: str, body: MapValue) -> MapValue:
    """The properties of a resource, with text that spells an object in its place where the schema takes one."""
    found = _within(type_, body, "", 0)
    return found if isinstance(found, MapValue) else body


def _within(type_: str, value: Value, path: str, depth: int) -> Value:
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, MapValue):
        made = {
            name: _within(type_, entry, f"{path}.{name}" if path else name, depth + 1)
            for name, entry in value.entries.items()
        }
        changed = any(made[name] is not entry for name, entry in value.entries.items())
        return replace(value, entries=made) if changed else value
    if isinstance(value, ListValue):
        items = tuple(_within(type_, item, path, depth + 1) for item in value.items)
        changed = any(new is not old for new, old in zip(items, value.items, strict=True))
        return replace(value, items=items) if changed else value
    if _spells_an_object(value):
        from stanchion.graph.schemas import takes_any_object

        return structured(value) if takes_any_object(type_, path) else value
    return value


def _spells_an_object(value: Value) -> bool:
    """Whether a text, or one of the texts that it may be, begins as an object does."""
    if isinstance(value, Choice):
        return any(_spells_an_object(arm) for _, arm in value.arms)
    if isinstance(value, Unknown):
        return value.parts is not None and any(map(_spells_an_object, value.parts[:1]))
    return isinstance(value, Known) and isinstance(value.value, str) and value.value.lstrip()[:1] == "{"
