"""YAML to our own nodes, from the events of PyYAML's C parser: exact spans, shared aliases, bounded expansion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Problem, Source, Span

#: How many nodes a document may have once its aliases are written out.
MAX_NODES = 250_000
#: How deep collections may nest; the C parser's own time grows with the square of the depth.
MAX_DEPTH = 200
_STANDARD = "tag:yaml.org,2002:"

_BOOLEANS = {
    word: truth
    for truth, spellings in ((True, ("true", "yes", "on")), (False, ("false", "no", "off")))
    for spelling in spellings
    for word in (spelling, spelling.capitalize(), spelling.upper())
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?)\Z")


def typed(text: str) -> str | int | float | bool | None:
    """A plain scalar's value by YAML 1.1's rules, without dates, which CloudFormation leaves as text."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.match(text):
            return _integer(text)
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
    return text


def _integer(text: str) -> int | str:
    digits = text.replace("_", "")
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    if len(digits) > 300:
        return text
    if digits.startswith(("0b", "0x")):
        return sign * int(digits, 0)
    if digits.startswith("0") and len(digits) > 1:
        return sign * int(digits, 8)
    return sign * int(digits)


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    start: int
    tag: str | None
    mapping: bool
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    merged: list[Node] = field(default_factory=list)
    key: Node | None = None
    size: int = 1


class _Builder:
    """Makes nodes of events; `documents` holds what is finished."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}

    def add(self, node: Node, size: int, anchor: str | None = None) -> None:
        """Put a finished node where it belongs."""
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.documents.append(node)
            return
        top = self.stack[-1]
        top.size += size
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._entry(top, top.key, node)
            top.key = None

    def _entry(self, top: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            self.problem("expected a plain key; the entry is left out", key.start, key.end)
            return
        if key.text == "<<" and not key.quoted:
            top.merged.append(value)
            return
        if key.text in top.entries:
            first = self.source.position(top.entries[key.text].start).line
            message = f"{key.text} is defined twice (first on line {first}); the first one is kept"
            self.problem(message, key.start, key.end)
            return
        top.entries[key.text] = Entry(self.source, key.start, max(key.end, value.end), key, value)

    def close(self, end: int) -> None:
        """End the innermost collection."""
        top = self.stack.pop()
        node: Node
        if top.mapping:
            for merged in top.merged:
                self._merge(top, merged)
            node = Mapping(self.source, top.start, end, top.entries, top.tag)
        else:
            node = Sequence(self.source, top.start, end, tuple(top.items), top.tag)
        self.add(node, top.size, top.anchor)

    def _merge(self, top: _Open, merged: Node) -> None:
        for mapping in merged.items if isinstance(merged, Sequence) else (merged,):
            if not isinstance(mapping, Mapping):
                self.problem("expected a mapping behind <<; it is left out", mapping.start, mapping.end)
                continue
            for name, entry in mapping.entries.items():
                top.entries.setdefault(name, entry)

    def problem(self, message: str, start: int, end: int, kind: str = "syntax") -> None:
        """Report something at a place."""
        self.problems.append(Problem(kind, message, Span(self.source, start, max(start, end))))


def parse_yaml(source: Source) -> tuple[list[Node], list[Problem]]:
    """The documents of a YAML stream, and what is wrong with it.

    Of a broken document everything before the fault is kept. Never raises.
    """
    from yaml import YAMLError
    from yaml.reader import ReaderError

    builder = _Builder(source)
    try:
        _read(_parser(source.text), builder)
    except ReaderError as error:
        at = error.position if isinstance(error.position, int) else 0
        builder.problem(
            f"a character that YAML does not allow ({error.reason}); nothing behind it was read", at, at + 1
        )
    except YAMLError as error:
        _report(error, builder)
    end = len(source.text)
    while builder.stack:
        top = builder.stack[-1]
        if top.key is not None:
            builder.add(Scalar(source, end, end, None, "", False, None), 1)
        builder.close(end)
    return builder.documents, builder.problems


def _parser(text: str) -> Any:
    """PyYAML's C parser, or where it was built without one, its slow twin with the same events."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import SafeLoader

        return SafeLoader(text)
    return CParser(text)


