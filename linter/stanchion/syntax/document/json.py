"""JSON to our own nodes, with exact spans, reading on past what is broken. Source: RFC 8259."""

from __future__ import annotations

import re

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Problem, Source, Span

#: How deep arrays and objects may nest.
MAX_DEPTH = 200
#: After how many faults the rest of a document is given up.
MAX_PROBLEMS = 50
#: Longer integers stay text: reading them takes time that grows with the square of their length.
MAX_DIGITS = 300

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"([^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*+)"')
_LENIENT_STRING = re.compile(r'"((?:[^"\\\n]|\\[^\n])*+)"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<real>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORD = re.compile(r"[A-Za-z0-9_.$+-]+")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_RESUME = re.compile(r'[,\]}\n"]')
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_INFINITE = (float("inf"), float("-inf"))


class _Reader:
    __slots__ = ("end", "ended", "given_up", "pos", "problems", "source", "text")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.end = len(source.text)
        self.pos = 0
        self.problems: list[Problem] = []
        self.given_up = False
        self.ended = False

    def space(self) -> str:
        """Skip white space; the character that follows, "" at the end."""
        found = _SPACE.match(self.text, self.pos)
        if found is not None:
            self.pos = found.end()
        return self.text[self.pos : self.pos + 1]

    def problem(self, message: str, start: int, end: int | None = None, kind: str = "syntax") -> None:
        """Report something at a place; one fault too many ends the reading."""
        if self.given_up:
            return
        self.problems.append(Problem(kind, message, self._span(start, end)))
        if len(self.problems) >= MAX_PROBLEMS:
            self.bound(f"more than {MAX_PROBLEMS} faults in this file", self.pos)

    def unclosed(self, message: str, start: int) -> None:
        """Report what the end of the file left open: the innermost, which says it for all around it."""
        if not self.ended:
            self.problem(message, start)
            self.ended = True

    def bound(self, message: str, start: int) -> None:
        """Report that a bound was met, and read no further: all that is open ends here."""
        if not self.given_up:
            message = f"{message}; nothing behind this place was read"
            self.problems.append(Problem("bound", message, self._span(start, None)))
            self.given_up = True
        self.pos = self.end

    def _span(self, start: int, end: int | None) -> Span:
        start = min(start, self.end)
        return Span(self.source, start, min(start + 1 if end is None else end, self.end))


def parse_json(source: Source) -> tuple[Node | None, list[Problem]]:
    """The document, and what is wrong with it. Of a broken document all that can be read is kept. Never raises."""
    reader = _Reader(source)
    if not reader.space():
        reader.problem("expected a JSON document; there is nothing in the file", 0)
        return None, reader.problems
    node = _value(reader, 1)
    if reader.space():
        reader.problem("expected the end of the file; what follows was not read", reader.pos)
    return node, reader.problems


def _value(reader: _Reader, depth: int) -> Node | None:
    """A value, or None where there is none (which is reported)."""
    character = reader.space()
    if character == '"':
        return _string(reader)
    if character == "{" or character == "[":
        if depth > MAX_DEPTH:
            reader.bound(f"nested deeper than {MAX_DEPTH} levels", reader.pos)
            return None
        return _object(reader, depth) if character == "{" else _array(reader, depth)
    word = _WORD.match(reader.text, reader.pos)
    if word is None:
        reader.problem("expected a value; it is left out", reader.pos)
        return None
    start, end = word.span()
    text = word.group()
    reader.pos = end
    if text in _CONSTANTS:
        return Scalar(reader.source, start, end, _CONSTANTS[text], text, False, None)
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return Scalar(reader.source, start, end, _number(text, bool(number.group("real"))), text, False, None)
    reader.problem(f"expected a value; {text[:40]} is read as a string", start, end)
    return Scalar(reader.source, start, end, text, text, False, None)


def _number(text: str, real: bool) -> int | float | str:
    """A number; its text where Python's numbers cannot hold it."""
    if real:
        value = float(text)
        return text if value in _INFINITE else value
    return int(text) if len(text) <= MAX_DIGITS else text


