"""Files of HCL native syntax: bodies, blocks and attributes, read on past what is broken.

Source of the rules: HCL Native Syntax Specification ("Structural Elements"); what it leaves to the application is
what Terraform accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from re import Match

from stanchion.syntax.hcl import lexer, recovery, templates
from stanchion.syntax.hcl.expressions import expression
from stanchion.syntax.hcl.lexer import (
    ITEM_ATTRIBUTE,
    ITEM_BLOCK,
    ITEM_CLOSE,
    MAX_LEVELS,
    Broken,
    Reader,
    match_item,
    match_line_end,
)
from stanchion.syntax.hcl.nodes import Attribute, Block, Body, Expression, Label, Literal, Missing
from stanchion.syntax.hcl.walk import deeper_than
from stanchion.syntax.source import Problem, Source

#: Blocks whose `providers` maps provider references to each other: its keys are names, and never evaluated.
_PASSING_PROVIDERS = ("module", "run")


def parse(source: Source) -> tuple[Body, list[Problem]]:
    """A whole `.tf` or `.tfvars` file.

    Never raises for what the text holds: what cannot be read is reported, and reading goes on behind it. An attribute
    whose value is broken stays in the tree with a `Missing` value, so that it does not look left out.
    """
    body, reader = read_file(source)
    return body, reader.problems


def read_file(source: Source) -> tuple[Body, Reader]:
    """The body of a file and the spent reader, which knows the problems and whether something was left unclosed."""
    reader = Reader(source, 0, len(source.text))
    body = Body(source, 0, reader.end)
    _items(reader, body, 0, None)
    comment = recovery.unclosed_comment(reader)
    if comment is not None:
        reader.unclosed = True
        reader.report("expected */ for the comment opened here; the rest of the file is in it", comment, comment + 2)
    return body, reader


def parse_expression(source: Source, start: int = 0, end: int | None = None) -> tuple[Expression, list[Problem]]:
    """One expression that fills the text from `start` to `end`; line ends count as they do in an attribute's value.

    Never raises for what the text holds; a broken expression gives `Missing`.
    """
    reader = Reader(source, start, len(source.text) if end is None else end)

    def whole(reader: Reader) -> Expression:
        first = lexer.match_space(reader.text, start, reader.end).end()
        node = expression(reader, first, False, 0)
        last = lexer.match_space(reader.text, reader.pos, reader.end).end()
        if last < reader.end:
            raise reader.broken("an operator or the end of the expression", last)
        return node

    return _alone(reader, whole), reader.problems


def parse_template(source: Source, start: int, end: int) -> tuple[Expression, list[Problem]]:
    """Bare template text, as files for `templatefile` and strings in `.tf.json` have it; text alone gives a Literal.

    Never raises for what the text holds; a broken template gives `Missing`.
    """
    reader = Reader(source, start, end)
    return _alone(reader, lambda reader: templates.bare(reader, start, 0, expression)), reader.problems


def _alone(reader: Reader, read: Callable[[Reader], Expression]) -> Expression:
    start = reader.pos
    try:
        return _bounded(reader, read(reader), start)
    except RecursionError:
        broken = reader.too_deep(start)
    except Broken as caught:
        broken = caught
    reader.report(broken.expected, broken.start, broken.end, broken.kind)
    return Missing(reader.source, start, reader.end)


def _bounded(reader: Reader, node: Expression, start: int) -> Expression:
    """The node itself, once it is sure not to be too deep."""
    if reader.deep:
        reader.deep = False
        if deeper_than(node, MAX_LEVELS):
            raise reader.too_deep(start)
    return node


@dataclass(slots=True)
class _Open:
    """A block whose inside is being read; `one_line` while it has to close on the line it was opened on."""

    start: int
    one_line: bool
    level: int
    type: str


def _items(reader: Reader, body: Body, pos: int, block: _Open | None) -> int:
    """Read items into the body up to its closing brace or the end of the text; returns where that is."""
    text, end = reader.text, reader.end
    while True:
        match = match_item(text, pos, end)
        kind = match.lastindex
        if kind == ITEM_ATTRIBUTE:
            pos = _attribute(reader, body, match, block)
        elif kind == ITEM_CLOSE:
            pos = match.end()
            if block:
                return pos - 1
            reader.report("found a closing brace that nothing opened; read on behind it", pos - 1, pos)
        elif kind is not None:
            pos = _block(reader, body, match, block)
        elif match.end() >= end:
            return end
        else:
            pos = match.end()
            pos = _resume(reader, reader.broken("the name of an argument or of a block", pos), pos)


def _resume(reader: Reader, broken: Broken, start: int, done: str = "") -> int:
    """Report what broke the item that begins at `start`; returns where to read on."""
    pos = recovery.next_item(reader, start, broken)
    after = lexer.match_space(reader.text, pos, reader.end).end()
    onward = f"read on at line {reader.line(after)}" if after < reader.end else "nothing is left to read after it"
    reader.report(f"{broken.expected}; {done}{onward}", broken.start, broken.end, broken.kind)
    return pos


def _attribute(reader: Reader, body: Body, match: Match[str], block: _Open | None) -> int:
    text, end = reader.text, reader.end
    name = match[1]
    start, name_end = match.span(1)
    value: Expression
    try:
        if not reader.ascii:
            reader.check_name(name, start)
        reader.provider_keys = name == "providers" and block is not None and block.type in _PASSING_PROVIDERS
        value = expression(reader, match.end(), False, block.level if block else 0)
        pos = reader.pos
        if reader.deep:
            value = _bounded(reader, value, value.start)
        if pos < end and text[pos] == "\n" and not (block and block.one_line):
            pos += 1
        else:
            pos = _line_end(reader, pos, block)
    except (Broken, RecursionError) as caught:
        broken = caught if isinstance(caught, Broken) else reader.too_deep(match.end())
        reader.deep = False
        pos = _resume(reader, broken, start, f"the value of {name} is taken as unknown, ")
        last = pos
        while last > match.end() and text[last - 1] in " \t\r\n":
            last -= 1
        value = Missing(reader.source, match.end(), last)
    attribute = Attribute(reader.source, start, value.end, name, name_end, value)
    first = body.attributes.setdefault(name, attribute)
    if first is not attribute:
        line = reader.line(first.start)
        reader.report(f"{name} is set a second time, after line {line}; the first one is kept", start, name_end)
    return pos


def _line_end(reader: Reader, pos: int, block: _Open | None) -> int:
    """Check that an item ends its line, or its one-line block; returns where the next item may begin."""
    text, end = reader.text, reader.end
    match = match_line_end(text, pos, end)
    if match:
        if block and block.one_line and match.end() < end:
            block.one_line = False
            line = reader.line(block.start)
            message = f"expected a closing brace on line {line}, where the block has its first argument; read on"
            reader.report(message, block.start, block.start + 1)
        return match.end()
    pos = lexer.match_blank(text, pos, end).end()
    if text[pos] == "}" and block:
        if not block.one_line:
            reader.report("expected a new line before the closing brace; read on as if it were there", pos, pos + 1)
        return pos
    if text[pos] == ",":
        reader.report(
            "expected a new line, found a comma; arguments stand on lines of their own; read on", pos, pos + 1
        )
        return pos + 1
    following = match_item(text, pos, end)
    if following.lastindex == ITEM_ATTRIBUTE:
        reader.report(
            "expected a new line before the next argument; read on as if it were there", pos, following.end(1)
        )
        return pos
    raise reader.broken("a new line", pos)


def _block(reader: Reader, body: Body, match: Match[str], outer: _Open | None) -> int:
    text, end, source = reader.text, reader.end, reader.source
    start, header_end = match.span(1)
    level = outer.level + 1 if outer else 1
    try:
        if not reader.ascii:
            reader.check_name(match[1], start)
        labels: tuple[Label, ...] = ()
        brace = match.end() - 1
        if match.lastindex != ITEM_BLOCK:
            labels, brace = _labels(reader, match[1], header_end, level)
            header_end = labels[-1].end if labels else header_end
    except (Broken, RecursionError) as caught:
        return _resume(reader, caught if isinstance(caught, Broken) else reader.too_deep(start), start)
    if level > MAX_LEVELS:
        too_deep = reader.too_deep(start)
        reader.report(f"{too_deep.expected}; read on behind the block", start, header_end, "bound")
        return recovery.after_braces(reader, brace)
    if outer and outer.one_line:
        outer.one_line = False
        reader.report("a block on one line can hold an argument, but no block; read on", start, header_end)
    pos = brace + 1
    inner = Body(source, pos, end)
    block = Block(source, start, end, match[1], labels, header_end, inner)
    body.blocks.append(block)
    line_end = match_line_end(text, pos, end)
    pos = _items(reader, inner, line_end.end() if line_end else pos, _Open(start, line_end is None, level, match[1]))
    if pos >= end:
        _unclosed(reader, block, body, brace)
        return end
    inner.end = pos
    block.end = pos + 1
    try:
        return _line_end(reader, pos + 1, outer)
    except Broken as broken:
        return _resume(reader, broken, pos + 1)


def _unclosed(reader: Reader, block: Block, parent: Body, brace: int) -> None:
    at = recovery.release(reader, block, parent)
    message = f"expected a closing brace for the block opened on line {reader.line(block.start)}"
    onward = f"read on at line {reader.line(at)}" if at is not None else "found the end of the file"
    reader.report(f"{message}; {onward}", brace, brace + 1)


def _labels(reader: Reader, name: str, pos: int, level: int) -> tuple[tuple[Label, ...], int]:
    """The labels of a block and where its opening brace is."""
    labels: list[Label] = []
    source = reader.source
    while True:
        match = lexer.match_label(reader.text, pos, reader.end)
        kind = match.lastindex if match else None
        if match is None or (kind == lexer.LABEL_BRACE):
            return tuple(labels), _brace(reader, name, pos, bool(labels)) if match is None else match.end() - 1
        pos = match.end()
        if kind == lexer.LABEL_PLAIN:
            start, end = match.span(kind)
            labels.append(Label(source, start - 1, end + 1, lexer.normalised(match[kind])))
        elif kind == lexer.LABEL_NAME:
            if not reader.ascii:
                reader.check_name(match[kind], match.start(kind))
            labels.append(Label(source, *match.span(kind), match[kind]))
        else:
            node = templates.quoted(reader, match.start(lexer.LABEL_QUOTE), level, expression)
            pos = reader.pos
            value = node.value if isinstance(node, Literal) else None
            if not isinstance(value, str):
                value = reader.text[node.start + 1 : node.end - 1]
                reader.report("a label cannot hold ${ or %{; read on with the label as written", node.start, node.end)
            labels.append(Label(source, node.start, node.end, value))


def _brace(reader: Reader, name: str, pos: int, labelled: bool) -> int:
    """Where the opening brace is when it does not directly follow the header: it may stand on the next line."""
    after = lexer.match_space(reader.text, pos, reader.end).end()
    if reader.text.startswith("{", after, reader.end):
        reader.report(f"expected the opening brace of {name} on the same line; read on", after, after + 1)
        return after
    if labelled:
        raise reader.broken(f"an opening brace for the block {name}", pos)
    raise reader.broken(f"= and a value, or a label or an opening brace, after {name}", pos)
