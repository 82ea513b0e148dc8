"""YAML to our own nodes, from the events of PyYAML's C parser: exact spans, shared aliases, bounded expansion."""

from __future__ import annotations

import re
from typing import Any

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.document.scalars import Plain, plain, standard
from stanchion.syntax.source import Problem, Source, Span

#: How many nodes the aliases of a stream may stand for, written out.
MAX_ALIASED = 250_000
#: How deep collections may nest, aliases written out. The C parser's own time grows with the square of the depth.
MAX_DEPTH = 200
#: How many faults of one stream are told one by one; the rest are counted.
MAX_PROBLEMS = 50
#: What newer releases of libyaml say of nesting: they look ahead, and stop at a bound of their own before ours is met.
_TOO_DEEP = "exceeded maximum nesting depth"
_STANDARD = "tag:yaml.org,2002:"
#: What YAML 1.1 does not allow in a stream ("Character Set"), and lone surrogates, which no encoding can hold.
_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


class _Open:
    """A collection whose end has not come yet.

    `last` is where its last part ends; `size` and `height` count the nodes and the levels in it, aliases written out.
    """

    __slots__ = (
        "anchor",
        "entries",
        "flow",
        "height",
        "items",
        "key",
        "last",
        "mapping",
        "merged",
        "size",
        "start",
        "tag",
    )

    def __init__(self, start: int, tag: str | None, mapping: bool, anchor: str | None, flow: bool) -> None:
        self.start = start
        self.tag = tag
        self.mapping = mapping
        self.anchor = anchor
        self.flow = flow
        self.last = start
        self.size = 1
        self.height = 0
        self.items: list[Node] = []
        self.entries: dict[str, Entry] = {}
        self.merged: list[tuple[Node, int, int]] = []
        self.key: Scalar | None = None


class _Builder:
    """Makes nodes of events; `documents` holds what is finished, `stopped` tells where a bound ended the reading."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.aliased = 0
        self.untold = 0
        self.stopped = False

    def problem(self, message: str, start: int, end: int, kind: str = "syntax") -> None:
        """Report something at a place."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(kind, message, Span(self.source, start, max(start, end))))
        else:
            self.untold += 1

    def bound(self, message: str, start: int, end: int) -> None:
        """Report that a bound was met, and read no further."""
        self.problem(f"{message}; nothing behind this place was read", start, end, "bound")
        self.stopped = True

    def scalar(self, event: Any) -> None:
        """A leaf."""
        start, end = event.start_mark.index, event.end_mark.index
        text: str = event.value
        tag: str | None = event.tag
        style = event.style
        if style == "|" or style == ">":
            end = start + len(self.source.text[start:end].rstrip(" \t\r\n"))
        value: Plain = text
        if tag is None or tag == "!":
            tag = None
            if event.implicit[0]:
                value = plain(text)
        elif tag.startswith(_STANDARD):
            name = tag.removeprefix(_STANDARD)
            value, fits = standard(name, text)
            if not fits:
                self.problem(f"expected what !!{name} names; it is read as text", start, end)
            tag = None
        quoted = style is not None and style != ""
        node = Scalar(self.source, start, end, value, text, quoted, tag)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1, 0)
        self.add(node, start, end)

    def add(self, node: Node, start: int, end: int) -> None:
        """Put a node where it belongs. It stands at `start` and `end`, which for an alias are not its own."""
        if not self.stack:
            self.documents.append(node)
            return
        top = self.stack[-1]
        top.size += 1
        top.last = end
        if not top.mapping:
            top.items.append(node)
        elif top.key is None:
            top.key = self.key(node, start, end)
        else:
            key, top.key = top.key, None
            if key.tag is _NO_KEY:
                return
            if key.text == "<<" and not key.quoted:
                top.merged.append((node, start, end))
                return
            first = top.entries.pop(key.text, None)
            if first is not None:
                line = self.source.position(first.start).line
                message = f"{key.text} is defined twice (first on line {line}); the last one counts"
                self.problem(message, key.start, key.end, "evaluation")
            top.entries[key.text] = Entry(self.source, key.start, end, key, node)

    def key(self, node: Node, start: int, end: int) -> Scalar:
        """What stands before a colon, as a key."""
        if not isinstance(node, Scalar):
            self.problem("expected a plain key; the entry is left out", start, end)
            return Scalar(self.source, start, end, None, "", False, _NO_KEY)
        if node.start != start:
            return Scalar(self.source, start, end, node.value, node.text, node.quoted, node.tag)
        return node

    def alias(self, event: Any) -> None:
        """A reference to what an anchor named: the same node once more."""
        start, end = event.start_mark.index, event.end_mark.index
        name: str = event.anchor
        found = self.anchors.get(name)
        if found is None:
            inside = any(opened.anchor == name for opened in self.stack)
            why = "stands inside what it names" if inside else "names no anchor before it"
            self.problem(f"*{name} {why}; it is read as null", start, end)
            self.add(Scalar(self.source, start, end, None, "", False, None), start, end)
            return
        node, size, height = found
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            self.bound(f"the aliases stand for more than {MAX_ALIASED} nodes", start, end)
        elif len(self.stack) + height > MAX_DEPTH:
            self.bound(f"nested deeper than {MAX_DEPTH} levels", start, end)
        else:
            if self.stack:
                top = self.stack[-1]
                top.size += size - 1
                top.height = max(top.height, height)
            self.add(node, start, end)

    def open(self, event: Any, mapping: bool) -> None:
        """The start of a collection."""
        tag: str | None = event.tag
        if tag is not None and (tag == "!" or tag.startswith(_STANDARD)):
            tag = None
        start = event.start_mark.index
        if len(self.stack) >= MAX_DEPTH:
            self.bound(f"nested deeper than {MAX_DEPTH} levels", start, start + 1)
        else:
            self.stack.append(_Open(start, tag, mapping, event.anchor, bool(event.flow_style)))

    def close(self, end: int) -> None:
        """End the innermost collection."""
        top = self.stack.pop()
        node: Node
        if top.mapping:
            for merged, start, stop in top.merged:
                self.merge(top.entries, merged, start, stop)
            node = Mapping(self.source, top.start, end, top.entries, top.tag)
        else:
            node = Sequence(self.source, top.start, end, tuple(top.items), top.tag)
        height = top.height + 1
        if top.anchor is not None:
            self.anchors[top.anchor] = (node, top.size, height)
        if self.stack:
            above = self.stack[-1]
            above.size += top.size - 1
            above.height = max(above.height, height)
        self.add(node, top.start, end)

    def merge(self, entries: dict[str, Entry], merged: Node, start: int, end: int) -> None:
        """Put in what `<<` brings: what is there already stays, of several mappings the first counts."""
        for mapping in merged.items if isinstance(merged, Sequence) else (merged,):
            if not isinstance(mapping, Mapping):
                self.problem("expected a mapping behind <<; it is left out", start, end)
                continue
            for name, entry in mapping.entries.items():
                entries.setdefault(name, entry)

    def finish(self) -> None:
        """Close what a fault or a bound left open, as far as it was read."""
        while self.stack:
            top = self.stack[-1]
            if top.key is not None:
                at = top.key.end
                self.add(Scalar(self.source, at, at, None, "", False, None), at, at)
            self.close(top.last)
        if self.untold:
            last = self.problems[-1]
            message = f"{self.untold} more faults behind this one are not listed"
            self.problems.append(Problem("syntax", message, last.place))


