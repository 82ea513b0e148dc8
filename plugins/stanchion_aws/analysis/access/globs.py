"""Sets of texts as patterns with wildcards, and a shortest member of what several of them leave.

A pattern is a tuple of tokens: a text of the characters that may stand there, or a `Wild`. Deciding whether patterns
have a text in common walks the states of all of them together, so the answer "none" is a proof; see IAM User Guide,
"IAM JSON policy elements: Resource" and "IAM JSON policy elements: Condition operators" for what the wildcards mean.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

#: How many joint states of the patterns are looked at before the question is left open.
MAX_STATES = 10_000


class Wild(enum.Enum):
    """A wildcard: any text or any one character; within a segment of an ARN neither takes a colon."""

    TEXT = "*"
    CHARACTER = "?"
    SEGMENT_TEXT = "*:"
    SEGMENT_CHARACTER = "?:"


class Hole(NamedTuple):
    """What nobody knows in the middle of a text, by what it hangs on ("var.bucket")."""

    name: str


class Variable(NamedTuple):
    """A policy variable: the requester's value of a condition key, or `default` where the request has none."""

    key: str
    default: str | None = None


Token = str | Wild
Glob = tuple[Token, ...]
#: A pattern in which holes and policy variables are still open.
OpenGlob = tuple[str | Wild | Hole | Variable, ...]
_STARS = (Wild.TEXT, Wild.SEGMENT_TEXT)
_NO_COLON = (Wild.SEGMENT_TEXT, Wild.SEGMENT_CHARACTER)
ANYTHING: Glob = (Wild.TEXT,)


class TooManyStatesError(Exception):
    """The patterns are too many and too long to be told apart within MAX_STATES."""


def literal(text: str, any_case: bool = False) -> Glob:
    """A pattern that only one text fits, or its spellings in capital and small letters."""
    if not any_case:
        return tuple(text)
    return tuple(
        "".join(sorted({c, c.lower(), c.upper()})) if len(c.lower()) == len(c.upper()) == 1 else c for c in text
    )


def wildcards(text: str) -> Glob:
    """A pattern in which `*` stands for any text and `?` for any one character."""
    made: list[Token] = []
    for character in text:
        if character == "*":
            if not made or made[-1] is not Wild.TEXT:
                made.append(Wild.TEXT)
        else:
            made.append(Wild.CHARACTER if character == "?" else character)
    return tuple(made)


def in_segments(glob: OpenGlob) -> OpenGlob:
    """A pattern of an ARN: wildcards stay within their segment, but for the sixth, which takes colons too."""
    if glob.count(":") < 5:
        return glob
    inside = {Wild.TEXT: Wild.SEGMENT_TEXT, Wild.CHARACTER: Wild.SEGMENT_CHARACTER}
    made: list[str | Wild | Hole | Variable] = []
    colons = 0
    for one in glob:
        colons += one == ":"
        made.append(inside.get(one, one) if isinstance(one, Wild) and colons < 5 else one)
    return tuple(made)


def closed(glob: OpenGlob) -> Glob:
    """A pattern in which nothing is open, as such."""
    return tuple(token for token in glob if isinstance(token, str | Wild))


def plain(glob: Glob) -> str | None:
    """The only text that fits, or None where there may be more."""
    if all(isinstance(token, str) and len(token) == 1 for token in glob):
        return "".join(token for token in glob if isinstance(token, str))
    return None


def fits(text: str, glob: Glob) -> bool:
    """Whether a text fits a pattern."""
    states = _closure({(0, 0)}, (glob,))
    for letter in text:
        states = _step(states, letter, (glob,))
        if not states:
            return False
    return _accepts(states, (glob,))


def member(groups: Sequence[Sequence[Glob]], none_of: Sequence[Glob] = ()) -> str | None:
    """A shortest text that fits a pattern of every group and none of `none_of`; None when there is no such text.

    Raises TooManyStatesError when MAX_STATES is met before the question is decided.
    """
    groups = [group for group in groups if ANYTHING not in group]
    if ANYTHING in none_of:
        return None
    for group in groups:
        texts = [plain(glob) for glob in group]
        if None not in texts:
            return _named(sorted((t for t in texts if t is not None), key=len), groups, none_of)
    return _walked([*groups, none_of])


def _named(texts: Iterable[str], groups: Sequence[Sequence[Glob]], none_of: Sequence[Glob]) -> str | None:
    for text in texts:
        inside = all(any(fits(text, glob) for glob in group) for group in groups)
        if inside and not any(fits(text, glob) for glob in none_of):
            return text
    return None


def _walked(sets: Sequence[Sequence[Glob]]) -> str | None:
    start = tuple(_closure({(number, 0) for number in range(len(group))}, group) for group in sets)
    other = _other_letter(sets)
    seen = {start}
    queue = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        if _inside(states, sets):
            return text
        for letter in _letters(states, sets, other):
            following = tuple(_step(state, letter, group) for state, group in zip(states, sets, strict=True))
            if following in seen or not all(following[:-1]):
                continue
            if len(seen) >= MAX_STATES:
                raise TooManyStatesError
            seen.add(following)
            queue.append((following, text + letter))
    return None


_States = frozenset[tuple[int, int]]


def _inside(states: Sequence[_States], sets: Sequence[Sequence[Glob]]) -> bool:
    *among, none_of = [_accepts(state, group) for state, group in zip(states, sets, strict=True)]
    return all(among) and not none_of


def _other_letter(sets: Sequence[Sequence[Glob]]) -> str:
    """A character that no pattern names."""
    named = {c for group in sets for glob in group for token in glob if isinstance(token, str) for c in token}
    candidates = "x0abcdefghijklmnopqrstuvwyz123456789_" + "".join(map(chr, range(0x100, 0x9000)))
    return next(c for c in candidates if c not in named)


def _letters(states: Sequence[_States], sets: Sequence[Sequence[Glob]], other: str) -> list[str]:
    """The characters that lead somewhere else from here: those named next, a colon, and one that stands for others."""
    named = {":"}
    for state, group in zip(states, sets, strict=True):
        for number, at in state:
            token = group[number][at] if at < len(group[number]) else ""
            if isinstance(token, str):
                named.update(token)
    return [other, *sorted(named)]


def _closure(states: set[tuple[int, int]], globs: Sequence[Glob]) -> _States:
    """The states with those behind stars that stand for nothing."""
    pending = list(states)
    while pending:
        number, at = pending.pop()
        glob = globs[number]
        if at < len(glob) and glob[at] in _STARS and (number, at + 1) not in states:
            states.add((number, at + 1))
            pending.append((number, at + 1))
    return frozenset(states)


def _step(states: _States, letter: str, globs: Sequence[Glob]) -> _States:
    following: set[tuple[int, int]] = set()
    for number, at in states:
        glob = globs[number]
        if at == len(glob):
            continue
        token = glob[at]
        if isinstance(token, str):
            if letter in token:
                following.add((number, at + 1))
        elif not (letter == ":" and token in _NO_COLON):
            following.add((number, at if token in _STARS else at + 1))
    return _closure(following, globs)


def _accepts(states: _States, globs: Sequence[Glob]) -> bool:
    return any(at == len(globs[number]) for number, at in states)
