"""Quoted strings, heredocs and bare templates: text, interpolations and directives.

A template is first cut into tokens as HCL cuts it: in heredocs and bare templates one text token a line, because strip
markers reach to the end of the neighbouring token only, and `<<-` counts indentation by tokens after stripping.
Source of the rules: HCL Native Syntax Specification ("Template Expressions"); what it leaves open (how far a strip
marker reaches, which lines `<<-` counts) is what Terraform does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from stanchion.syntax.hcl import lexer
from stanchion.syntax.hcl.lexer import WHITE_SPACE, Broken, Reader
from stanchion.syntax.hcl.nodes import (
    Expression,
    Interpolation,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
)

ExpressionParser: TypeAlias = Callable[[Reader, int, bool, int], Expression]


@dataclass(slots=True, eq=False)
class _Directive:
    """`%{ word ... }`: `subject` is the condition of `if` and the collection of `for`."""

    start: int
    end: int
    word: str
    subject: Expression | None
    names: tuple[str, str | None] = ("", None)


_Token: TypeAlias = Literal | Interpolation | _Directive


class _Cutter:
    """Gathers the tokens of one template and applies strip markers as they come."""

    __slots__ = ("level", "parse", "reader", "strip_next", "tokens")

    def __init__(self, reader: Reader, level: int, parse: ExpressionParser) -> None:
        self.reader = reader
        self.level = level
        self.parse = parse
        self.tokens: list[_Token] = []
        self.strip_next = False

    def text(self, start: int, end: int, value: str) -> None:
        if self.strip_next:
            value = value.lstrip(WHITE_SPACE)
            self.strip_next = False
        self.tokens.append(Literal(self.reader.source, start, end, value))

    def sequence(self, pos: int) -> int:
        """Read the `${...}` or `%{...}` at `pos`; returns where it ends."""
        reader = self.reader
        text, end = reader.text, reader.end
        inner = pos + 2
        if text.startswith("~", inner, end):
            inner += 1
            before = self.tokens[-1] if self.tokens else None
            if isinstance(before, Literal) and isinstance(before.value, str):
                before.value = before.value.rstrip(WHITE_SPACE)
        token: Interpolation | _Directive
        if text[pos] == "$":
            value = self.parse(reader, inner, True, self.level)
            token = Interpolation(reader.source, pos, reader.pos, value)
        else:
            token = self._directive(pos, inner)
        close = lexer.match_sequence_end(text, reader.pos, end)
        if close is None:
            expected = "an operator" if text[pos] == "$" else "nothing more"
            raise reader.unclosed_bracket(expected, "closing brace", pos, reader.pos)
        token.end = close.end()
        self.strip_next = bool(close[1])
        self.tokens.append(token)
        return token.end

    def _directive(self, pos: int, inner: int) -> _Directive:
        reader = self.reader
        match = lexer.match_directive(reader.text, inner, reader.end)
        if match is None:
            raise reader.broken("if, else, endif, for or endfor in the template directive", inner)
        word = match[1]
        reader.pos = match.end()
        subject: Expression | None = None
        names: tuple[str, str | None] = ("", None)
        if word == "for":
            first, second, after = for_names(reader, match.end())
            names = (first, second)
            subject = self.parse(reader, after, True, self.level)
        elif word == "if":
            subject = self.parse(reader, match.end(), True, self.level)
        return _Directive(pos, reader.pos, word, subject, names)


def for_names(reader: Reader, pos: int) -> tuple[str, str | None, int]:
    """The one or two names between `for` and `in`, and where the collection begins."""
    match = lexer.match_for_names(reader.text, pos, reader.end)
    if match is None:
        for expected in ('a name after "for"', "another name after the comma"):
            name = lexer.match_identifier_free(reader.text, pos, reader.end)
            if name is None:
                raise reader.broken(expected, lexer.match_space(reader.text, pos, reader.end).end())
            pos = lexer.match_space(reader.text, name.end(), reader.end).end()
            if not reader.text.startswith(",", pos, reader.end):
                break
            pos += 1
        raise reader.broken('"in" after the names of "for"', pos)
    if not reader.ascii:
        for group in (1, 2):
            if match[group] is not None:
                reader.check_name(match[group], match.start(group))
    return match[1], match[2], match.end()


def quoted(reader: Reader, pos: int, level: int, parse: ExpressionParser) -> Expression:
    """A string in double quotes, which may span lines only inside its interpolations."""
    text, end, opener = reader.text, reader.end, pos
    cutter = _Cutter(reader, level, parse)
    pos += 1
    while True:
        stop = lexer.match_quoted_text(text, pos, end).end()
        if stop > pos:
            cutter.text(pos, stop, lexer.decode_quoted(reader, pos, stop))
            pos = stop
        if pos >= end or text[pos] not in '"$%':
            reader.unclosed = True
            where = "the end of the text" if pos >= end else "the end of the line"
            raise Broken(f"expected a closing quote for the string opened here, found {where}", opener, opener + 1)
        if text[pos] == '"':
            break
        pos = cutter.sequence(pos)
    node = _assemble(reader, opener, pos + 1, cutter.tokens)
    reader.pos = pos + 1
    return node


def heredoc(reader: Reader, pos: int, level: int, parse: ExpressionParser) -> Expression:
    """`<<MARKER` or `<<-MARKER`, up to the line that holds the marker alone; blanks around that are tolerated."""
    text, opener = reader.text, pos
    head = lexer.match_heredoc_open(text, pos, reader.end)
    if head is None:
        raise reader.broken("the marker of a heredoc directly after <<, and then a new line", pos + 2)
    marker = head[2]
    if not reader.ascii:
        reader.check_name(marker, head.start(2))
    at = reader.terminator_after(marker, head.end())
    if at is None:
        reader.unclosed = True
        expected = f"expected a line with only {marker} that closes the heredoc opened here"
        raise Broken(f"{expected}, found the end of the text", opener, head.end(2))
    cutter = _Cutter(reader, level, parse)
    if "${" in text[head.end() : at] or "%{" in text[head.end() : at]:
        at = _cut_lines(cutter, head.end(), marker, opener)
    else:
        _cut_plain(cutter, head.end(), at, lines=bool(head[1]))
    if head[1]:
        _flush(cutter.tokens)
    last = text.index(marker, at) + len(marker)
    node = _assemble(reader, opener, last, cutter.tokens)
    reader.pos = last
    return node


def bare(reader: Reader, pos: int, level: int, parse: ExpressionParser) -> Expression:
    """Template text without quotes, from `pos` to the reader's end."""
    cutter = _Cutter(reader, level, parse)
    start, end = pos, reader.end
    _cut_lines(cutter, pos, None)
    reader.pos = end
    return _assemble(reader, start, end, cutter.tokens)


