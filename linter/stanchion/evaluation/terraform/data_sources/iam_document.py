"""`aws_iam_policy_document`: the policy that the data source makes, as a structure and as JSON.

Source: Terraform AWS provider documentation, "Data Source: aws_iam_policy_document".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from stanchion.evaluation.conditions import Condition, Is, Undecided, negate
from stanchion.evaluation.terraform.expressions.propagation import concatenated, decided, over_rows
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    combinations,
    is_null,
    joined,
    plain,
    unknown_like,
    wholly_known,
)
from stanchion.syntax.source import Located

_DEFAULT_VERSION = "2012-10-17"
_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))
#: In these, `&{aws:username}` stands for the policy variable `${aws:username}`.
_WITH_VARIABLES = frozenset({"resources", "not_resources"})
#: How many different texts a document may have before its text is left unknown; its structure is kept.
MAX_TEXTS = 8

Read = Callable[[str], Value | None]


def policy(read: Read, origin: Located) -> dict[str, Value]:
    """What the data source computes from its arguments: `document` (the structure), `json` and `minified_json`.

    `read` gives an argument, or a nested block type's blocks as a list. A statement that may be absent is a choice with
    a null arm.
    """
    document = document_of(read, origin)
    return {
        "document": document,
        "json": text_of(document, origin, 2),
        "minified_json": text_of(document, origin, None),
    }


def document_of(read: Read, origin: Located) -> MapValue:
    """The policy: sources first, own statements over them by Sid, overrides last."""
    statements: list[Value] = []
    versions, ids = [read("version")], [read("policy_id")]
    for text in _texts(read, "source_policy_documents", "source_json"):
        _merge(statements, _given(text, versions, ids, origin))
    own_id = ids.pop(0)
    _merge(statements, [_each_arm(block, _statement) for block in _items(read("statement"))])
    for text in _texts(read, "override_policy_documents", "override_json"):
        if isinstance(text, Unknown) and text.document is None:
            statements = [_perhaps_replaced(statement, text) for statement in statements]
        _merge(statements, _given(text, versions, ids, origin))
    entries: dict[str, Value] = {"Version": _latest(versions, origin)}
    found = [value for value in [*ids, own_id] if value is not None and not _empty(value)]
    if found:
        entries["Id"] = found[-1]
    entries["Statement"] = ListValue(tuple(statements), origin)
    return MapValue(entries, origin)


def _latest(versions: list[Value | None], origin: Located) -> Value:
    """The highest of the versions that sources, the document itself and overrides give."""
    own = versions[0]
    first: Value = own if own is not None and not _empty(own) else Known(_DEFAULT_VERSION, origin)
    latest = first
    for version in versions[1:]:
        if isinstance(version, Known) and isinstance(latest, Known) and str(version.value) > str(latest.value):
            latest = version
    return latest


def _empty(value: Value) -> bool:
    if isinstance(value, ListValue):
        return not value.items
    return isinstance(value, Known) and value.value in (None, "")


def _each_arm(value: Value, make: Callable[[Value], Value]) -> Value:
    """What is made of a value, arm by arm; a null arm stays null."""
    if isinstance(value, Choice):
        return Choice(tuple((guard, _each_arm(arm, make)) for guard, arm in value.arms), value.origin)
    return value if is_null(value) else make(value)


def _items(value: Value | None) -> list[Value]:
    """The elements of a list; those of a choice of lists are choices themselves, unknown ones one unknown."""
    if isinstance(value, ListValue):
        return list(value.items)
    if isinstance(value, Choice):
        return [_perhaps(guard, item) for guard, arm in value.arms for item in _items(arm)]
    return [value] if value is not None and not is_null(value) else []


def _perhaps(guard: Condition, value: Value) -> Value:
    if guard is True:
        return value
    return choose(((guard, value), (negate(guard), Known(None, value.origin))), value.origin)


def _texts(read: Read, *names: str) -> list[Value]:
    return [item for name in names for item in _items(read(name)) if not _empty(item)]


def _given(text: Value, versions: list[Value | None], ids: list[Value | None], origin: Located) -> list[Value]:
    """The statements of a policy given as JSON text; an unknown one where the text is not known."""
    if isinstance(text, Choice):
        return [
            _perhaps(guard, statement)
            for guard, arm in text.arms
            for statement in ([] if _empty(arm) else _given(arm, [], [], origin))
        ]
    document = text.document if isinstance(text, Known | Unknown) else None
    if document is None:
        if not isinstance(text, Known):
            return [unknown_like(text)]
        try:
            document = _value(json.loads(str(text.value)), text.origin or origin)
        except (ValueError, RecursionError):
            return [Unknown("a policy document that it takes over is no JSON", text.origin, text.references)]
    if isinstance(document, Choice):
        return [
            _perhaps(guard, statement)
            for guard, arm in document.arms
            for statement in _given(Unknown("", text.origin, document=arm), [], [], origin)
        ]
    if not isinstance(document, MapValue):
        return [unknown_like(document)]
    versions.append(document.entries.get("Version"))
    ids.append(document.entries.get("Id"))
    return _items(document.entries.get("Statement"))


def _value(item: Any, origin: Located) -> Value:
    if isinstance(item, dict):
        return MapValue({str(key): _value(entry, origin) for key, entry in item.items()}, origin)
    if isinstance(item, list):
        return ListValue(tuple(_value(entry, origin) for entry in item), origin)
    return Known(item if isinstance(item, str | int | bool) or item is None else str(item), origin)


def _sid(statement: Value) -> str:
    """A statement's Sid; "" for none, and where it is not the same in every arm."""
    if isinstance(statement, Choice):
        sids = {_sid(arm) for _, arm in statement.arms if not is_null(arm)}
        return sids.pop() if len(sids) == 1 else ""
    sid = statement.entries.get("Sid") if isinstance(statement, MapValue) else None
    return sid.value if isinstance(sid, Known) and isinstance(sid.value, str) else ""