def _string(reader: _Reader) -> Scalar:
    start = reader.pos
    found = _STRING.match(reader.text, start)
    if found is None:
        found = _LENIENT_STRING.match(reader.text, start)
        if found is None:
            return _unclosed_string(reader, start)
        reader.problem("expected control characters in a string to be escaped; they are kept", start, found.end())
    end = found.end()
    text = found.group(1)
    if "\\" in text:
        text = _decoded(reader, text, start + 1)
    reader.pos = max(reader.pos, end)
    return Scalar(reader.source, start, end, text, text, True, None)


def _unclosed_string(reader: _Reader, start: int) -> Scalar:
    stop = reader.text.find("\n", start)
    line = reader.text[start : stop if stop != -1 else reader.end].rstrip(" \t\r,")
    end = start + max(len(line), 1)
    reader.problem('expected a closing "; the rest of the line is read as the string', start, end)
    reader.pos = max(reader.pos, end)
    return Scalar(reader.source, start, end, line[1:], line[1:], True, None)


def _decoded(reader: _Reader, text: str, offset: int) -> str:
    def one(found: re.Match[str]) -> str:
        escape = found.group(1)
        if len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape in _SIMPLE:
            return _SIMPLE[escape]
        at = offset + found.start()
        reader.problem(f"\\{escape} is no escape of JSON; it is kept as it stands", at, at + 2)
        return found.group()

    decoded = _ESCAPE.sub(one, text)
    if "\\u" in text:
        # Two escapes of a surrogate pair are one character; a lone surrogate cannot be written out again.
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return decoded


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
            reader.unclosed("expected a closing ] for the [ here; the file ends before it", start)
            break
        before = reader.pos
        item = _value(reader, depth + 1)
        if item is not None:
            items.append(item)
        _separator(reader, before, "]")
    return Sequence(reader.source, start, reader.pos, tuple(items), None)


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
            reader.unclosed("expected a closing } for the { here; the file ends before it", start)
            break
        before = reader.pos
        key = _string(reader) if character == '"' else _bare_key(reader)
        if key is not None:
            _entry(reader, key, entries, depth)
        _separator(reader, before, "}")
    return Mapping(reader.source, start, reader.pos, entries, None)


def _bare_key(reader: _Reader) -> Scalar | None:
    found = _WORD.match(reader.text, reader.pos)
    if found is None:
        reader.problem("expected a key in quotes; what stands here is skipped", reader.pos)
        return None
    start, end = found.span()
    reader.problem(f"expected a key in quotes; {found.group()[:40]} is read as one", start, end)
    reader.pos = max(reader.pos, end)
    return Scalar(reader.source, start, end, found.group(), found.group(), True, None)


def _entry(reader: _Reader, key: Scalar, entries: dict[str, Entry], depth: int) -> None:
    character = reader.space()
    if character == ":":
        reader.pos += 1
    else:
        reader.problem(f"expected a colon behind {key.text[:80]}", key.end)
        if character in ("", ",", "}"):
            return
    value = _value(reader, depth + 1)
    if value is None:
        return
    first = entries.pop(key.text, None)
    if first is not None:
        line = reader.source.position(first.start).line
        message = f"{key.text[:80]} is defined twice (first on line {line}); the last one counts"
        reader.problem(message, key.start, key.end, "evaluation")
    entries[key.text] = Entry(reader.source, key.start, value.end, key, value)


def _separator(reader: _Reader, before: int, close: str) -> None:
    """Behind an element: a comma and another one, or the end. Moves on in any case."""
    behind = reader.pos
    character = reader.space()
    if character == ",":
        comma = reader.pos
        reader.pos += 1
        if reader.space() == close:
            reader.problem(f"expected another element behind the comma, not {close}; the comma is left out", comma)
    elif not character or character in "]}":
        return
    elif behind == before:
        found = _RESUME.search(reader.text, reader.pos + 1)
        resumed = found.start() if found is not None else reader.end
        reader.pos = max(reader.pos, resumed + (reader.text[resumed : resumed + 1] == ","))
    else:
        reader.problem("expected a comma; read on as if it were there", behind)
