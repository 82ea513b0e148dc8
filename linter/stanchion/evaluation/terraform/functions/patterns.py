"""Reading regular expressions of Go's `regexp/syntax` (RE2) into small programs.

RE2 has no lookaround and no back-references, so that a match takes time in proportion to pattern and text; Python's
`re` reads another language and can take for ever. The program is run by `functions.matching`.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.characters import (
    CATEGORIES,
    ESCAPES,
    PERL,
    POSIX,
    CharClass,
    script_class,
)

#: Instructions of a program, nested groups, and the repeat count that RE2 allows.
MAX_PROGRAM = 20_000
MAX_DEPTH = 150
MAX_REPEAT = 1000


class Char(NamedTuple):
    """One character, compared after folding when `fold`."""

    text: str
    fold: bool


class Group(NamedTuple):
    """A capturing group."""

    number: int
    inner: Node


class Repeat(NamedTuple):
    """`least` to `most` (None: any number) times the inner; `greedy` prefers more."""

    inner: Node
    least: int
    most: int | None
    greedy: bool


class Sequence(NamedTuple):
    """One after the other."""

    items: tuple[Node, ...]


class Alternatives(NamedTuple):
    """The first that matches."""

    items: tuple[Node, ...]


class Assertion(NamedTuple):
    """An empty match: "start", "end", "line start", "line end", "word", "no word"."""

    kind: str


Node: TypeAlias = Char | CharClass | Group | Repeat | Sequence | Alternatives | Assertion


class Reader:
    """Reads one pattern; `names` are the groups' names by number, None for the nameless."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.flags: frozenset[str] = frozenset()
        self.names: list[str | None] = []

    def refuse(self, what: str, piece: str = "") -> EvaluationError:
        """The error for a pattern that RE2 would not take."""
        shown = piece or self.text
        return EvaluationError(f"invalid regexp pattern: {what}: `{shown[:60]}`")

    def peek(self, count: int = 1) -> str:
        """The next characters, fewer at the end."""
        return self.text[self.at : self.at + count]

    def read(self) -> Node:
        """The whole pattern. Raises EvaluationError for what RE2 does not take."""
        node = self.alternatives()
        if self.at < len(self.text):
            raise self.refuse("unexpected )")
        return node

    def alternatives(self) -> Node:
        """Branches up to the end or a closing parenthesis."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BoundExceededError(f"a pattern nested deeper than {MAX_DEPTH} is not read")
        branches = [self.branch()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.branch())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else Alternatives(tuple(branches))

    def branch(self) -> Node:
        """Items one after the other."""
        items: list[Node] = []
        repeated = False
        while self.at < len(self.text) and self.peek() not in ("|", ")"):
            counts = self.repetition()
            if counts is not None:
                least, most, written = counts
                if repeated:
                    raise self.refuse("invalid nested repetition operator", written)
                if not items:
                    raise self.refuse("missing argument to repetition operator", written)
                greedy = "U" not in self.flags
                if self.peek() == "?":
                    self.at += 1
                    greedy = not greedy
                items.append(Repeat(items.pop(), least, most, greedy))
                repeated = True
                continue
            quoted = self.quoted()
            if quoted is not None:
                items += [Char(character, "i" in self.flags) for character in quoted]
                repeated = repeated and not quoted
                continue
            item = self.item()
            repeated = False
            if item is not None:
                items.append(item)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def quoted(self) -> str | None:
        r"""What stands between \Q and \E."""
        if self.peek(2) != "\\Q":
            return None
        end = self.text.find("\\E", self.at + 2)
        quoted = self.text[self.at + 2 : end if end >= 0 else len(self.text)]
        self.at = end + 2 if end >= 0 else len(self.text)
        return quoted

    def repetition(self) -> tuple[int, int | None, str] | None:
        """A repetition operator: its least and greatest count, and how it is written."""
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        character = self.peek()
        if character in simple:
            self.at += 1
            return (*simple[character], character)
        if character != "{":
            return None
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        counts = [count for count in (least, most) if count]
        if end < 0 or not least or any(not count.isascii() or not count.isdigit() for count in counts):
            return None
        if any(len(count) > 1 and count[0] == "0" for count in counts):
            return None
        written = self.text[self.at : end + 1]
        low = int(least[:6])
        high = (int(most[:6]) if most else None) if comma else low
        if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
            raise self.refuse("invalid repeat count", written)
        self.at = end + 1
        return low, high, written

    def item(self) -> Node | None:
        """One thing that may be repeated; None for a change of flags."""
        character = self.peek()
        if character == "(":
            return self.group()
        if character == "[":
            return self.char_class()
        if character == "\\":
            return self.escape()
        self.at += 1
        if character == ".":
            return CharClass([(0, 0x10FFFF)] if "s" in self.flags else [(0, 9), (11, 0x10FFFF)])
        if character == "^":
            return Assertion("line start" if "m" in self.flags else "start")
        if character == "$":
            return Assertion("line end" if "m" in self.flags else "end")
        return Char(character, "i" in self.flags)

    def group(self) -> Node | None:
        """A group, capturing or not, or a change of flags for what follows."""
        outer = self.flags
        if self.peek(2) == "(?":
            name = self.group_name()
            if name is None:
                if self.group_flags() == ")":
                    return None
                inner = self.alternatives()
                return self.closed(inner, outer)
        else:
            self.at += 1
            name = ""
        if name and name in self.names:
            raise self.refuse("duplicate capture group name", name)
        self.names.append(name or None)
        number = len(self.names)
        return self.closed(Group(number, self.alternatives()), outer)

    def closed(self, node: Node, outer: frozenset[str]) -> Node:
        """The group's node when its parenthesis is closed."""
        if self.peek() != ")":
            raise self.refuse("missing closing )")
        self.at += 1
        self.flags = outer
        # A group is one item to repeat, also when it is empty.
        return node

    def group_name(self) -> str | None:
        """The name in `(?P<name>` or `(?<name>`; None for another kind of group."""
        prefix = "(?P<" if self.peek(4) == "(?P<" else "(?<" if self.peek(3) == "(?<" else ""
        if not prefix:
            return None
        end = self.text.find(">", self.at)
        name = self.text[self.at + len(prefix) : end] if end >= 0 else ""
        if not name or not all(c.isascii() and (c.isalnum() or c == "_") for c in name):
            raise self.refuse("invalid named capture", self.text[self.at :])
        self.at = end + 1
        return name

    def group_flags(self) -> str:
        """Reads `(?flags)` or `(?flags:`; gives the character that ended it."""
        start = self.at
        self.at += 2
        on = set(self.flags)
        sign, some = True, False
        while self.at < len(self.text):
            character = self.peek()
            self.at += 1
            if character in ("i", "m", "s", "U"):
                some = True
                on = on | {character} if sign else on - {character}
            elif character == "-" and sign:
                sign, some = False, False
            elif character in (":", ")") and (sign or some):
                self.flags = frozenset(on)
                return character
            else:
                break
        raise self.refuse("invalid or unsupported Perl syntax", self.text[start : self.at])

    def escape(self) -> Node:
        """What begins with a backslash, outside of brackets."""
        following = self.text[self.at + 1 : self.at + 2]
        assertion = {"A": "start", "z": "end", "b": "word", "B": "no word"}.get(following)
        if assertion is not None:
            self.at += 2
            return Assertion(assertion)
        found = self.named_class()
        return found if found is not None else Char(chr(self.escaped()), "i" in self.flags)

    def named_class(self) -> CharClass | None:
        r"""`\d`, `\W`, `\pL`, `\P{Greek}`."""
        following = self.text[self.at + 1 : self.at + 2]
        folding = "i" in self.flags
        if following and following.lower() in PERL:
            self.at += 2
            return CharClass(list(PERL[following.lower()]), negated=following.isupper(), fold=folding)
        if following not in ("p", "P"):
            return None
        start = self.at
        self.at += 2
        name = self.peek()
        if name == "{":
            end = self.text.find("}", self.at)
            name = self.text[self.at + 1 : end] if end >= 0 else ""
            self.at = end
        self.at += 1
        negated = (following == "P") is not name.startswith("^")
        name = name.removeprefix("^")
        if not name.replace("_", "").isalnum() or not name.isascii():
            raise self.refuse("invalid character class range", self.text[start : start + 20])
        if name not in CATEGORIES and name != "Any":
            script_class(name)
        return CharClass(unicode=[(name, False)], negated=negated, fold=folding)

    def escaped(self) -> int:
        """The code of one escaped character."""
        start = self.at
        self.at += 2
        character = self.text[start + 1 : start + 2]
        if not character:
            raise self.refuse("trailing backslash at end of expression", "\\")
        if character in "01234567":
            digits = character
            while len(digits) < 3 and self.peek() and self.peek() in "01234567":
                digits += self.peek()
                self.at += 1
            if character == "0" or len(digits) > 1:
                return int(digits, 8)
        elif character == "x":
            return self.hexadecimal(start)
        elif character in ESCAPES:
            return ESCAPES[character]
        elif character.isascii() and not character.isalnum():
            return ord(character)
        raise self.refuse("invalid escape sequence", self.text[start : start + 2])

    def hexadecimal(self, start: int) -> int:
        r"""`\x7f` or `\x{10ffff}`, of which the `\x` is read."""
        if self.peek() == "{":
            end = self.text.find("}", self.at)
            digits = self.text[self.at + 1 : end] if end >= 0 else ""
            self.at = end + 1
        else:
            digits = self.peek(2) if len(self.peek(2)) == 2 else ""
            self.at += 2
        good = digits and len(digits) < 9 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
        if not good or int(digits, 16) > 0x10FFFF:
            raise self.refuse("invalid escape sequence", self.text[start : start + 4])
        return int(digits, 16)

    def char_class(self) -> Node:
        """A set in brackets."""
        start = self.at
        self.at += 1
        found = CharClass(fold="i" in self.flags)
        if self.peek() == "^":
            found.negated = True
            self.at += 1
        first = True
        while first or self.peek() != "]":
            first = False
            if self.at >= len(self.text):
                raise self.refuse("missing closing ]", self.text[start:])
            if self.peek(2) == "[:" and self.posix(found):
                continue
            inner = self.named_class() if self.peek() == "\\" else None
            if inner is not None:
                found.sets.append(inner)
                continue
            begin = self.at
            low = high = self.class_character(start)
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.class_character(start)
                if high < low:
                    raise self.refuse("invalid character class range", self.text[begin : self.at])
            found.ranges.append((low, high))
        self.at += 1
        return found

    def class_character(self, start: int) -> int:
        """One character inside brackets."""
        character = self.peek()
        if not character:
            raise self.refuse("missing closing ]", self.text[start:])
        if character == "\\":
            return self.escaped()
        self.at += 1
        return ord(character)

    def posix(self, into: CharClass) -> bool:
        """`[:alpha:]` inside brackets; False when there is no `:]` to end it."""
        end = self.text.find(":]", self.at + 2)
        if end < 0:
            return False
        name = self.text[self.at + 2 : end]
        ranges = POSIX.get(name.removeprefix("^"))
        if ranges is None:
            raise self.refuse("invalid character class range", self.text[self.at : end + 2])
        into.sets.append(CharClass(list(ranges), negated=name.startswith("^"), fold=into.fold))
        self.at = end + 2
        return True
