"""Sets of texts as patterns with wildcards, and a shortest member of what several of them leave.

A pattern is a tuple of tokens: a text of the characters that may stand there, or a `Wild`. Deciding whether patterns
have a text in common walks the states of all of them together, so the answer "none" is a proof; see IAM User Guide,
"IAM JSON policy elements: Resource" and "IAM JSON policy elements: Condition operators" for what the wildcards mean.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable, Sequence

#: How many joint states of the patterns are looked at before the question is left open.
MAX_STATES = 10_000


class Wild(enum.Enum):
    """A wildcard: any text or any one character; within a segment of an ARN neither takes a colon."""

    TEXT = "*"
    CHARACTER = "?"
    SEGMENT_TEXT = "*:"
    SEGMENT_CHARACTER = "?:"


Token = str | Wild
Glob = tuple[Token, ...]
_STARS = (Wild.TEXT, Wild.SEGMENT_TEXT)
_NO_COLON = (Wild.SEGMENT_TEXT, Wild.SEGMENT_CHARACTER)


class TooManyStatesError(Exception):
    """The patterns are too many and too long to be told apart within MAX_STATES."""


def literal(text: str, any_case: bool = False) -> Glob:
    """A pattern that only one text fits, or its spellings in capital and small letters."""
    if not any_case:
        return tuple(text)
    return tuple(
        "".join(sorted({c, c.lower(), c.upper()})) if len(c.lower()) == len(c.upper()) == 1 else c for c in text
    )


def wildcards(text: str, any_case: bool = False) -> Glob:
    """A pattern in which `*` stands for any text and `?` for any one character."""
    made: list[Token] = []
    for character in text:
        if character == "*":
            if not made or made[-1] is not Wild.TEXT:
                made.append(Wild.TEXT)
        elif character == "?":
            made.append(Wild.CHARACTER)
        else:
            made.extend(literal(character, any_case))
    return tuple(made)


def arn(text: str) -> Glob:
    """A pattern for an ARN: wildcards stay within their segment, but for the sixth, which takes colons too."""
    head, rest = text.split(":", 5)[:5], text.split(":", 5)[5:]
    if not rest:
        return wildcards(text)
    made: list[Token] = []
    for segment in head:
        for token in wildcards(segment):
            inside = {Wild.TEXT: Wild.SEGMENT_TEXT, Wild.CHARACTER: Wild.SEGMENT_CHARACTER}
            made.append(inside[token] if isinstance(token, Wild) else token)
        made.append(":")
    return (*made, *wildcards(rest[0]))


def member(groups: Sequence[Sequence[Glob]], none_of: Sequence[Glob] = ()) -> str | None:
    """A shortest text that fits a pattern of every group and none of `none_of`; None when there is no such text.

    Raises TooManyStatesError when MAX_STATES is met before the question is decided.
    """
    sets = [*groups, none_of]
    letters = _letters(glob for group in sets for glob in group)
    start = tuple(_closure({(number, 0) for number in range(len(group))}, group) for group in sets)
    seen = {start}
    queue = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        if all(_accepts(state, group) for state, group in zip(states[:-1], groups, strict=True)) and not _accepts(
            states[-1], none_of
        ):
            return text
        for letter in letters:
            following = tuple(_step(state, letter, group) for state, group in zip(states, sets, strict=True))
            if following in seen or not all(following[:-1]):
                continue
            if len(seen) >= MAX_STATES:
                raise TooManyStatesError
            seen.add(following)
            queue.append((following, text + letter))
    return None


_States = frozenset[tuple[int, int]]


def _letters(globs: Iterable[Glob]) -> list[str]:
    """The characters that the patterns name, and one that none of them does."""
    named = {character for glob in globs for token in glob if isinstance(token, str) for character in token}
    other = next(
        c for c in "x0abcdefghijklmnopqrstuvwyz123456789_" + "".join(map(chr, range(0x100, 0x9000))) if c not in named
    )
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
