"""Collection functions on sequences ("Collection Functions", Terraform language documentation)."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.access import part_of
from stanchion.evaluation.terraform.expressions.operators import equality
from stanchion.evaluation.terraform.expressions.propagation import (
    decided,
    derive,
    marked,
    over_rows,
    surely_present,
    survey,
)
from stanchion.evaluation.terraform.functions.signature import (
    LIST_SHAPE,
    MAX_ELEMENTS,
    NUM,
    SHAPE,
    Parameter,
    Surroundings,
    valued,
)
from stanchion.evaluation.terraform.functions.strings import graphemes, whole
from stanchion.evaluation.terraform.types import numbers
from stanchion.evaluation.terraform.types.conversion import as_type, set_key
from stanchion.evaluation.terraform.types.numbers import Number
from stanchion.evaluation.terraform.types.types import ANY, STRING, Type, type_of, unify
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
)
from stanchion.syntax.source import Located

#: What `range` gives at the most, as Terraform itself has it.
MAX_RANGE = 1024
#: How many elements of an unknown list are told apart.
MAX_OF_UNKNOWN = 64


def listed(items: Iterable[Value], origin: Located | None, kind: str = "list") -> ListValue:
    """A new list that was made here."""
    return ListValue(tuple(items), origin, kind=kind)


def sequence(value: Value, kinds: tuple[str, ...] = ("list", "tuple")) -> ListValue:
    """The argument as a sequence of one of these kinds. Raises EvaluationError when it is none."""
    if isinstance(value, ListValue) and value.kind in kinds:
        return value
    raise EvaluationError(f"a {' or '.join(kinds)} is required")


def integer(value: Value, what: str) -> int:
    """A number argument as a whole number. Raises EvaluationError when it has a fraction."""
    number = value.value if isinstance(value, Known) else None
    assert not isinstance(number, str | None)
    return whole(number, what)


def _chunk_list(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    size = integer(arguments[1], "the size")
    if size < 0:
        raise EvaluationError("the size must not be negative")
    size = size or max(len(given.items), 1)
    chunks = [listed(given.items[at : at + size], around.origin) for at in range(0, len(given.items), size)]
    return listed(chunks, around.origin)


def _concat(arguments: list[Value], around: Surroundings) -> Value:
    if not arguments:
        raise EvaluationError("at least one argument is required")
    lists = [sequence(argument) for argument in arguments]
    if sum(len(each.items) for each in lists) > MAX_ELEMENTS * 10:
        raise BoundExceededError(f"its result has more than {MAX_ELEMENTS * 10:,} elements")
    items = [item for each in lists for item in each.items]
    if all(each.kind == "list" for each in lists):
        types = [type_.element for type_ in map(type_of, lists) if type_.element is not None]
        common = unify(types)
        if common is not None:
            whole_list = ListValue(tuple(items), around.origin, kind="list")
            return as_type(whole_list, Type("list", common), around.origin)
    return listed(items, around.origin, "tuple")


def _distinct(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    if survey(given.items).unknown is None and survey(given.items).choice is None:
        keyed: dict[object, Value] = {}
        for item in given.items:
            keyed.setdefault(set_key(item), item)
        return listed(keyed.values(), around.origin)
    kept: list[Value] = []
    if len(given.items) > MAX_ELEMENTS // 50:
        return derive([given], around.origin, "list")
    for item in given.items:
        same = [equality(item, other) for other in kept]
        if True in same:
            continue
        if any(condition is not False for condition in same):
            return derive([given], around.origin, "list", lambda names: f"distinct({names[0]})")
        kept.append(item)
    return listed(kept, around.origin)


def _element(arguments: list[Value], _around: Surroundings) -> Value:
    given = sequence(arguments[0])
    index = integer(arguments[1], "the index")
    count = len(given.items)
    if not count:
        raise EvaluationError("cannot use element function with an empty list")
    if index < 0 and given.kind == "tuple" and index % count:
        raise EvaluationError("cannot use element function with a negative index")
    return given.items[index % count]


def _flatten(arguments: list[Value], around: Surroundings) -> Value:
    flat: list[Value] = []
    items: list[Value] = [sequence(arguments[0], ("list", "tuple", "set"))]
    while items:
        item = items.pop()
        if isinstance(item, ListValue):
            if item.kind == "set" and unordered(item):
                return derive(arguments, around.origin, "list", lambda names: f"flatten({names[0]})")
            items += [marked(each, item.references, item.sensitive) for each in reversed(item.items)]
        elif isinstance(item, Choice):
            if any(isinstance(arm, ListValue) or _may_be_list(arm) for _, arm in item.arms):
                rows = decided(arguments)
                return over_rows(rows, arguments, lambda row: _flatten(row, around), around.origin)
            flat.append(item)
        elif _may_be_list(item):
            return derive(arguments, around.origin, "list", lambda names: f"flatten({names[0]})")
        else:
            flat.append(item)
        if len(flat) + len(items) > MAX_ELEMENTS * 10:
            raise BoundExceededError(f"its result has more than {MAX_ELEMENTS * 10:,} elements")
    return listed(flat, around.origin, "tuple")


def unordered(given: ListValue) -> bool:
    """Whether a set has elements that are not known, so that nobody knows their order, nor which are the same."""
    seen = survey(given.items) if len(given.items) > 1 else None
    return seen is not None and (seen.unknown is not None or seen.choice is not None)


def _may_be_list(value: Value) -> bool:
    return (
        isinstance(value, Unknown)
        and value.type in (None, "list")
        and value.parts is None
        and not surely_present(value)
    )


def _length(arguments: list[Value], around: Surroundings) -> Value:
    given = arguments[0]
    if isinstance(given, Known) and isinstance(given.value, str):
        return Known(len(graphemes(given.value)), around.origin)
    if isinstance(given, ListValue):
        seen = survey(given.items) if given.kind == "set" and len(given.items) > 1 else None
        if seen is None or (seen.unknown is None and seen.choice is None):
            return Known(len(given.items), around.origin)
        return derive([given], around.origin, "number", lambda names: f"length({names[0]})")
    if isinstance(given, MapValue):
        if given.rest is None:
            return Known(len(given.entries), around.origin)
        return derive([given.rest], around.origin, "number", lambda names: f"length({names[0]})")
    raise EvaluationError("a string, list, set, tuple, map or object is required")


def _range(arguments: list[Value], around: Surroundings) -> Value:
    given: list[Number] = [_as_number(argument) for argument in arguments]
    if not 1 <= len(given) <= 3:
        raise EvaluationError("must have one, two, or three arguments")
    start: Number = given[0] if len(given) > 1 else 0
    end = given[1] if len(given) > 1 else given[0]
    step = given[2] if len(given) == 3 else 1 if start <= end else -1
    if start == end:
        return listed((), around.origin)
    if step == 0:
        raise EvaluationError("step must not be zero")
    down = step < 0
    if (down and end > start) or (not down and end < start):
        raise EvaluationError(f"end must be {'less' if down else 'greater'} than start when step is "
                              f"{'negative' if down else 'positive'}")  # fmt: skip
    values: list[Value] = []
    number = start
    while number > end if down else number < end:
        if len(values) >= MAX_RANGE:
            raise EvaluationError(f"more than {MAX_RANGE} values were generated")
        values.append(Known(number, around.origin))
        number = numbers.add(number, step)
    return listed(values, around.origin)


def _as_number(value: Value) -> Number:
    number = value.value if isinstance(value, Known) else None
    assert not isinstance(number, str | None)
    return number


def _reverse(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0], ("list", "tuple", "set"))
    if given.kind == "set" and unordered(given):
        return derive([given], around.origin, "list")
    return listed(reversed(given.items), around.origin, "list" if given.kind == "set" else given.kind)


def _slice_of_unknown(arguments: list[Value], start: int, end: int, around: Surroundings) -> Value:
    """Nobody knows the elements, but there are as many as were asked for, or the plan fails."""
    given = arguments[0]
    assert isinstance(given, Unknown)
    if given.type not in (None, "list"):
        raise EvaluationError("a list or tuple is required")
    if not 0 <= start <= end:
        raise EvaluationError("start index must not be negative, nor greater than the end index")
    if end - start > MAX_OF_UNKNOWN:
        return derive(arguments, around.origin, "list", lambda names: f"slice({', '.join(names)})")
    around.context.assumed += 1
    origin = around.origin or given.origin
    return listed((part_of(given, f"[{index}]", "", origin) for index in range(start, end)), around.origin)


def _slice(arguments: list[Value], around: Surroundings) -> Value:
    start, end = integer(arguments[1], "the start index"), integer(arguments[2], "the end index")
    if isinstance(arguments[0], Unknown):
        return _slice_of_unknown(arguments, start, end, around)
    given = sequence(arguments[0])
    if start < 0 or start > len(given.items):
        raise EvaluationError("start index must not be less than zero or greater than the length of the list")
    if end < 0 or end > len(given.items):
        raise EvaluationError("end index must not be less than zero or greater than the length of the list")
    if start > end:
        raise EvaluationError("start index must not be greater than end index")
    return marked(listed(given.items[start:end], around.origin, given.kind), given.references, given.sensitive)


def _sort(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    seen = survey(given.items)
    if seen.choice is not None:
        rows = decided(arguments)
        return over_rows(rows, arguments, lambda row: _sort(row, around), around.origin)
    if seen.unknown is not None:  # how many there are is known, which is where is not
        return listed((derive([given], around.origin, "string") for _ in given.items), around.origin)
    texts: list[tuple[str, Value]] = []
    for item in given.items:
        text = item.value if isinstance(item, Known) else None
        if not isinstance(text, str):
            raise EvaluationError("given list element is null; a null string cannot be sorted")
        texts.append((text, item))
    texts.sort(key=lambda pair: pair[0])
    return listed((item for _, item in texts), around.origin)


FUNCTIONS = {
    "chunklist": valued(_chunk_list, LIST_SHAPE, NUM, returns="list"),
    "concat": valued(_concat, variadic=SHAPE, returns="list"),
    "distinct": valued(_distinct, LIST_SHAPE, returns="list"),
    "element": valued(_element, SHAPE, NUM),
    "flatten": valued(_flatten, SHAPE, returns="list"),
    "length": valued(_length, SHAPE, returns="number"),
    "range": valued(_range, variadic=NUM, returns="list"),
    "reverse": valued(_reverse, SHAPE, returns="list"),
    "slice": valued(_slice, Parameter(ANY, "raw"), NUM, NUM, returns="list"),
    "sort": valued(_sort, Parameter(Type("list", STRING), "shape"), returns="list"),
}
