"""JSON to our own nodes, with exact spans, reading on past what is broken."""

from __future__ import annotations

import re

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Problem, Source, Span

#: How deep arrays and objects may nest.
MAX_DEPTH = 200
#: After how many faults the rest of a document is given up.
MAX_PROBLEMS = 50

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"', re.DOTALL)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?P<rest>\.\d+)?(?P<exponent>[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_RESUME = re.compile(r'[,\]}\n"]')
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class _TooDeepError(Exception):
    """Nesting passed the bound."""


class _Reader:
    __slots__ = ("end", "pos", "problems", "source", "text")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.end = len(source.text)
        self.pos = 0
        self.problems: list[Problem] = []

    def space(self) -> str:
        """Skip white space; the character that follows, "" at the end."""
        found = _SPACE.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
        return self.text[self.pos : self.pos + 1]

    def problem(self, message: str, start: int, end: int | None = None, kind: str = "syntax") -> None:
        """Report something at a place."""
        if len(self.problems) < MAX_PROBLEMS:
            stop = min(max(start, start + 1 if end is None else end), self.end)
            self.problems.append(Problem(kind, message, Span(self.source, min(start, self.end), stop)))


def parse_json(source: Source) -> tuple[Node | None, list[Problem]]:
    """The document, and what is wrong with it. Of a broken document all that can be read is kept. Never raises."""
    reader = _Reader(source)
    if not reader.space():
        reader.problem("expected a JSON document; the file is empty", 0)
        return None, reader.problems
    try:
        node = _value(reader, 1)
    except _TooDeepError:
        message = f"nested deeper than {MAX_DEPTH} levels; the file was not read"
        reader.problem(message, reader.pos, kind="bound")
        return None, reader.problems
    if reader.space():
        reader.problem("expected the end of the file; what follows was not read", reader.pos)
    return node, reader.problems


def _value(reader: _Reader, depth: int) -> Node | None:
    """A value, or None where there is none (which is reported)."""
    if depth > MAX_DEPTH:
        raise _TooDeepError
    character = reader.space()
    if character == "{":
        return _object(reader, depth)
    if character == "[":
        return _array(reader, depth)
    if character == '"':
        return _string(reader)
    found = _NUMBER.match(reader.text, reader.pos)
    if found is not None:
        return _number(reader, found)
    word = _WORD.match(reader.text, reader.pos)
    if word is None:
        reader.problem("expected a value", reader.pos)
        return None
    start, reader.pos = reader.pos, word.end()
    if word.group() in _CONSTANTS:
        return Scalar(reader.source, start, word.end(), _CONSTANTS[word.group()], word.group(), False, None)
    reader.problem(f"expected a value; {word.group()} is read as a string", start, word.end())
    return Scalar(reader.source, start, word.end(), word.group(), word.group(), False, None)


def _number(reader: _Reader, found: re.Match[str]) -> Scalar:
    text = found.group()
    start, reader.pos = found.span()
    value: int | float | str
    if found.group("rest") or found.group("exponent"):
        value = float(text)
        if value in (float("inf"), float("-inf")):
            value = text
    else:
        value = int(text) if len(text) <= 300 else text
    return Scalar(reader.source, start, found.end(), value, text, False, None)


def _string(reader: _Reader) -> Scalar:
    start = reader.pos
    found = _STRING.match(reader.text, start)
    if found is None:
        stop = reader.text.find("\n", start)
        stop = reader.end if stop == -1 else stop
        closing = reader.text.find('"', start + 1, stop)
        if closing == -1:
            reader.problem('expected a closing "; the line is read as the string', start)
            text = reader.text[start + 1 : stop].rstrip().rstrip(",")
            reader.pos = stop
            return Scalar(reader.source, start, stop, text, text, True, None)
        reader.problem("a control character stands in a string; it is kept", start, closing + 1)
        text = reader.text[start + 1 : closing]
        reader.pos = closing + 1
        return Scalar(reader.source, start, closing + 1, text, text, True, None)
    reader.pos = found.end()
    text = found.group(1)
    if "\\" in text:
        text = _decoded(reader, text, start + 1)
    return Scalar(reader.source, start, found.end(), text, text, True, None)


def _decoded(reader: _Reader, text: str, offset: int) -> str:
    def one(found: re.Match[str]) -> str:
        escape = found.group(1)
        if escape[0] == "u" and len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape in _SIMPLE:
            return _SIMPLE[escape]
        at = offset + found.start()
        reader.problem(f"\\{escape} is no escape of JSON; it is kept as it stands", at, at + 2)
        return found.group()

    decoded = _ESCAPE.sub(one, text)
    # Two escapes of a surrogate pair are one character; a lone surrogate cannot be written out again.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _array(reader: _Reader, depth: int) -> Sequence:
    start = reader.pos
    reader.pos += 1
    items: list[Node] = []
    while True:
        character = reader.space()
        if character == "]":
            reader.pos += 1
            break
        if not character or character == "}":
            reader.problem("expected a closing ] for the [ here", start)
            break
        before = reader.pos
        item = _value(reader, depth + 1)
        if item is not None:
            items.append(item)
        _separator(reader, before, "]")
    return Sequence(reader.source, start, reader.pos, tuple(items), None)


def _separator(reader: _Reader, before: int, close: str) -> None:
    """Behind an element: a comma and another one, or the end. Moves on in any case."""
    character = reader.space()
    if character == ",":
        comma = reader.pos
        reader.pos += 1
        if reader.space() == close:
            reader.problem(f"expected another element behind the comma, not {close}; the comma is left out", comma)
    elif character and character not in "]}":
        if reader.pos == before:
            found = _RESUME.search(reader.text, reader.pos + 1)
            reader.pos = found.start() if found is not None else reader.end
        else:
            reader.problem("expected a comma; read on as if it were there", reader.pos)


def _object(reader: _Reader, depth: int) -> Mapping:
    start = reader.pos
    reader.pos += 1
    entries: dict[str, Entry] = {}
    while True:
        character = reader.space()
        if character == "}":
            reader.pos += 1
            break
        if not character or character == "]":
            reader.problem("expected a closing } for the { here", start)
            break
        before = reader.pos
        if character == '"':
            _entry(reader, entries, depth)
        else:
            reader.problem("expected a key in quotes; it is skipped", reader.pos)
        _separator(reader, before, "}")
    return Mapping(reader.source, start, reader.pos, entries, None)


def _entry(reader: _Reader, entries: dict[str, Entry], depth: int) -> None:
    key = _string(reader)
    if reader.space() == ":":
        reader.pos += 1
    else:
        reader.problem(f"expected a colon behind {key.text}", key.end)
        if reader.text[reader.pos : reader.pos + 1] in ("", ",", "}"):
            return
    value = _value(reader, depth + 1)
    if value is None:
        return
    if key.text in entries:
        first = reader.source.position(entries[key.text].start).line
        reader.problem(
            f"{key.text} is defined twice (first on line {first}); the first one is kept", key.start, key.end
        )
        return
    entries[key.text] = Entry(reader.source, key.start, value.end, key, value)
