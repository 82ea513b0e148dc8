"""Sets of characters as RE2 patterns name them: ranges, Perl and POSIX classes, Unicode categories and scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import TypeAlias

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError

Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(slots=True, eq=False)
class CharClass:
    """A set of characters: ranges, Unicode classes and nested sets, perhaps negated."""

    ranges: list[tuple[int, int]] = field(default_factory=list)
    unicode: list[tuple[str, bool]] = field(default_factory=list)
    sets: list[CharClass] = field(default_factory=list)
    negated: bool = False
    fold: bool = False
    seen: dict[str, bool] = field(default_factory=dict)

    def has(self, character: str) -> bool:
        """Whether the character is in the set."""
        known = self.seen.get(character)
        if known is None:
            candidates = orbit(character) if self.fold else (character,)
            known = any(self._holds(candidate) for candidate in candidates) is not self.negated
            self.seen[character] = known
        return known

    def _holds(self, character: str) -> bool:
        code = ord(character)
        if any(low <= code <= high for low, high in self.ranges):
            return True
        if any(each.has(character) for each in self.sets):
            return True
        return any(in_unicode_class(character, name) is not negated for name, negated in self.unicode)


def fold(character: str) -> str:
    """The character that stands for all that differ from it in case only."""
    folded = character.casefold()
    return folded if len(folded) == 1 else character.lower()


def orbit(character: str) -> set[str]:
    """The characters that differ from one in case only."""
    found = {character, character.lower(), character.upper(), fold(character), fold(character).upper()}
    found |= {"k": {"\u212a"}, "s": {"\u017f"}, "å": {"\u212b"}}.get(fold(character), set())
    return {each for each in found if len(each) == 1}


CATEGORIES = frozenset(
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".split()  # noqa: SIM905
)


def in_unicode_class(character: str, name: str) -> bool:
    """Whether a character has a general category or belongs to a script."""
    if name == "Any":
        return True
    if name in CATEGORIES:
        from unicodedata import category

        return category(character).startswith(name)
    return script_class(name).fullmatch(character) is not None


def script_class(name: str) -> re.Pattern[str]:
    """The script's class from the `regex` package: Python itself does not know scripts."""
    try:
        regex = import_module("regex")
    except ImportError:
        raise BoundExceededError(f"which characters are {name} is not known here") from None
    try:
        compiled: re.Pattern[str] = regex.compile(r"\p{Script=" + name + "}")
    except regex.error:
        raise EvaluationError(f"invalid character class range: `\\p{{{name}}}`") from None
    return compiled


POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": ((48, 57),),
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
PERL: dict[str, Ranges] = {"d": ((48, 57),), "s": ((9, 10), (12, 13), (32, 32)), "w": POSIX["word"]}
ESCAPES = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
