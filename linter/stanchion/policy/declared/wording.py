"""Predicates as YAML writes them: a value, or one word of `predicates.Kind` with what it compares to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stanchion.policy import predicates
from stanchion.policy.declared.condition import forbidden
from stanchion.policy.predicates import Kind, Predicate

#: The words that compare to several values, to one, and to nothing.
_SEVERAL: Mapping[Kind, Callable[..., Predicate]] = {
    Kind.ONE_OF: predicates.one_of,
    Kind.NONE_OF: predicates.none_of,
    Kind.CONTAINS: predicates.contains,
}
_ONE: Mapping[Kind, Callable[[Any], Predicate]] = {
    Kind.EQUAL: predicates.predicate_of,
    Kind.AT_LEAST: predicates.at_least,
    Kind.AT_MOST: predicates.at_most,
    Kind.MATCHES: predicates.matches,
}
_ALONE = {Kind.PRESENT: predicates.PRESENT, Kind.ABSENT: predicates.ABSENT}


def read_predicate(given: Any) -> Predicate:
    """A predicate. Raises ValueError, which says what was expected."""
    if not isinstance(given, Mapping):
        return predicates.predicate_of(given)
    known = [kind.value for kind in Kind]
    if len(given) != 1 or next(iter(given)) not in known:
        raise ValueError(f"expected a value, or one of {', '.join(known)}; found {', '.join(map(str, given))}")
    word, operand = next(iter(given.items()))
    kind = Kind(word)
    if kind in _ALONE:
        if operand is not True:
            raise ValueError(f"expected {word}: true")
        return _ALONE[kind]
    if kind is Kind.SCHEMA:
        for _, message in forbidden(operand):
            raise ValueError(message)
        return predicates.fits(operand)
    if kind is Kind.ANY_OF or kind in _SEVERAL:
        if not isinstance(operand, list):
            raise ValueError(f"expected a list for {word}")
        if kind is Kind.ANY_OF:
            return predicates.any_of(*map(read_predicate, operand))
        return _SEVERAL[kind](*map(_scalar, operand))
    if kind is Kind.MATCHES and not isinstance(operand, str):
        raise ValueError(f"expected a regular expression, not {operand!r}")
    return _ONE[kind](operand)


def _scalar(value: Any) -> Any:
    if isinstance(value, Mapping | list) or value is None:
        raise ValueError(f"expected a value, not {value!r}")
    return value


def said_in(policy: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every predicate of a row, with the way to it."""
    if "property" in policy and "must" in policy:
        yield ("must",), policy["must"]
    needs = policy.get("needs")
    having = needs.get("having") if isinstance(needs, Mapping) else None
    for way, held in ((("when",), policy.get("when")), (("needs", "having"), having)):
        for path, predicate in held.items() if isinstance(held, Mapping) else ():
            yield (*way, path), predicate