def _merge(statements: list[Value], more: list[Value]) -> None:
    """Add statements; one with the Sid of an earlier one takes its place, where it is there at all."""
    places: dict[str, int] = {}
    for place, statement in enumerate(statements):
        places.setdefault(_sid(statement), place)
    for statement in more:
        sid = _sid(statement)
        index = places.get(sid) if sid else None
        if index is None:
            places.setdefault(sid, len(statements))
            statements.append(statement)
        elif isinstance(statement, Choice):
            before = statements[index]
            arms = [(guard, before if is_null(arm) else arm) for guard, arm in statement.arms]
            statements[index] = choose(arms, statement.origin)
        else:
            statements[index] = statement


def _perhaps_replaced(statement: Value, by: Unknown) -> Value:
    """A statement with a Sid that an unknown document may override."""
    sid = _sid(statement)
    if not sid:
        return statement
    name = by.variable.name if by.variable is not None else by.reason
    replaced = Is(Undecided(f"{name} replaces {json.dumps(sid)}"), True)
    return choose(((replaced, unknown_like(by)), (negate(replaced), statement)), statement.origin)


def _statement(block: Value) -> Value:
    if not isinstance(block, MapValue):
        return unknown_like(block)
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}

    def put(source: str, target: str, value: Value | None) -> None:
        if value is not None and not _empty(value):
            entries[target] = value
            if block.places and source in block.places:
                places[target] = block.places[source]

    put("sid", "Sid", block.entries.get("sid"))
    put("effect", "Effect", block.entries.get("effect", Known("Allow", block.origin)))
    if "Effect" not in entries:
        entries["Effect"] = Known("Allow", block.origin)
    for source, target in _LISTS:
        put(source, target, _strings(block.entries.get(source), source in _WITH_VARIABLES, True))
    for source, target in _PRINCIPALS:
        put(source, target, _lifted(block.entries.get(source), _principals))
    put("condition", "Condition", _lifted(block.entries.get("condition"), _conditions))
    return MapValue(entries, block.origin, places=places)


def _lifted(blocks: Value | None, make: Callable[[list[Value], Located | None], Value]) -> Value | None:
    """What is made of nested blocks, some of which may be absent."""
    if blocks is None or _empty(blocks):
        return None
    items = _items(blocks)
    origin = blocks.origin
    rows = combinations(items)

    def of_present(row: list[Value]) -> Value:
        present = [item for item in row if not is_null(item)]
        if not all(isinstance(item, MapValue) for item in present):
            return unknown_like(next(item for item in present if not isinstance(item, MapValue)))
        return make(present, origin) if present else Known(None, origin)

    return over_rows(rows, items, of_present, origin)


def _strings(value: Value | None, variables: bool, sort: bool) -> Value | None:
    """A list as the document has it: a single element stands alone, several known ones in descending order."""
    if value is None or _empty(value):
        return None
    if isinstance(value, Choice):
        arms = ((guard, _strings(arm, variables, sort) or Known(None)) for guard, arm in value.arms)
        return Choice(tuple(arms), value.origin)
    if not isinstance(value, ListValue):
        return value
    items = [_with_variables(item) if variables else item for item in value.items]
    if len(items) == 1:
        return items[0]
    if sort and all(isinstance(item, Known) and isinstance(item.value, str) for item in items):
        distinct = {item.value: item for item in reversed(items) if isinstance(item, Known)}
        items = [distinct[text] for text in sorted(distinct, key=str, reverse=True)]
    return replace(value, items=tuple(items), kind="list")


