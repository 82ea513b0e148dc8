"""Applying a function of decided values to values that hang on choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from stanchion.evaluation.conditions import Condition, Undecided
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    combinations,
    is_null,
    too_many,
)
from stanchion.syntax.source import Located, used_at


def arms_of(value: Value) -> tuple[tuple[Condition, Value], ...]:
    """A value as guarded arms; a decided one has the one arm that always holds."""
    return value.arms if isinstance(value, Choice) else ((True, value),)


def lift(values: Sequence[Value], apply: Callable[[list[Value]], Value], origin: Located | None) -> Value:
    """The value of a function whose arguments may be choices: the choice over what it gives for each combination."""
    if not any(isinstance(value, Choice) for value in values):
        return apply(list(values))
    rows = combinations(values)
    if rows is None:
        return too_many(values, origin)
    return choose([(guard, apply(row)) for guard, row in rows], origin)


def settled(value: Value) -> Value:
    """A value whose lists have only decided elements: where one may be absent, a choice over lists."""
    if isinstance(value, ListValue):
        return _settled_list(value) if any(isinstance(item, Choice) for item in value.items) else value
    if isinstance(value, Choice):
        return choose([(guard, settled(arm)) for guard, arm in value.arms], value.origin)
    return value


def _settled_list(value: ListValue) -> Value:
    def without_absent(row: list[Value]) -> Value:
        kept = tuple(item for item in row if not is_null(item))
        return ListValue(kept, value.origin, value.references, value.sensitive, value.kind)

    return lift(value.items, without_absent, value.origin)


def decided(value: Value) -> Value:
    """A value whose choices are all on the outside: a choice over values that have none within."""
    if isinstance(value, Choice):
        return choose([(guard, decided(arm)) for guard, arm in value.arms], value.origin)
    if isinstance(value, ListValue):
        items = [decided(item) for item in value.items]
        whole = ListValue(tuple(items), value.origin, value.references, value.sensitive, value.kind)
        return _settled_list(whole) if any(isinstance(item, Choice) for item in items) else whole
    if isinstance(value, MapValue):
        keys = list(value.entries)

        def rebuilt(row: list[Value]) -> Value:
            entries = {key: item for key, item in zip(keys, row, strict=True) if not is_null(item)}
            return MapValue(
                entries, value.origin, value.references, value.sensitive, value.kind, value.places, value.rest
            )

        return lift([decided(item) for item in value.entries.values()], rebuilt, value.origin)
    return value


def derived(value: Unknown, what: str, origin: Located, kind: str | None) -> Unknown:
    """The unknown that a function of an unknown gives."""
    variable = Undecided(f"{what} {value.variable.name}") if value.variable is not None else None
    return Unknown(value.reason, origin, value.references, value.sensitive, variable, None, kind)


def relocate(value: Value, origin: Located) -> Value:
    """The same value as used somewhere else: where a Ref stands. Where it was written it still knows."""
    if not isinstance(value, Unknown | Choice):
        origin = used_at(origin, value.origin)
    if isinstance(value, Known):
        return Known(value.value, origin, value.references, value.sensitive)
    if isinstance(value, Unknown):
        return Unknown(value.reason, origin, value.references, value.sensitive, value.variable, value.parts, value.type)
    if isinstance(value, ListValue):
        return ListValue(value.items, origin, value.references, value.sensitive, value.kind)
    if isinstance(value, MapValue):
        return MapValue(value.entries, origin, value.references, value.sensitive, value.kind, value.places, value.rest)
    return Choice(tuple((guard, relocate(arm, origin)) for guard, arm in value.arms), origin)


def scalar_words(value: object) -> str:
    """A scalar as CloudFormation turns it into text: `true`, `443`, `1.5`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)
