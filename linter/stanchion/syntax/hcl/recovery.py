"""Where to read on after something broken: the next item of the body, judged by brackets and indentation.

Reading never goes back before the beginning of the broken item, and what is read again is kept within a budget, so a
file of nothing but mistakes is still read in linear time.
"""

from __future__ import annotations

import re

from stanchion.syntax.hcl import lexer
from stanchion.syntax.hcl.lexer import BLANK, IDENT, Broken, Reader
from stanchion.syntax.hcl.nodes import Attribute, Block, Body

# The characters read again for recovery, as a multiple of the text.
_BUDGET = 3
# Unclosed blocks that give back what they swallowed; what is in more than that stays there.
_RELEASES = 16
_TOP_LEVEL = frozenset(
    {"check", "data", "ephemeral", "import", "locals", "module", "moved", "output", "provider", "removed", "resource"}
    | {"terraform", "variable"}
)
_OPENERS = {")": "(", "]": "[", "}": "{"}

_LABELS = rf'(?:[ \t]+(?:"[^"\n]*+"|{IDENT}))*+'
# A line on which an item begins: 1 its indentation, 2 `=` of an argument, 3 `{` of a block.
_match_item_line = lexer.late(rf"([ \t]*+){IDENT}(?:{BLANK}(=)(?![=>])|{_LABELS}[ \t]*+(\{{))")
_TOP_BLOCK = rf"^{IDENT}{_LABELS}[ \t]*+\{{[ \t\r]*+$"
# The next thing that opens, closes or ends something: 1 comment, 2 heredoc, 3 one character.
_match_code = lexer.late(
    r'[^"#/<\n\[\](){}]*+(?:((?:#|//)[^\n]*+|/\*(?s:.*?)(?:\*/|\Z))'
    rf'|(<<-?{IDENT}\r?\n)|(["\n\[\](){{}}])|(.))?+'
)
_COMMENT, _HEREDOC, _CHARACTER = 1, 2, 3


def next_item(reader: Reader, start: int, broken: Broken) -> int:
    """Where to read on after the item that begins at `start` broke."""
    pos = _after_item(reader, start)
    reread = broken.stop - pos
    if reread > 0:
        reader.reread += reread
        if reader.reread > _BUDGET * len(reader.text):
            return broken.stop
    return pos


def after_braces(reader: Reader, brace: int) -> int:
    """Where the block whose brace is at `brace` ends, unread; the end of the text when it never does."""
    scan = _Scan(reader, brace)
    while scan.step():
        if not scan.open:
            return scan.pos
    return reader.end


def unclosed_comment(reader: Reader) -> int | None:
    """Where a `/*` begins that runs to the end of the text without being closed."""
    text, end = reader.text, reader.end
    last = text.rfind("/*", 0, end)
    if last == -1 or text.find("*/", last + 2, end) != -1:
        return None
    scan = _Scan(reader, 0)
    while scan.step():
        if scan.comment is not None:
            return scan.comment
    return None


def release(reader: Reader, block: Block, parent: Body) -> int | None:
    """Move to the parent what an unclosed block has swallowed; returns where that begins.

    Swallowed is what comes after the first item that is indented no deeper than the block itself. In a file without
    indentation only the names of Terraform's top-level blocks tell.
    """
    reader.releases += 1
    if reader.releases > _RELEASES:
        return None
    body = block.body
    home = reader.source.position(block.start)
    items: list[Block | Attribute] = [*body.blocks, *body.attributes.values()]
    items.sort(key=lambda item: item.start)
    at: int | None = None
    flat = False
    for item in items:
        place = reader.source.position(item.start)
        if place.line == home.line or place.column > home.column:
            continue
        flat = flat or item is items[0]
        if not flat or (isinstance(item, Block) and item.type in _TOP_LEVEL):
            at = item.start
            break
    if at is None:
        return None
    parent.blocks.extend(child for child in body.blocks if child.start >= at)
    body.blocks[:] = [child for child in body.blocks if child.start < at]
    for name in [name for name, attribute in body.attributes.items() if attribute.start >= at]:
        parent.attributes.setdefault(name, body.attributes.pop(name))
    block.end = body.end = block.start + len(reader.text[block.start : at].rstrip())
    return at


class _Scan:
    """Steps over code without reading it, keeping the brackets, quotes and interpolations that are open."""

    __slots__ = ("comment", "end", "heredoc", "new_line", "open", "pos", "reader", "stray", "text")

    def __init__(self, reader: Reader, pos: int) -> None:
        self.reader = reader
        self.text = reader.text
        self.end = reader.end
        self.pos = pos
        self.open: list[str] = []
        self.new_line = False
        self.heredoc = False
        self.stray = False
        self.comment: int | None = None

    def step(self) -> bool:
        """Go to behind the next thing that matters; False at the end of the text.

        `new_line`, `stray` (a closing brace without an opening one), `heredoc` (an unclosed one) and `comment` (an
        unclosed one) say what that was.
        """
        self.new_line = self.stray = self.heredoc = False
        if self.open and self.open[-1] == '"':
            self._string()
            return True
        match = _match_code(self.text, self.pos, self.end)
        assert match is not None, "the pattern matches everywhere, if only nothing"
        self.pos = match.end()
        kind = match.lastindex
        if kind == _CHARACTER:
            self._character(match[_CHARACTER])
        elif kind == _HEREDOC:
            marker = match[_HEREDOC].strip().lstrip("<").removeprefix("-")
            line = self.reader.terminator_after(marker, self.pos)
            if line is None:
                self.heredoc = self.reader.unclosed = True
            else:
                self.pos = self.text.index(marker, line) + len(marker)
        elif kind == _COMMENT:
            word = match[_COMMENT]
            if word.startswith("/*") and (len(word) < 4 or not word.endswith("*/")):
                self.comment = match.start(_COMMENT)
        return kind is not None

    def _character(self, character: str) -> None:
        if character == "\n":
            self.new_line = True
        elif character in '"[({':
            self.open.append(character)
        else:
            wanted = _OPENERS[character]
            kinds = (wanted, "$") if character == "}" else (wanted,)
            depth = len(self.open)
            while depth and self.open[depth - 1] not in kinds:
                depth -= 1
            if depth:
                del self.open[depth - 1 :]
            elif character == "}":
                self.stray = True

    def _string(self) -> None:
        self.pos = lexer.match_quoted_text(self.text, self.pos, self.end).end()
        character = self.text[self.pos : self.pos + 1]
        if character in ("$", "%"):
            self.open.append("$")
            self.pos += 2
        else:
            self.open.pop()
            if character == '"':
                self.pos += 1
            else:
                self.reader.unclosed = True


def _after_item(reader: Reader, start: int) -> int:
    text = reader.text
    scan = _Scan(reader, start)
    margin = start - (text.rfind("\n", 0, start) + 1)
    while scan.step():
        if scan.stray:
            return scan.pos - 1
        if scan.heredoc:
            block = re.compile(_TOP_BLOCK, re.MULTILINE).search(text, scan.pos, reader.end)
            return block.start() if block else reader.end
        if scan.new_line and (not scan.open or _begins_item(scan, margin)):
            return scan.pos
    return reader.end


def _begins_item(scan: _Scan, margin: int) -> bool:
    """Whether the line at hand begins a new item although brackets are open: then they were left unclosed."""
    line = _match_item_line(scan.text, scan.pos, scan.end)
    if line is None:
        return False
    indent = line.end(1) - line.start(1)
    if line[2] and scan.open[-1] == "{":
        return indent < margin
    return indent <= margin
