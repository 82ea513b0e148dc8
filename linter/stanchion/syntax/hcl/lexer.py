"""The words of HCL native syntax: patterns, decoding of literals, and the reader that carries a parse along.

There is no token list. The parser knows at every place which words can come, so each pattern takes the blanks before
a word and the word in one match, and quoted strings and heredocs need no lexer modes. Two families of patterns exist
because HCL ignores line ends inside brackets only: the `LINE` ones stop at a line end, the `FREE` ones step over it.

All repetitions are possessive: no input makes a pattern try twice, so matching is linear in what it consumes.
Source of the rules: HCL Native Syntax Specification ("Lexical Elements", "Template Expressions").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from stanchion.syntax.source import Problem, Source, Span

if TYPE_CHECKING:
    from decimal import Decimal

Always: TypeAlias = Callable[[str, int, int], re.Match[str]]
Perhaps: TypeAlias = Callable[[str, int, int], re.Match[str] | None]


def late(pattern: str) -> Perhaps:
    """A pattern that many files do without, compiled when it is first asked for: compiling all takes milliseconds."""
    found: Perhaps | None = None

    def match(text: str, pos: int, end: int) -> re.Match[str] | None:
        nonlocal found
        if found is None:
            found = re.compile(pattern).match
        return found(text, pos, end)

    return match


# Blocks, brackets and templates may nest this deep; no expression tree that the parser gives out is deeper.
MAX_LEVELS = 200
# From these on, an expression's real depth is measured: 8 links on each of 24 levels stay under MAX_LEVELS.
LEVELS_TO_MEASURE = 24
LINKS_TO_MEASURE = 8
MAX_PROBLEMS = 200
MAX_NUMBER_LENGTH = 400

# Everything beyond ASCII counts here; `check_name` looks closer, and only in files that have such characters.
# Written as what a name does not have: a class of all of Unicode takes milliseconds to compile.
IDENT = r"[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*+"
# A comment that is never closed runs to the end of the file, so that it is read over once only.
_INLINE = r"/\*(?s:.*?)(?:\*/|\Z)"
_COMMENT = rf"(?:#|//)[^\n]*+|{_INLINE}"
BLANK = rf"(?:[ \t]++|{_INLINE})*+"
SPACE = rf"(?:[ \t\n]++|\r\n|{_COMMENT})*+"
_PLAIN = r'"([^"\\\r\n$%]*+)"'
_NUMBER = r"[0-9]++(?:\.[0-9]++)*+(?:[eE][+-]?[0-9]++)?+"
_WORD_END = r"(?![-\w])"
_TERM = rf'(?:{_PLAIN}|({IDENT})((?:\.{IDENT})*+)|({_NUMBER})|([\[{{(\-!"]|<<))'
_OPERATOR = r"(\|\||&&|==|!=|<=|>=|[<>+*%?(\[-]|/(?![/*])|\.(?!\.)|::)"

# Groups of the TERM patterns, as Match.lastindex tells them.
PLAIN_STRING, PATH, NUMBER, MARK = 1, 3, 4, 5

match_term_line = re.compile(BLANK + _TERM).match
match_term_free = re.compile(SPACE + _TERM).match
match_operator_line = re.compile(BLANK + _OPERATOR).match
match_operator_free = re.compile(SPACE + _OPERATOR).match
# These two match everywhere, if only nothing.
match_blank = cast(Always, re.compile(BLANK).match)
match_space = cast(Always, re.compile(SPACE).match)
match_line_end = re.compile(rf"{BLANK}(?:\r?\n|(?:#|//)[^\n]*+\n?|\Z)").match
match_identifier_free = late(rf"{SPACE}({IDENT})")

# One body item's beginning: 1 name, 2 `=`, 3 `{`; or 4 the body's closing brace.
match_item = cast(Always, re.compile(rf"{SPACE}(?:({IDENT}){BLANK}(?:(=)(?![=>])|(\{{))?+|(\}}))?+").match)
ITEM_NAME, ITEM_ATTRIBUTE, ITEM_BLOCK, ITEM_CLOSE = 1, 2, 3, 4
# What may follow in a block header: 1 a plain quoted label, 2 a bare label, 3 `{`, 4 another quoted label.
match_label = re.compile(rf'{BLANK}(?:{_PLAIN}|({IDENT})|(\{{)|("))').match
LABEL_PLAIN, LABEL_NAME, LABEL_BRACE, LABEL_QUOTE = 1, 2, 3, 4

# An object item's beginning: 1 bare key, 2 plain quoted key; or 3 the closing brace.
match_key = re.compile(rf"{SPACE}(?:(?:({IDENT})|{_PLAIN}){BLANK}(?:=(?![=>])|:(?!:))|(\}}))").match
KEY_STRING, KEY_CLOSE = 2, 3
match_key_sign = late(rf"{BLANK}(?:=(?![=>])|:(?!:))")
match_object_separator = re.compile(rf"{BLANK}(?:,|\r?\n|(?:#|//)[^\n]*+\n?|(?=\}}))").match
match_for = re.compile(rf"{SPACE}for{_WORD_END}").match
match_for_names = late(rf"{SPACE}({IDENT}){SPACE}(?:,{SPACE}({IDENT}){SPACE})?+(?<![-\w])in{_WORD_END}")
match_if = late(rf"{SPACE}if{_WORD_END}")
match_arrow = late(rf"{SPACE}=>")
match_dots = late(rf"{SPACE}\.\.\.")
_STEP = rf"(?:({IDENT})|({_NUMBER})|(\*))"
match_attribute_dot_line = late(rf"{BLANK}\.(?!\.)")
match_attribute_dot_free = late(rf"{SPACE}\.(?!\.)")
match_step_line = late(BLANK + _STEP)
match_step_free = late(SPACE + _STEP)
STEP_NAME, STEP_NUMBER, STEP_STAR = 1, 2, 3
match_colon_line = re.compile(rf"{BLANK}:(?!:)").match
match_colon_free = re.compile(rf"{SPACE}:(?!:)").match
match_full_splat_line = late(rf"{BLANK}\*{BLANK}(\])?+")
match_full_splat_free = late(rf"{SPACE}\*{SPACE}(\])?+")

match_heredoc_open = late(rf"<<(-?)({IDENT})\r?\n")
match_terminator = late(rf"[^\S\n]*+({IDENT})[^\S\n]*+\n")
# A run of two or more dollars before a brace is the escape: all but one of them stand, and no interpolation begins.
_TEXT_DOLLARS = r"\$\$++\{|%%++\{|\$++(?!\{)|%++(?!\{)"
match_line_text = cast(Always, re.compile(rf"(?:[^$%\n]++|{_TEXT_DOLLARS})*+\n?").match)
match_quoted_text = cast(Always, re.compile(rf'(?:[^"\\\r\n$%]++|\\[^\r\n]|{_TEXT_DOLLARS})*+').match)
match_directive = late(rf"{SPACE}(if|else|endif|for|endfor){_WORD_END}")
match_sequence_end = re.compile(rf"{SPACE}(~?)\}}").match

# What Unicode calls white space: the strip markers and the indentation of `<<-` go by it.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPED = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\[\s\S]|\$(\$+\{)|%(%+\{)"
_ESCAPED_TEXT = r"\$(\$+\{)|%(%+\{)"
_match_found = late(rf"{IDENT}|{_NUMBER}|=>|==|!=|<=|>=|&&|\|\||\.\.\.|<<|::|.")

_HINTS = {
    "'": "; strings are quoted with double quotes",
    "“": "; strings are quoted with straight double quotes",
    "”": "; strings are quoted with straight double quotes",
    ";": "; arguments are separated by line ends",
    "&": '; "and" is written &&',
    "|": '; "or" is written ||',
}
_FOUND = {"{": "an opening brace", "}": "a closing brace", '"': "a quote", "\r": "the end of the line"}


class Broken(Exception):  # noqa: N818 - not an error of the program, but a turn in the parse
    """Raised where the grammar cannot go on; caught where the parser resumes. `expected` is a sentence without end.

    `start`..`end` is the place to show, `stop` how far the text had been read.
    """

    def __init__(self, expected: str, start: int, end: int, kind: str = "syntax", stop: int = 0) -> None:
        super().__init__(expected)
        self.stop = max(stop, end)
        self.expected = expected
        self.start = start
        self.end = end
        self.kind = kind


class Reader:
    """One parse: the text, how far it may be read, where the last part ended, and what went wrong so far.

    `ascii` spares the look at names; `deep` asks for the depth of the expression at hand to be measured; `unclosed`
    says that some quote, heredoc or comment was left open; `provider_keys` that the object at hand maps provider
    references; `reread` and `releases` are what recovery has spent.
    """

    __slots__ = (
        "_markers",
        "_start",
        "ascii",
        "deep",
        "end",
        "pos",
        "problems",
        "provider_keys",
        "releases",
        "reread",
        "source",
        "text",
        "unclosed",
    )

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.text = source.text
        self._start = start
        self.pos = start
        self.end = end
        self.problems: list[Problem] = []
        self.ascii = source.text.isascii()
        self.deep = False
        self.unclosed = False
        self.provider_keys = False
        self.reread = 0
        self.releases = 0
        self._markers: dict[str, list[int]] | None = None

    def report(self, message: str, start: int, end: int, kind: str = "syntax") -> None:
        """Keep a problem; past MAX_PROBLEMS only the fact that there are more is kept."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(kind, message, Span(self.source, start, min(end, self.end))))
        elif len(self.problems) == MAX_PROBLEMS:
            message = f"this file has more than {MAX_PROBLEMS} problems; the ones from here on are not listed"
            self.problems.append(Problem("bound", message, Span(self.source, start, min(end, self.end))))

    def line(self, offset: int) -> int:
        """The line number of an offset, for messages."""
        return self.source.position(offset).line

    def found(self, pos: int) -> tuple[str, int, int]:
        """What stands at a place, in words, and its span: the second half of "expected ..., found ..."."""
        start = pos
        while start < self.end and self.text[start] in " \t\r":
            start += 1
        if start >= self.end:
            return "the end of the text", self.end, self.end
        word = _match_found(self.text, start, self.end)
        if word is None:
            return "the end of the line", start, start + 1
        text = word[0] if len(word[0]) <= 40 else word[0][:40] + "…"
        hint = _HINTS.get(text, "")
        return f"{_FOUND.get(text, text)}{hint}", start, word.end()

    def broken(self, expected: str, pos: int) -> Broken:
        """The exception to raise when `expected` is not what stands at `pos`."""
        what, start, end = self.found(pos)
        return Broken(f"expected {expected}, found {what}", start, end)

    def unclosed_bracket(self, expected: str, closer: str, opener: int, pos: int) -> Broken:
        """The exception to raise when a bracket is not closed: at the opener when nothing else follows it."""
        pos = match_space(self.text, pos, self.end).end()
        closing = f"{closer} for the one opened on line {self.line(opener)}"
        if pos >= self.end:
            return Broken(f"expected a {closing}, found the end of the text", opener, opener + 1, stop=pos)
        return self.broken(f"{expected} or a {closing}", pos)

    def check_level(self, level: int, pos: int) -> None:
        """Called from LEVELS_TO_MEASURE levels on: remember that this goes deep, and refuse to go too deep."""
        self.deep = True
        if level > MAX_LEVELS:
            raise self.too_deep(pos)

    def too_deep(self, pos: int) -> Broken:
        """The exception to raise when nesting passes the bound."""
        return Broken(f"this is nested more than {MAX_LEVELS} levels deep, which is not read", pos, pos + 1, "bound")

    def check_name(self, name: str, start: int) -> None:
        """Refuse a name with characters that no identifier may have. Only called for texts beyond ASCII."""
        if not name.isascii() and not name.replace("-", "_").isidentifier():
            raise Broken(
                f"{name[:40]} is not a name: it has a character that names cannot have", start, start + len(name)
            )

    def terminator_after(self, marker: str, pos: int) -> int | None:
        """Where the next line begins that holds nothing but the heredoc marker; None when there is none.

        The lines are listed once for the whole text, so that a thousand unclosed heredocs stay cheap.
        """
        if self._markers is None:
            self._markers = {}
            pattern = re.compile(rf"^[^\S\n]*+({IDENT})[^\S\n]*+\n", re.MULTILINE)
            for match in pattern.finditer(self.text, self._start, self.end):
                self._markers.setdefault(match[1], []).append(match.start())
        starts = self._markers.get(marker, [])
        at = bisect_left(starts, pos)
        return starts[at] if at < len(starts) else None