def _read(parser: Any, builder: _Builder) -> None:
    handlers: dict[str, Callable[[Any, _Builder], None]] = {
        "ScalarEvent": _scalar,
        "AliasEvent": _alias,
        "SequenceStartEvent": _start,
        "MappingStartEvent": _start,
        "SequenceEndEvent": _end,
        "MappingEndEvent": _end,
    }
    get = parser.get_event
    while True:
        event = get()
        name = type(event).__name__
        handler = handlers.get(name)
        if handler is not None:
            handler(event, builder)
            if len(builder.stack) > MAX_DEPTH:
                start = builder.stack[-1].start
                message = f"nested deeper than {MAX_DEPTH} levels; nothing behind this place was read"
                builder.problem(message, start, start + 1, "bound")
                return
            if builder.stack and builder.stack[-1].size > MAX_NODES:
                start = builder.stack[-1].start
                message = f"its aliases stand for more than {MAX_NODES} nodes; nothing behind this place was read"
                builder.problem(message, start, event.end_mark.index, "bound")
                return
        elif name == "DocumentEndEvent":
            builder.anchors.clear()
        elif name == "StreamEndEvent":
            return


def _tag(event: Any) -> str | None:
    tag: str | None = event.tag
    return tag if tag is not None and tag != "!" and not tag.startswith(_STANDARD) else None


def _scalar(event: Any, builder: _Builder) -> None:
    start, end = event.start_mark.index, event.end_mark.index
    text: str = event.value
    style = event.style
    if style in ("|", ">"):
        source_text = builder.source.text
        while end > start and source_text[end - 1] in "\r\n \t":
            end -= 1
    quoted = style not in (None, "")
    standard = event.tag.removeprefix(_STANDARD) if event.tag and event.tag.startswith(_STANDARD) else None
    value: str | int | float | bool | None = text if quoted else typed(text)
    if standard == "str":
        value = text
    elif standard in ("int", "float", "bool", "null") and quoted:
        value = typed(text)
    if event.tag is not None and standard is None:
        value = text if event.tag != "!" or quoted else typed(text)
    node = Scalar(builder.source, start, end, value, text, quoted, _tag(event))
    builder.add(node, 1, event.anchor)


def _alias(event: Any, builder: _Builder) -> None:
    start, end = event.start_mark.index, event.end_mark.index
    found = builder.anchors.get(event.anchor)
    if found is None:
        builder.problem(f"*{event.anchor} names no anchor before it; it is read as null", start, end)
        builder.add(Scalar(builder.source, start, end, None, "", False, None), 1)
        return
    builder.add(*found)


def _start(event: Any, builder: _Builder) -> None:
    mapping = type(event).__name__ == "MappingStartEvent"
    builder.stack.append(_Open(event.start_mark.index, _tag(event), mapping, event.anchor))


def _end(event: Any, builder: _Builder) -> None:
    top = builder.stack[-1]
    end = event.end_mark.index
    # A block collection ends where the next token starts: its own end is its last element's.
    last: int | None = None
    if top.mapping and top.entries:
        last = max(entry.end for entry in top.entries.values())
    elif top.items:
        last = top.items[-1].end
    if builder.source.text[end - 1 : end] not in ("]", "}") and last is not None:
        end = max(last, top.start)
    builder.close(end)


def _report(error: Any, builder: _Builder) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index, len(builder.source.text)) if mark is not None else 0
    words = [part for part in (getattr(error, "problem", None), getattr(error, "context", None)) if part]
    said = " ".join(words) or "it is no YAML"
    builder.problem(f"{said}; everything before this place was read", at, at + 1)
