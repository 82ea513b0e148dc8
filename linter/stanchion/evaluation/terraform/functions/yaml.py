"""`yamlencode` and `yamldecode` ("yamldecode Function", Terraform documentation; the module go-cty-yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.json_text import normal_text
from stanchion.evaluation.terraform.functions.signature import TEXT, Parameter, Surroundings, valued
from stanchion.evaluation.terraform.types.conversion import to_text
from stanchion.evaluation.terraform.types.numbers import INFINITY, normal, parse
from stanchion.evaluation.terraform.types.types import ANY
from stanchion.evaluation.values import Known, ListValue, MapValue, Scalar, Value
from stanchion.syntax.document.yaml import too_deep
from stanchion.syntax.source import Located

#: Nesting, and values counted as often as aliases repeat them.
MAX_DEPTH = 150
MAX_NODES = 100_000


def _yaml() -> Any:
    return import_module("yaml")  # heavy, and only these two functions need it


def _encode(arguments: list[Value], around: Surroundings) -> Value:
    yaml = _yaml()
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(arguments[0], yaml),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    # The C emitter is the one of which Go's is a translation; it ends a document in another version's way.
    text = str(yaml.emit(events, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True))
    text = text.removesuffix("...\n")
    plain = isinstance(arguments[0], Known) and not isinstance(arguments[0].value, str)
    return Known(text + "...\n" if plain else text, around.origin)


def _events(value: Value, yaml: Any) -> Iterator[Any]:
    if isinstance(value, Known):
        yield _scalar_event(value.value, yaml)
    elif isinstance(value, ListValue):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=not value.items)
        for item in value.items:
            yield from _events(item, yaml)
        yield yaml.SequenceEndEvent()
    elif isinstance(value, MapValue):
        yield yaml.MappingStartEvent(None, None, True, flow_style=not value.entries)
        for key in sorted(value.entries):
            yield _scalar_event(key, yaml)
            yield from _events(value.entries[key], yaml)
        yield yaml.MappingEndEvent()


def _scalar_event(scalar: Scalar, yaml: Any) -> Any:
    if isinstance(scalar, str):
        return yaml.ScalarEvent(None, None, (False, True), scalar, style="|" if "\n" in scalar else '"')
    text = "null" if scalar is None else to_text(scalar)
    return yaml.ScalarEvent(None, None, (True, False), text)


def _decode(arguments: list[Value], around: Surroundings) -> Value:
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    yaml = _yaml()
    try:
        return Document(yaml, text, around.origin).read()
    except (yaml.YAMLError, ValueError) as error:
        if too_deep(error):
            raise BoundExceededError(f"a document nested deeper than {MAX_DEPTH} is not read") from None
        raise EvaluationError(f"it is not valid YAML: {' '.join(str(error).split())[:200]}") from None


class Document:
    """Reads the one document of a YAML text event by event."""

    def __init__(self, yaml: Any, text: str, origin: Located | None) -> None:
        self.yaml = yaml
        self.events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.origin = origin
        self.anchors: dict[str, tuple[Value, int]] = {}
        self.nodes = 0

    def read(self) -> Value:
        """The document's value. Raises EvaluationError for none or more than one."""
        next(self.events)
        event = next(self.events)
        if isinstance(event, self.yaml.StreamEndEvent):
            raise EvaluationError("missing start of document")
        value = self.node(next(self.events), 0)
        next(self.events)
        if not isinstance(next(self.events), self.yaml.StreamEndEvent):
            raise EvaluationError("unexpected extra content after value")
        return value

    def node(self, event: Any, depth: int) -> Value:
        """The value that begins with an event."""
        yaml = self.yaml
        if depth > MAX_DEPTH:
            raise BoundExceededError(f"a document nested deeper than {MAX_DEPTH} is not read")
        before = self.nodes
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise EvaluationError(f'reference to undefined anchor "{event.anchor}"')
            value, size = self.anchors[event.anchor]
            self.nodes += size
        elif isinstance(event, yaml.ScalarEvent):
            value = Known(resolve(event), self.origin)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(event, depth)
        else:
            value = self.mapping(event, depth)
        if self.nodes > MAX_NODES:
            raise BoundExceededError(f"it holds more than {MAX_NODES:,} values")
        anchor = None if isinstance(event, yaml.AliasEvent) else event.anchor
        if anchor:
            self.anchors[anchor] = (value, self.nodes - before)
        return value

    def sequence(self, start: Any, depth: int) -> Value:
        """The items up to the end of a sequence."""
        if start.tag not in (None, "!", "tag:yaml.org,2002:seq"):
            raise EvaluationError(f"unsupported tag {start.tag}")
        items: list[Value] = []
        event = next(self.events)
        while not isinstance(event, self.yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
            event = next(self.events)
        return ListValue(tuple(items), self.origin)

    def mapping(self, start: Any, depth: int) -> Value:
        """The entries up to the end of a mapping; what `<<` names is merged in where it stands."""
        if start.tag not in (None, "!", "tag:yaml.org,2002:map"):
            raise EvaluationError(f"unsupported tag {start.tag}")
        entries: dict[str, Value] = {}
        event = next(self.events)
        while not isinstance(event, self.yaml.MappingEndEvent):
            merges = isinstance(event, self.yaml.ScalarEvent) and event.value == "<<"
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if merges:
                if not isinstance(value, MapValue):
                    raise EvaluationError("cannot merge what is no mapping")
                entries.update(value.entries)
            else:
                entries[self.key(key)] = value
            event = next(self.events)
        return MapValue(entries, self.origin)

    def key(self, value: Value) -> str:
        """A key as a string."""
        if not isinstance(value, Known) or value.value is None:
            raise EvaluationError("invalid mapping key: a string is required")
        return to_text(value.value)


_TRUE = frozenset({"true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_STANDARD = "tag:yaml.org,2002:"


def resolve(event: Any) -> Scalar:
    """The value of a scalar event by its tag, or by how it looks when it is plain."""
    tag = event.tag
    text = normal_text(event.value)
    if tag is None:
        return text if event.style else _plain(text)
    return _tagged(tag.removeprefix(_STANDARD), text, tag)


def _tagged(name: str, text: str, tag: str) -> Scalar:
    if name == "null":
        return None
    if name in ("str", "binary", "timestamp"):
        if name == "binary":
            from stanchion.evaluation.terraform.functions.encoding import from_base64

            from_base64(text)
        moment = _timestamp(text) if name == "timestamp" else text
        if moment is None:
            raise EvaluationError(f"cannot parse {text[:40]!r} as {tag}")
        return moment
    value = _plain(text)
    good = {
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | Decimal) and not isinstance(value, bool),
        "bool": isinstance(value, bool),
    }.get(name)
    if not good:
        raise EvaluationError(f"cannot parse {text[:40]!r} as {tag}")
    return value


def _plain(text: str) -> Scalar:
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"):
        return INFINITY
    if text in ("-.inf", "-.Inf", "-.INF"):
        return -INFINITY
    if text in (".nan", ".NaN", ".NAN"):
        raise EvaluationError("floating point NaN is not supported")
    return _number(text) if text[0] in "+-.0123456789" else text


def _number(text: str) -> Scalar:
    """A numeral, or a timestamp; anything else is the string it looks like."""
    for prefix, base, allowed in (("0x", 16, "[0-9a-fA-F]+"), ("0o", 8, "[0-7]+")):
        if text.startswith(prefix) and re.fullmatch(allowed, text[2:]) and len(text) < 100:
            return int(text[2:], base)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        number = parse(text)
        return normal(number) if number is not None else text
    return _timestamp(text) or text


def _timestamp(text: str) -> str | None:
    """A date, or a date and a time, in the one form in which Terraform keeps them; None for anything else."""
    match = re.fullmatch(
        r"(\d{4})-(\d\d?)-(\d\d?)(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?)?", text, re.ASCII
    )
    if match is None or (match[4] is not None and (match[4] == " ") != (match[8] is None)):
        return None
    from datetime import date

    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    hour, minute, second = (int(match[group] or 0) for group in (5, 6, 7))
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = match[8] if match[8] not in (None, "+00:00", "-00:00") else "Z"
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}:{second:02d}{zone}"


FUNCTIONS = {
    "yamldecode": valued(_decode, TEXT),
    "yamlencode": valued(_encode, Parameter(ANY, "whole", True), returns="string"),
}