def decode_quoted(reader: Reader, start: int, end: int) -> str:
    """The characters that a stretch of a quoted string stands for; a bad escape is reported and kept as written."""
    raw = reader.text[start:end]
    if "\\" not in raw and "{" not in raw:
        return normalised(raw)

    def replace(match: re.Match[str]) -> str:
        word = match[0]
        if word[0] != "\\":
            return match[1] or match[2]
        if len(word) > 2:
            digits = word[2:]
            code = int(digits, 16)
            if code < 0x110000 and not 0xD800 <= code < 0xE000:
                return chr(code)
            problem = f"{word} is no character"
        else:
            if word[1] in _ESCAPES:
                return _ESCAPES[word[1]]
            count = {"u": "four", "U": "eight"}.get(word[1])
            known = r"known are \n \r \t \" \\ \uNNNN \UNNNNNNNN"
            problem = f"{word} needs {count} hexadecimal digits" if count else f"{word} is no escape sequence; {known}"
        at = start + match.start()
        reader.report(f"{problem}; read on as if it were plain text", at, at + len(word))
        return word[1:]

    return normalised(re.sub(_ESCAPED, replace, raw))


def decode_text(raw: str) -> str:
    """The characters that a stretch of a heredoc or bare template stands for: only `$${` and `%%{` are escapes."""
    if "${" in raw or "%{" in raw:
        raw = re.sub(_ESCAPED_TEXT, lambda match: match[1] or match[2], raw)
    return normalised(raw)


def normalised(text: str) -> str:
    """Strings in Terraform are Unicode NFC, however they were typed."""
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def decode_number(reader: Reader, text: str, start: int) -> int | Decimal:
    """An `int` without fraction and exponent, else a `Decimal`; raises Broken for what is no number."""
    end = start + len(text)
    if text.count(".") > 1:
        raise Broken(f"{text[:40]} is not a number; an address or a version needs quotes", start, end)
    if len(text) > MAX_NUMBER_LENGTH:
        raise Broken(f"this number has more than {MAX_NUMBER_LENGTH} digits, which is not read", start, end, "bound")
    if text.isdecimal():
        return int(text)
    from decimal import Decimal

    exponent = text.lower().partition("e")[2]
    number = Decimal(text) if len(exponent) < 8 else None
    if number is None or abs(number.adjusted()) > MAX_NUMBER_LENGTH:
        raise Broken(f"this number has more than {MAX_NUMBER_LENGTH} digits, which is not read", start, end, "bound")
    return number
