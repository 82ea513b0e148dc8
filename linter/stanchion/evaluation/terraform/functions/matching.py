"""Running regular expressions in time proportional to pattern and text, as RE2 does.

The matcher backtracks but never visits one instruction at one place twice, as Go's `regexp/backtrack.go`: what failed
from there once fails again. So it prefers what Perl prefers and cannot be made to run for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.characters import CharClass, fold
from stanchion.evaluation.terraform.functions.patterns import (
    MAX_PROGRAM,
    MAX_REPEAT,
    Alternatives,
    Assertion,
    Char,
    Group,
    Node,
    Reader,
    Repeat,
    Sequence,
)

#: Steps that one search takes at the most: about half a second.
MAX_STEPS = 1_000_000
#: Characters of a pattern that is read.
MAX_PATTERN = 10_000

Spans: TypeAlias = list[int]

CHAR, FOLDED, SET, SPLIT, SAVE, ASSERT, DONE = range(7)
Instruction: TypeAlias = tuple[int, object, int, int]


@dataclass(slots=True)
class Pattern:
    """A compiled pattern: its program, its number of groups, and their names (None for the nameless)."""

    program: list[Instruction]
    names: list[str | None]


@lru_cache(maxsize=64)
def compile_pattern(text: str) -> Pattern:
    """The program of a pattern.

    Raises EvaluationError for what RE2 does not take, BoundExceededError for a huge one.
    """
    if len(text) > MAX_PATTERN:
        raise BoundExceededError(f"a pattern of more than {MAX_PATTERN:,} characters is not read")
    reader = Reader(text)
    node = reader.read()
    program: list[Instruction] = []
    _check_repeats(node, MAX_REPEAT)
    _emit(Group(0, node), program)
    program.append((DONE, None, 0, 0))
    return Pattern(program, reader.names)


def _check_repeats(node: Node, left: int) -> None:
    """RE2 refuses nested counts whose product is beyond its greatest repeat count."""
    if isinstance(node, Repeat):
        count = max(node.least, node.most or 0)
        if count > 1 and left // count < 1:
            raise EvaluationError("invalid regexp pattern: invalid repeat count")
        _check_repeats(node.inner, left // count if count > 1 else left)
    elif isinstance(node, Group):
        _check_repeats(node.inner, left)
    elif isinstance(node, Sequence | Alternatives):
        for item in node.items:
            _check_repeats(item, left)


def _emit(node: Node, program: list[Instruction]) -> None:
    if len(program) > MAX_PROGRAM:
        raise BoundExceededError(f"a pattern that takes more than {MAX_PROGRAM:,} steps to write out is not run")
    here = len(program)
    if isinstance(node, Char):
        character = fold(node.text) if node.fold else node.text
        program.append((FOLDED if node.fold else CHAR, character, here + 1, 0))
    elif isinstance(node, CharClass):
        program.append((SET, node, here + 1, 0))
    elif isinstance(node, Assertion):
        program.append((ASSERT, node.kind, here + 1, 0))
    elif isinstance(node, Sequence):
        for item in node.items:
            _emit(item, program)
    elif isinstance(node, Group):
        program.append((SAVE, 2 * node.number, here + 1, 0))
        _emit(node.inner, program)
        program.append((SAVE, 2 * node.number + 1, len(program) + 1, 0))
    elif isinstance(node, Alternatives):
        _emit_alternatives(node, program)
    else:
        _emit_repeat(node, program)


def _emit_alternatives(node: Alternatives, program: list[Instruction]) -> None:
    ends: list[int] = []
    for item in node.items[:-1]:
        split = len(program)
        program.append((SPLIT, None, split + 1, 0))
        _emit(item, program)
        ends.append(len(program))
        program.append((SPLIT, None, 0, 0))
        program[split] = (SPLIT, None, split + 1, len(program))
    _emit(node.items[-1], program)
    for end in ends:
        program[end] = (SPLIT, None, len(program), -1)


def _emit_repeat(node: Repeat, program: list[Instruction]) -> None:
    if node.most is None and node.least <= 1:
        _emit_loop(node, program)
        return
    for _ in range(node.least - (node.most is None)):
        _emit(node.inner, program)
    if node.most is None:
        _emit_loop(Repeat(node.inner, 1, None, node.greedy), program)
        return
    splits: list[int] = []
    for _ in range(node.most - node.least):
        splits.append(len(program))
        program.append((SPLIT, None, 0, 0))
        _emit(node.inner, program)
    for split in splits:
        program[split] = _fork(split + 1, len(program), node.greedy)


def _emit_loop(node: Repeat, program: list[Instruction]) -> None:
    """`x+`, and `x*` as `(x+)?` so that an empty match of x does not end the loop too soon (as Go does)."""
    optional = len(program)
    if node.least == 0:
        program.append((SPLIT, None, 0, 0))
    start = len(program)
    _emit(node.inner, program)
    program.append(_fork(start, len(program) + 1, node.greedy))
    if node.least == 0:
        program[optional] = _fork(start, len(program), node.greedy)


def _fork(more: int, less: int, greedy: bool) -> Instruction:
    return (SPLIT, None, more, less) if greedy else (SPLIT, None, less, more)


class Matcher:
    """Searches one text with one pattern, within one budget of steps."""

    def __init__(self, pattern: Pattern, text: str) -> None:
        self.pattern = pattern
        self.text = text
        self.steps = MAX_STEPS

    def search(self, start: int) -> Spans | None:
        """The leftmost match at or after a place: start and end of it and of each group, -1 for those not taken."""
        visited: set[int] = set()
        for at in range(start, len(self.text) + 1):
            found = self._match(at, visited)
            if found is not None:
                return found
        return None

    def _match(self, at: int, visited: set[int]) -> Spans | None:
        program, text, size = self.pattern.program, self.text, len(self.text)
        spans = [-1] * (2 * len(self.pattern.names) + 2)
        stack: list[tuple[int, int]] = [(0, at)]
        while stack:
            counter, position = stack.pop()
            if counter < 0:
                spans[~counter] = position
                continue
            while True:
                key = counter * (size + 1) + position
                if key in visited:
                    break
                visited.add(key)
                self.steps -= 1
                operation, operand, following, other = program[counter]
                if operation == SPLIT:
                    if other >= 0:
                        stack.append((other, position))
                elif operation == SAVE:
                    assert isinstance(operand, int)
                    stack.append((~operand, spans[operand]))
                    spans[operand] = position
                elif operation == DONE:
                    return spans
                elif operation == ASSERT:
                    if not _holds(str(operand), text, position):
                        break
                else:
                    if position >= size or not _accepts(operation, operand, text[position]):
                        break
                    position += 1
                counter = following
            if self.steps < 0:
                raise BoundExceededError(f"matching takes more than {MAX_STEPS:,} steps")
        return None

    def matches(self) -> Iterator[Spans]:
        """All matches that do not overlap; an empty one right after another is none."""
        at, previous = 0, -1
        while at <= len(self.text):
            found = self.search(at)
            if found is None:
                return
            start, end = found[0], found[1]
            if end == at:
                accepted = start != previous
                at += 1
            else:
                accepted, at = True, end
            previous = end
            if accepted:
                yield found


def _accepts(operation: int, operand: object, character: str) -> bool:
    if operation == CHAR:
        return character == operand
    if operation == FOLDED:
        return fold(character) == operand
    assert isinstance(operand, CharClass)
    return operand.has(character)


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_")


def _holds(kind: str, text: str, at: int) -> bool:
    if kind == "start":
        return at == 0
    if kind == "end":
        return at == len(text)
    if kind == "line start":
        return at == 0 or text[at - 1] == "\n"
    if kind == "line end":
        return at == len(text) or text[at] == "\n"
    return (_is_word(text, at - 1) != _is_word(text, at)) is (kind == "word")
