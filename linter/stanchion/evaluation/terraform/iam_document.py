"""`aws_iam_policy_document`: the policy that the data source makes, as a structure and as JSON.

Source: Terraform AWS provider documentation, "Data Source: aws_iam_policy_document".
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from stanchion.evaluation.terraform.derived import concatenated
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value, is_null, plain, wholly_known
from stanchion.syntax.source import Located

_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def with_document(properties: MapValue, origin: Located) -> MapValue:
    """The data source's arguments with `document` (the policy as a structure) and `json` (its text) added."""
    document = document_of(properties, origin)
    entries = {**dict(properties.entries.items()), "document": document, "json": text_of(document, origin)}
    places = dict(properties.places or {})
    return MapValue(entries, properties.origin, properties.references, False, "object", places, properties.rest)


def document_of(properties: MapValue, origin: Located) -> MapValue:
    """The policy: sources first, own statements over them by Sid, overrides last."""
    statements: list[Value] = []
    for text in _texts(properties, "source_policy_documents", "source_json"):
        _merge(statements, _parsed(text, origin))
    _merge(statements, [_statement(block) for block in _items(properties.entries.get("statement"))])
    for text in _texts(properties, "override_policy_documents", "override_json"):
        _merge(statements, _parsed(text, origin))
    version = properties.entries.get("version")
    entries: dict[str, Value] = {"Version": Known("2012-10-17", origin) if version is None else version}
    policy_id = properties.entries.get("policy_id")
    if policy_id is not None and not is_null(policy_id):
        entries["Id"] = policy_id
    entries["Statement"] = ListValue(tuple(statements), origin)
    return MapValue(entries, origin)


def _items(value: Value | None) -> list[Value]:
    return list(value.items) if isinstance(value, ListValue) else []


def _texts(properties: MapValue, *names: str) -> list[Value]:
    found: list[Value] = []
    for name in names:
        value = properties.entries.get(name)
        if isinstance(value, ListValue):
            found += value.items
        elif value is not None and not is_null(value):
            found.append(value)
    return found


def _sid(statement: Value) -> str:
    sid = statement.entries.get("Sid") if isinstance(statement, MapValue) else None
    return sid.value if isinstance(sid, Known) and isinstance(sid.value, str) else ""


def _merge(statements: list[Value], more: list[Value]) -> None:
    """Add statements; one with the Sid of an earlier one takes its place."""
    for statement in more:
        sid = _sid(statement)
        place = next((i for i, earlier in enumerate(statements) if sid and _sid(earlier) == sid), None)
        if place is None:
            statements.append(statement)
        else:
            statements[place] = statement


def _parsed(text: Value, origin: Located) -> list[Value]:
    """The statements of a policy given as JSON text; an unknown one where the text is not known."""
    if not isinstance(text, Known) or not isinstance(text.value, str):
        if isinstance(text, Known):
            return []
        reason = text.reason if isinstance(text, Unknown) else "it hangs on a value that is not known"
        return [Unknown(reason, text.origin, text.references)]
    try:
        document = json.loads(text.value)
    except ValueError:
        return []
    given = document.get("Statement", []) if isinstance(document, dict) else []
    return [_value(item, text.origin or origin) for item in (given if isinstance(given, list) else [given])]


def _value(item: Any, origin: Located) -> Value:
    if isinstance(item, dict):
        return MapValue({str(key): _value(entry, origin) for key, entry in item.items()}, origin)
    if isinstance(item, list):
        return ListValue(tuple(_value(entry, origin) for entry in item), origin)
    return Known(item if isinstance(item, str | int | bool) or item is None else str(item), origin)


def _statement(block: Value) -> Value:
    if not isinstance(block, MapValue):
        return block
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}

    def take(source: str, target: str) -> None:
        value = block.entries.get(source)
        if value is None or is_null(value) or (isinstance(value, ListValue) and not value.items):
            return
        entries[target] = value
        if block.places and source in block.places:
            places[target] = block.places[source]

    take("sid", "Sid")
    take("effect", "Effect")
    entries.setdefault("Effect", Known("Allow", block.origin))
    for source, target in _LISTS:
        take(source, target)
    for source, target in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        principals = _principals(_items(block.entries.get(source)), block.origin)
        if principals is not None:
            entries[target] = principals
    conditions = _conditions(_items(block.entries.get("condition")), block.origin)
    if conditions is not None:
        entries["Condition"] = conditions
    return MapValue(entries, block.origin, places=places)


def _principals(blocks: list[Value], origin: Located | None) -> Value | None:
    """`type = "*"` stands for everybody; identifiers of one type are joined."""
    found: dict[str, list[Value]] = {}
    for block in blocks:
        if not isinstance(block, MapValue):
            return block
        kind, identifiers = block.entries.get("type"), block.entries.get("identifiers")
        if not isinstance(kind, Known) or identifiers is None:
            return Unknown("the type of the principals is not known", block.origin)
        if kind.value == "*":
            return Known("*", block.origin)
        values = list(identifiers.items) if isinstance(identifiers, ListValue) else [identifiers]
        found.setdefault(str(kind.value), []).extend(values)
    if not found:
        return None
    return MapValue({kind: ListValue(tuple(values), origin) for kind, values in found.items()}, origin)


def _conditions(blocks: list[Value], origin: Located | None) -> Value | None:
    tests: dict[str, dict[str, Value]] = {}
    for block in blocks:
        if not isinstance(block, MapValue):
            return block
        test, variable = block.entries.get("test"), block.entries.get("variable")
        if not isinstance(test, Known) or not isinstance(variable, Known):
            return Unknown("a condition of the statement is not known", block.origin)
        values = block.entries.get("values", ListValue((), block.origin))
        tests.setdefault(str(test.value), {})[str(variable.value)] = values
    if not tests:
        return None
    return MapValue({test: MapValue(keys, origin) for test, keys in tests.items()}, origin)


def text_of(document: Value, origin: Located) -> Value:
    """A document as JSON text; with unknown values inside, as a partly known one."""
    if wholly_known(document):
        return Known(json.dumps(plain(document), default=str), origin, document=document)
    text = concatenated(_pieces(document), origin)
    return replace(text, document=document) if isinstance(text, Unknown) else text


def _pieces(value: Value) -> list[Value]:
    if isinstance(value, MapValue):
        found: list[Value] = [Known("{")]
        for number, (key, entry) in enumerate(value.entries.items()):
            found += [Known(f"{', ' if number else ''}{json.dumps(key)}: "), *_pieces(entry)]
        return [*found, Known("}")]
    if isinstance(value, ListValue):
        found = [Known("[")]
        for number, item in enumerate(value.items):
            found += [Known(", "), *_pieces(item)] if number else _pieces(item)
        return [*found, Known("]")]
    if isinstance(value, Known):
        return [Known(json.dumps(value.value, default=str))]
    return [Known('"'), value, Known('"')]