def _with_variables(value: Value) -> Value:
    if isinstance(value, Known) and isinstance(value.value, str) and "&{" in value.value:
        return replace(value, value=value.value.replace("&{", "${"))
    if isinstance(value, Unknown) and value.parts is not None:
        return replace(value, parts=tuple(_with_variables(part) for part in value.parts))
    if isinstance(value, Choice):
        return Choice(tuple((guard, _with_variables(arm)) for guard, arm in value.arms), value.origin)
    return value


def _principals(blocks: list[Value], origin: Located | None) -> Value:
    """`type = "*"` with the one identifier "*" stands for everybody; identifiers of one type are joined."""
    found: dict[str, list[Value]] = {}
    for block in blocks:
        assert isinstance(block, MapValue)  # `_lifted` sees to it
        kind, identifiers = block.entries.get("type"), block.entries.get("identifiers")
        if not isinstance(kind, Known) or identifiers is None:
            return Unknown("the type of the principals is not known", block.origin)
        made = _strings(identifiers, True, True)
        if len(blocks) == 1 and kind.value == "*" and isinstance(made, Known) and made.value == "*":
            return Known("*", identifiers.origin)
        values = list(made.items) if isinstance(made, ListValue) else [made] if made is not None else []
        found.setdefault(str(kind.value), []).extend(values)
    return _joined_lists(found, origin)


def _joined_lists(found: dict[str, list[Value]], origin: Located | None) -> MapValue:
    entries: dict[str, Value] = {}
    for name in sorted(found):
        values = found[name]
        references = joined(value.references for value in values)
        place = values[0].origin if values else origin
        entries[name] = values[0] if len(values) == 1 else ListValue(tuple(values), place, references, kind="list")
    return MapValue(entries, origin)


def _conditions(blocks: list[Value], origin: Located | None) -> Value:
    tests: dict[str, dict[str, list[Value]]] = {}
    for block in blocks:
        assert isinstance(block, MapValue)  # `_lifted` sees to it
        test, variable = block.entries.get("test"), block.entries.get("variable")
        if not isinstance(test, Known) or not isinstance(variable, Known):
            return Unknown("a condition of the statement is not known", block.origin)
        made = _strings(block.entries.get("values"), True, False)
        name = str(variable.value).replace("&{", "${")
        values = list(made.items) if isinstance(made, ListValue) else [made] if made is not None else []
        tests.setdefault(str(test.value), {}).setdefault(name, []).extend(values)
    return MapValue({test: _joined_lists(tests[test], origin) for test in sorted(tests)}, origin)


def text_of(document: Value, origin: Located, indent: int | None) -> Value:
    """A document as JSON text; with unknown values inside, as a partly known one."""
    rows = decided([document])
    if rows is None or len(rows) > MAX_TEXTS:
        return Unknown("it hangs on many conditions", origin, type="string", document=document)
    return choose([(guard, _text(_present(row), origin, indent)) for guard, (row,) in rows], origin)


def _present(document: Value) -> Value:
    """A document in which nothing hangs on a choice, without the elements that are absent."""
    if isinstance(document, ListValue):
        return replace(document, items=tuple(_present(item) for item in document.items if not is_null(item)))
    if isinstance(document, MapValue):
        entries = {key: _present(item) for key, item in document.entries.items() if not is_null(item)}
        return replace(document, entries=entries)
    return document


def _text(document: Value, origin: Located, indent: int | None) -> Value:
    if wholly_known(document):
        separators = (",", ": " if indent else ":")
        text = json.dumps(plain(document), default=str, ensure_ascii=False, indent=indent, separators=separators)
        for character in "<>&":
            text = text.replace(character, f"\\u{ord(character):04x}")  # as Go writes JSON
        return Known(text, origin, document=document)
    text_value = concatenated(list(_pieces(document)), origin)
    return replace(text_value, document=document) if isinstance(text_value, Known | Unknown) else text_value


def _pieces(value: Value) -> Iterator[Value]:
    if isinstance(value, MapValue):
        yield Known("{")
        for number, (key, entry) in enumerate(value.entries.items()):
            yield Known(f"{', ' if number else ''}{json.dumps(key)}: ")
            yield from _pieces(entry)
        yield Known("}")
    elif isinstance(value, ListValue):
        yield Known("[")
        for number, item in enumerate(value.items):
            if number:
                yield Known(", ")
            yield from _pieces(item)
        yield Known("]")
    elif isinstance(value, Known):
        yield Known(json.dumps(value.value, default=str))
    elif isinstance(value, Unknown) and value.type not in (None, "string"):
        yield value
    else:
        yield Known('"')
        yield value
        yield Known('"')