def _cut_plain(cutter: _Cutter, start: int, end: int, *, lines: bool) -> None:
    text = cutter.reader.text
    while start < end:
        stop = text.index("\n", start) + 1 if lines else end
        cutter.text(start, stop, lexer.normalised(text[start:stop]))
        start = stop


def _cut_lines(cutter: _Cutter, pos: int, marker: str | None, opener: int = 0) -> int:
    """Cut text up to the marker's line, or to the end when there is none; returns where that begins."""
    reader = cutter.reader
    text, end = reader.text, reader.end
    at_line_start = True
    while True:
        if at_line_start and marker:
            line = lexer.match_terminator(text, pos, end)
            if line and line[1] == marker:
                return pos
        stop = lexer.match_line_text(text, pos, end).end()
        if stop > pos:
            cutter.text(pos, stop, lexer.decode_text(text[pos:stop]))
        at_line_start = stop > pos and text[stop - 1] == "\n"
        pos = stop
        if pos >= end:
            break
        if not at_line_start:
            pos = cutter.sequence(pos)
    if marker:
        reader.unclosed = True
        raise Broken(
            f"expected a line with only {marker} that closes the heredoc, found the end of the text",
            opener,
            opener + 2,
            stop=pos,
        )
    return pos


def _flush(tokens: list[_Token]) -> None:
    """Take away the indentation that all lines share. Lines of white space alone count only if text follows on them."""
    shared: int | None = None
    adjust: list[Literal] = []
    at_line_start = True
    for token in tokens:
        value = token.value if isinstance(token, Literal) else None
        text = value if isinstance(value, str) else ""
        if at_line_start:
            at_line_start = False
            margin = len(text) - len(text.lstrip(WHITE_SPACE))
            if not (margin == len(text) and text.endswith("\n")):
                shared = margin if shared is None else min(shared, margin)
                if isinstance(token, Literal):
                    adjust.append(token)
        if text.endswith("\n"):
            at_line_start = True
    for token in adjust:
        if isinstance(token.value, str):
            token.value = token.value[shared or 0 :]


