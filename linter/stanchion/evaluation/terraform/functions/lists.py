"""Collection functions on sequences ("Collection Functions", Terraform language documentation)."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.conditions import Condition, Is, all_of, any_of, negate
from stanchion.evaluation.terraform import numbers
from stanchion.evaluation.terraform.conversion import as_type, set_key
from stanchion.evaluation.terraform.derived import decided, derive, marked, over_rows, survey
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.functions.signature import (
    LIST_SHAPE,
    MAX_ELEMENTS,
    NUM,
    RAW,
    SHAPE,
    TEXTS,
    Parameter,
    Surroundings,
    valued,
)
from stanchion.evaluation.terraform.functions.strings import graphemes, whole
from stanchion.evaluation.terraform.numbers import Number
from stanchion.evaluation.terraform.operators import equality
from stanchion.evaluation.terraform.types import BOOL, STRING, Type, type_of, unify
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    condition_of,
    is_null,
    truth_of,
)
from stanchion.syntax.source import Located

#: What `range` gives at the most, as Terraform itself has it.
MAX_RANGE = 1024
#: Elements of which it is open whether they are there, that are told apart.
MAX_DOUBTFUL = 4


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


def _all_true(arguments: list[Value], around: Surroundings) -> Value:
    return _quantified(sequence(arguments[0]), True, around)


def _any_true(arguments: list[Value], around: Surroundings) -> Value:
    return _quantified(sequence(arguments[0]), False, around)


def _quantified(given: ListValue, all_: bool, around: Surroundings) -> Value:
    """Null is no true. What is not known may yet be settled by the others."""
    conditions: list[Condition] = []
    unnamed = False
    for item in given.items:
        condition = False if is_null(item) else condition_of(item)
        if condition is (not all_):
            seen = survey(given.items)
            return Known(not all_, around.origin, seen.references, seen.sensitive)
        if condition is None:
            unnamed = True
        else:
            conditions.append(condition)
    if unnamed:
        return derive([given], around.origin, "bool", lambda names: f"{around.name}({names[0]})")
    return _truth(all_of(*conditions) if all_ else any_of(*conditions), given, around)


def _truth(condition: Condition, value: Value, around: Surroundings) -> Value:
    seen = survey([value])
    return marked(truth_of(condition, around.origin), seen.references, seen.sensitive)


def _chunk_list(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    size = integer(arguments[1], "the size")
    if size < 0:
        raise EvaluationError("the size must not be negative")
    size = size or max(len(given.items), 1)
    chunks = [listed(given.items[at : at + size], around.origin) for at in range(0, len(given.items), size)]
    return listed(chunks, around.origin)


def _coalesce(arguments: list[Value], around: Surroundings) -> Value:
    if not arguments:
        raise EvaluationError("at least one argument is required")
    common = unify([type_of(argument) for argument in arguments])
    if common is None:
        raise EvaluationError("all arguments must have the same type")
    for index, argument in enumerate(arguments):
        if is_null(argument):
            continue
        value = as_type(argument, common, around.origin)
        if isinstance(value, Unknown):
            if _present(value):
                return value
            rest = arguments[index:]
            return derive(rest, around.origin, value.type, lambda names: f"coalesce({', '.join(names)})")
        if common == STRING and isinstance(value, Known) and value.value == "":
            continue
        return value
    raise EvaluationError("no non-null, non-empty-string arguments")


def _present(value: Unknown) -> bool:
    """Whether an unknown string is certainly neither null nor empty.

    A string with literal text in it is not; nor are the `id` and `arn` of a resource, which every provider sets.
    """
    if value.parts is not None:
        return any(isinstance(part, Known) and part.value != "" for part in value.parts) or any(
            _present(part) for part in value.parts if isinstance(part, Unknown)
        )
    return len(value.references) == 1 and value.references[0].attribute in ("id", "arn")


def _coalesce_list(arguments: list[Value], around: Surroundings) -> Value:
    if not arguments:
        raise EvaluationError("at least one argument is required")
    for argument in arguments:
        if not isinstance(argument, Unknown) and not is_null(argument):
            sequence(argument)
    for index, argument in enumerate(arguments):
        if isinstance(argument, Unknown):
            rest = arguments[index:]
            return derive(rest, around.origin, "list", lambda names: f"coalescelist({', '.join(names)})")
        if is_null(argument):
            continue
        if sequence(argument).items:
            return argument
    raise EvaluationError("no non-null, non-empty arguments")


def _compact(arguments: list[Value], around: Surroundings) -> Value:
    """Elements that may turn out empty make a choice between the lists with and without them."""
    given = sequence(arguments[0])
    rows: list[tuple[Condition, tuple[Value, ...]]] = [(True, ())]
    doubtful = 0
    for item in given.items:
        ways: list[tuple[Condition, Value | None]] = []
        for guard, arm in item.arms if isinstance(item, Choice) else ((True, item),):
            if isinstance(arm, Known):
                ways.append((guard, arm if arm.value not in (None, "") else None))
            elif isinstance(arm, Unknown) and _present(arm):
                ways.append((guard, arm))
            elif isinstance(arm, Unknown) and arm.variable is not None:
                empty = any_of(Is(arm.variable, None), Is(arm.variable, ""))
                ways += [(all_of(guard, negate(empty)), arm), (all_of(guard, empty), None)]
            else:
                return derive([given], around.origin, "list", lambda names: f"compact({names[0]})")
        doubtful += len(ways) > 1
        if doubtful > MAX_DOUBTFUL:
            return derive([given], around.origin, "list", lambda names: f"compact({names[0]})")
        rows = [
            (all_of(guard, way), (*row, kept) if kept is not None else row) for guard, row in rows for way, kept in ways
        ]
    return choose([(guard, listed(row, around.origin)) for guard, row in rows if guard is not False], around.origin)


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


def _contains(arguments: list[Value], around: Surroundings) -> Value:
    given, wanted = sequence(arguments[0], ("list", "tuple", "set")), arguments[1]
    conditions: list[Condition] = []
    unnamed = False
    for item in given.items:
        condition = equality(item, wanted)
        if condition is True:
            return Known(True, around.origin, item.references, item.sensitive)
        if condition is None:
            unnamed = True
        else:
            conditions.append(condition)
    if unnamed:
        return derive(arguments, around.origin, "bool", lambda names: f"contains({', '.join(names)})")
    return _truth(any_of(*conditions), listed(arguments, None), around)


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
    items = list(reversed(sequence(arguments[0], ("list", "tuple", "set")).items))
    while items:
        item = items.pop()
        if isinstance(item, ListValue):
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


def _may_be_list(value: Value) -> bool:
    return isinstance(value, Unknown) and value.type in (None, "list") and value.parts is None and not _present(value)


def _index(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    if not given.items:
        raise EvaluationError("cannot search an empty list")
    for position, item in enumerate(given.items):
        condition = equality(item, arguments[1])
        if condition is True:
            return Known(position, around.origin)
        if condition is not False:
            return derive(arguments, around.origin, "number", lambda names: f"index({', '.join(names)})")
    raise EvaluationError("item not found")


def _length(arguments: list[Value], around: Surroundings) -> Value:
    given = arguments[0]
    if isinstance(given, Known) and isinstance(given.value, str):
        return Known(len(graphemes(given.value)), around.origin)
    if isinstance(given, ListValue):
        open_ = [
            item for item in given.items if isinstance(item, Unknown | Choice) or survey([item]).unknown is not None
        ]
        if given.kind != "set" or not open_ or len(given.items) == 1:
            return Known(len(given.items), around.origin)
        return derive([given], around.origin, "number", lambda names: f"length({names[0]})")
    if isinstance(given, MapValue):
        if given.rest is None:
            return Known(len(given.entries), around.origin)
        return derive([given.rest], around.origin, "number", lambda names: f"length({names[0]})")
    raise EvaluationError("a string, list, set, tuple, map or object is required")


def _match_keys(arguments: list[Value], around: Surroundings) -> Value:
    values, keys, wanted = (sequence(argument) for argument in arguments)
    if len(values.items) != len(keys.items):
        raise EvaluationError("length of keys and values should be equal")
    common = unify([type_.element for type_ in map(type_of, (keys, wanted)) if type_.element is not None])
    if common is None and keys.items and wanted.items:
        raise EvaluationError("keys and searchset must be of the same type")
    kept: list[Value] = []
    for key, value in zip(keys.items, values.items, strict=True):
        same = [equality(as_(key, common), as_(other, common)) for other in wanted.items]
        if True in same:
            kept.append(value)
        elif any(condition is not False for condition in same):
            return derive(arguments, around.origin, "list")
    return listed(kept, around.origin)


def as_(value: Value, type_: Type | None) -> Value:
    """The value converted when there is a type to convert to."""
    return as_type(value, type_) if type_ is not None else value


def _one(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0], ("list", "set", "tuple"))
    if not given.items:
        return Known(None, around.origin)
    if len(given.items) == 1:
        return given.items[0]
    if given.kind == "set" and any(isinstance(item, Unknown | Choice) for item in given.items):
        return derive([given], around.origin, None)
    raise EvaluationError("must be a list, set, or tuple value with either zero or one elements")


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
    if given.kind == "set" and survey(given.items).unknown is not None:
        return derive([given], around.origin, "list")
    return listed(reversed(given.items), around.origin, "list" if given.kind == "set" else given.kind)


def _slice(arguments: list[Value], around: Surroundings) -> Value:
    given = sequence(arguments[0])
    start, end = integer(arguments[1], "the start index"), integer(arguments[2], "the end index")
    if start < 0 or start > len(given.items):
        raise EvaluationError("start index must not be less than zero or greater than the length of the list")
    if end < 0 or end > len(given.items):
        raise EvaluationError("end index must not be less than zero or greater than the length of the list")
    if start > end:
        raise EvaluationError("start index must not be greater than end index")
    return listed(given.items[start:end], around.origin, given.kind)


def _sort(arguments: list[Value], around: Surroundings) -> Value:
    texts: list[tuple[str, Value]] = []
    for item in sequence(arguments[0]).items:
        text = item.value if isinstance(item, Known) else None
        if not isinstance(text, str):
            raise EvaluationError("given list element is null; a null string cannot be sorted")
        texts.append((text, item))
    texts.sort(key=lambda pair: pair[0])
    return listed((item for _, item in texts), around.origin)


_BOOLS = Parameter(Type("list", BOOL), "shape")

FUNCTIONS = {
    "alltrue": valued(_all_true, _BOOLS, returns="bool"),
    "anytrue": valued(_any_true, _BOOLS, returns="bool"),
    "chunklist": valued(_chunk_list, LIST_SHAPE, NUM, returns="list"),
    "coalesce": valued(_coalesce, variadic=RAW),
    "coalescelist": valued(_coalesce_list, variadic=RAW, returns="list"),
    "compact": valued(_compact, Parameter(TEXTS.type, "shape"), returns="list"),
    "concat": valued(_concat, variadic=SHAPE, returns="list"),
    "contains": valued(_contains, SHAPE, Parameter(SHAPE.type, "raw"), returns="bool"),
    "distinct": valued(_distinct, LIST_SHAPE, returns="list"),
    "element": valued(_element, SHAPE, NUM),
    "flatten": valued(_flatten, SHAPE, returns="list"),
    "index": valued(_index, SHAPE, Parameter(SHAPE.type, "raw"), returns="number"),
    "length": valued(_length, SHAPE, returns="number"),
    "matchkeys": valued(_match_keys, LIST_SHAPE, LIST_SHAPE, LIST_SHAPE, returns="list"),
    "one": valued(_one, SHAPE),
    "range": valued(_range, variadic=NUM, returns="list"),
    "reverse": valued(_reverse, SHAPE, returns="list"),
    "slice": valued(_slice, SHAPE, NUM, NUM, returns="list"),
    "sort": valued(_sort, TEXTS, returns="list"),
}
