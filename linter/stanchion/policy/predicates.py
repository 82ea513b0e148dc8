"""Predicates: what a row may say of the value of a property, as data that is asked, put in words and compared."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stanchion.evaluation.conditions import Scalar
from stanchion.worlds.decided import Decided
from stanchion.worlds.world import NeedsValueError

#: Seconds that one pattern may take on one text, of which no more than so many characters count.
PATTERN_SECONDS, PATTERN_LENGTH = 0.2, 10_000


class Kind(enum.Enum):
    """The predicates that there are, by the word that YAML has for each."""

    EQUAL = "equals"
    PRESENT = "present"
    ABSENT = "absent"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MATCHES = "matches"
    CONTAINS = "contains"
    ANY_OF = "any_of"
    SCHEMA = "schema"


class Predicate(NamedTuple):
    """One predicate with what it compares to: scalars, a pattern, a JSON Schema, or other predicates."""

    kind: Kind
    operands: tuple[Any, ...] = ()


#: It is there, and says something: an empty text or list says nothing.
PRESENT = Predicate(Kind.PRESENT)
#: It is left out, null or empty, and AWS has no value for it then.
ABSENT = Predicate(Kind.ABSENT)


def equal(value: Scalar) -> Predicate:
    """It is this value; what AWS does when it is left out counts."""
    if value is None:
        raise ValueError("expected a value; what must be left out is ABSENT")
    return Predicate(Kind.EQUAL, (value,))


def one_of(*values: Scalar) -> Predicate:
    """It is one of these."""
    return Predicate(Kind.ONE_OF, _some(values, "one_of"))


def none_of(*values: Scalar) -> Predicate:
    """It is none of these; what is left out is none of them, unless AWS makes it one."""
    return Predicate(Kind.NONE_OF, _some(values, "none_of"))


def at_least(number: int) -> Predicate:
    """It is this number or a larger one."""
    return Predicate(Kind.AT_LEAST, (_number(number),))


def at_most(number: int) -> Predicate:
    """It is this number or a smaller one."""
    return Predicate(Kind.AT_MOST, (_number(number),))


def matches(pattern: str) -> Predicate:
    """The pattern is found in its text. Raises ValueError for what is no regular expression."""
    import re  # loaded already; what it cannot read, the library that takes its place when judging may

    try:
        re.compile(pattern)
    except re.error:
        import regex

        try:
            regex.compile(pattern)
        except regex.error as error:
            raise ValueError(f"expected a regular expression, not {pattern!r}: {error}") from None
    return Predicate(Kind.MATCHES, (pattern,))


def contains(*values: Scalar) -> Predicate:
    """It is a list that has all of these."""
    return Predicate(Kind.CONTAINS, _some(values, "contains"))


def any_of(*predicates: Predicate | Scalar) -> Predicate:
    """At least one of these holds."""
    return Predicate(Kind.ANY_OF, tuple(map(predicate_of, _some(predicates, "any_of"))))


def fits(schema: Any) -> Predicate:
    """JSON Schema (draft 2020-12) accepts it."""
    return Predicate(Kind.SCHEMA, (schema,))


def predicate_of(given: Predicate | Scalar) -> Predicate:
    """A predicate as it is; a value means that it must be this value. Raises ValueError for anything else."""
    if isinstance(given, Predicate):
        return given
    if isinstance(given, tuple | list | dict | set):
        raise ValueError(f"expected a predicate or a value, not {given!r}; several values are one_of or contains")
    return equal(given)


def holds(predicate: Predicate, value: Decided) -> bool:
    """Whether a predicate holds in the value's world. Raises NeedsValueError where only the exact value would tell."""
    return _ASKED[predicate.kind](value, predicate.operands)


def words(predicate: Predicate) -> str:
    """What a predicate asks for, in words that follow the name of the property."""
    kind, operands = predicate
    if kind is Kind.ANY_OF:
        return ", or ".join(map(words, operands))
    if kind is Kind.NONE_OF and wanted(predicate) is not None:
        return _spelt(wanted(predicate))
    spelt = [_spelt(operand) for operand in operands]
    if kind in (Kind.EQUAL, Kind.ONE_OF):
        return " or ".join(spelt)
    if kind is Kind.NONE_OF:
        return f"anything but {' or '.join(spelt)}"
    return _WORDS[kind].format(" and ".join(spelt))


def wanted(predicate: Predicate) -> Scalar:
    """The one value that a predicate can be given, None where it names none or several."""
    kind, operands = predicate
    if kind in (Kind.EQUAL, Kind.AT_LEAST, Kind.AT_MOST):
        value: Scalar = operands[0]
        return value
    if kind is Kind.NONE_OF and len(operands) == 1 and isinstance(operands[0], bool):
        return not operands[0]
    return None


def found_in(pattern: str, text: str) -> bool:
    """Whether a pattern, maybe a stranger's, is found in a text. Raises NeedsValueError when it takes too long."""
    import regex

    try:
        return regex.search(pattern, text[:PATTERN_LENGTH], timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        raise NeedsValueError(f"the pattern {pattern[:60]!r} takes too long on it") from None


def _some(values: tuple[Any, ...], word: str) -> tuple[Any, ...]:
    if not values:
        raise ValueError(f"expected something for {word} to compare to")
    return values


def _number(number: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"expected a number, not {number!r}")
    return number


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _present(value: Decided) -> bool:
    if value.absent:
        return False
    return bool(value) if value.is_list else bool(value.is_map or value.unknown or value.text)


def _at_least(value: Decided, operands: tuple[Any, ...]) -> bool:
    number = value.number
    return number is not None and bool(number >= operands[0])


def _at_most(value: Decided, operands: tuple[Any, ...]) -> bool:
    number = value.number
    return number is not None and bool(number <= operands[0])


def _matches(value: Decided, operands: tuple[Any, ...]) -> bool:
    return bool(value.text) and found_in(operands[0], value.text)


def _contains(value: Decided, operands: tuple[Any, ...]) -> bool:
    elements = list(value)
    return all(any(element == wanted for element in elements) for wanted in operands)


def _schema(value: Decided, operands: tuple[Any, ...]) -> bool:
    from stanchion.policy.declared.condition import accepts

    return accepts(operands[0], value)


_ASKED: Mapping[Kind, Callable[[Decided, tuple[Any, ...]], bool]] = {
    Kind.EQUAL: lambda value, operands: value == operands[0],
    Kind.PRESENT: lambda value, _: _present(value),
    Kind.ABSENT: lambda value, _: not _present(value),
    Kind.ONE_OF: lambda value, operands: any(value == allowed for allowed in operands),
    Kind.NONE_OF: lambda value, operands: not any(value == forbidden for forbidden in operands),
    Kind.AT_LEAST: _at_least,
    Kind.AT_MOST: _at_most,
    Kind.MATCHES: _matches,
    Kind.CONTAINS: _contains,
    Kind.ANY_OF: lambda value, operands: any(holds(each, value) for each in operands),
    Kind.SCHEMA: _schema,
}
_WORDS: Mapping[Kind, str] = {
    Kind.PRESENT: "a value",
    Kind.ABSENT: "left out",
    Kind.AT_LEAST: "{} or more",
    Kind.AT_MOST: "{} or less",
    Kind.MATCHES: "a text that matches {}",
    Kind.CONTAINS: "a list with {} in it",
    Kind.SCHEMA: "as its schema says",
}