def _assemble(reader: Reader, start: int, end: int, tokens: list[_Token]) -> Expression:
    """The node for a whole template: a Literal when all of it is text."""
    parts = _nest(reader, _melded(tokens))
    if not parts:
        return Literal(reader.source, start, end, "")
    if len(parts) == 1 and isinstance(parts[0], Literal):
        return Literal(reader.source, start, end, parts[0].value)
    return Template(reader.source, start, end, parts)


def _melded(tokens: list[_Token]) -> list[_Token]:
    """Neighbouring texts as one."""
    melded: list[_Token] = []
    texts: list[str] = []
    for token in tokens:
        before = melded[-1] if melded else None
        if isinstance(token, Literal) and isinstance(token.value, str):
            texts.append(token.value)
            if isinstance(before, Literal):
                before.end = token.end
                continue
        elif isinstance(before, Literal):
            before.value = "".join(texts)
            texts.clear()
        melded.append(token)
    if texts and isinstance(melded[-1], Literal):
        melded[-1].value = "".join(texts)
    return melded


def _nest(reader: Reader, tokens: list[_Token]) -> tuple[TemplatePart, ...]:
    """Put what stands between directives under them."""
    parts: list[TemplatePart] = []
    # What is open: its directive, its `else` if that was met, the parts before it, and the parts before the `else`.
    open_: list[tuple[_Directive, _Directive | None, list[TemplatePart], list[TemplatePart]]] = []
    for token in tokens:
        if not isinstance(token, _Directive):
            parts.append(token)
        elif token.word in ("if", "for"):
            if len(open_) >= lexer.LEVELS_TO_MEASURE:
                reader.check_level(len(open_), token.start)
            open_.append((token, None, parts, []))
            parts = []
        else:
            opener, other, before, then = open_.pop() if open_ else (None, None, [], [])
            if opener is None or opener.word != ("for" if token.word == "endfor" else "if"):
                wanted = f'"end{opener.word}" for line {reader.line(opener.start)}' if opener else "text"
                raise Broken(f'expected {wanted}, found "{token.word}"', token.start, token.end)
            if token.word == "else":
                if other:
                    raise Broken('expected "endif", found another "else"', token.start, token.end)
                open_.append((opener, token, before, parts))
                parts = []
            else:
                before.append(_closed(reader, opener, token, then if other else parts, parts if other else []))
                parts = before
    if open_:
        opener = open_[-1][0]
        raise Broken(f'expected "end{opener.word}" for the directive opened here', opener.start, opener.end)
    return tuple(parts)


def _closed(
    reader: Reader, opener: _Directive, closer: _Directive, then: list[TemplatePart], other: list[TemplatePart]
) -> TemplatePart:
    source, start, end = reader.source, opener.start, closer.end
    assert opener.subject is not None
    if opener.word == "if":
        return TemplateIf(source, start, end, opener.subject, tuple(then), tuple(other))
    first, second = opener.names
    key, value = (None, first) if second is None else (first, second)
    return TemplateFor(source, start, end, key, value, opener.subject, tuple(then))