#: The tag of a key that was reported and whose entry is left out; no document can write it.
_NO_KEY = "\0"


def parse_yaml(source: Source) -> tuple[list[Node], list[Problem]]:
    """The documents of a YAML stream, and what is wrong with it.

    Of a broken document everything before the fault is kept. A block text ends with its last character that is no
    white space. Never raises.
    """
    from yaml import YAMLError
    from yaml.reader import ReaderError

    builder = _Builder(source)
    try:
        try:
            _read(_parser(source.text), builder)
        except (ReaderError, UnicodeEncodeError):
            # The C parser looks ahead, so characters before the forbidden one can be lost: read it all once more.
            builder = _Builder(source)
            _read(_parser(_without_forbidden(builder)), builder)
    except YAMLError as error:
        if too_deep(error):
            builder = _as_deep_as_it_goes(source, error)
        else:
            _report(error, builder)
    builder.finish()
    return builder.documents, builder.problems


def too_deep(error: Any) -> bool:
    """Whether what the parser stopped at is its own bound on nesting."""
    return getattr(error, "problem", None) == _TOO_DEEP


def _as_deep_as_it_goes(source: Source, error: Any) -> _Builder:
    """Read once more what stands before the parser's own bound, which lies deeper than ours: it looks ahead, so nothing
    of that may have come as an event yet."""
    from yaml import YAMLError

    builder = _Builder(source)
    at = error.problem_mark.index
    try:
        _read(_parser(source.text[:at]), builder)
    except YAMLError:
        builder.bound(f"nested deeper than {MAX_DEPTH} levels", at, at + 1)
    return builder


def _without_forbidden(builder: _Builder) -> str:
    text = builder.source.text
    found = list(re.finditer(_FORBIDDEN, text))
    for first in found[:1]:
        times = f" ({len(found)} such characters in the file)" if len(found) > 1 else ""
        message = f"U+{ord(first.group()):04X} is not allowed in YAML{times}; it is read as U+FFFD"
        builder.problem(message, first.start(), first.end())
    return re.sub(_FORBIDDEN, "\ufffd", text)


def _parser(text: str) -> Any:
    """PyYAML's C parser, or where it was built without one, its slow twin with the same events."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from yaml import SafeLoader

        return SafeLoader(text)
    return CParser(text)


def _read(parser: Any, builder: _Builder) -> None:
    from yaml import events

    scalar, alias = events.ScalarEvent, events.AliasEvent
    mapping, sequence = events.MappingStartEvent, events.SequenceStartEvent
    ends = (events.MappingEndEvent, events.SequenceEndEvent)
    get = parser.get_event
    stack = builder.stack
    while not builder.stopped:
        event = get()
        kind = type(event)
        if kind is scalar:
            builder.scalar(event)
        elif kind is mapping or kind is sequence:
            builder.open(event, kind is mapping)
        elif kind in ends:
            # A block collection's own end is where the next token starts: it ends with its last part.
            builder.close(event.end_mark.index if stack[-1].flow else stack[-1].last)
        elif kind is alias:
            builder.alias(event)
        elif kind is events.DocumentEndEvent:
            builder.anchors.clear()
        elif kind is events.StreamEndEvent:
            return


def _report(error: Any, builder: _Builder) -> None:
    """Make a problem of a fault that the parser met. What is missing at the end of the file is told where it began."""
    mark, began = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    length = len(builder.source.text.rstrip())
    if mark is None or (began is not None and mark.index >= length):
        mark = began
    at = min(mark.index, len(builder.source.text)) if mark is not None else 0
    said = str(getattr(error, "problem", None) or "it is no YAML").replace("did not find expected", "expected")
    context = getattr(error, "context", None)
    said = f"{said} {context}" if context else said
    if "nesting depth" in said:  # newer releases of the C parser have a bound of their own, which comes first
        builder.bound(f"nested deeper than {MAX_DEPTH} levels", at, at + 1)
        return
    builder.problem(f"{said}; what stands before the fault was read", at, at + 1)
