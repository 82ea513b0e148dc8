"""Collection functions that look for elements or ask about them ("Collection Functions", Terraform documentation)."""

from __future__ import annotations

from stanchion.evaluation.conditions import Condition, Is, all_of, any_of, negate
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.operators import equality
from stanchion.evaluation.terraform.expressions.propagation import derive, surely_present, survey, truth
from stanchion.evaluation.terraform.functions.lists import listed, sequence
from stanchion.evaluation.terraform.functions.signature import (
    LIST_SHAPE,
    RAW,
    SHAPE,
    TEXTS,
    Parameter,
    Surroundings,
    valued,
)
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import BOOL, STRING, Type, type_of, unify
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    Unknown,
    Value,
    choose,
    condition_of,
    is_null,
)

#: Elements of which it is open whether they are there, that are told apart.
MAX_DOUBTFUL = 4
#: Pairs of elements that are compared.
MAX_COMPARISONS = 200_000


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
    return truth(all_of(*conditions) if all_ else any_of(*conditions), [given], around.origin)


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
            if surely_present(value):
                return value
            rest = arguments[index:]
            return derive(rest, around.origin, value.type, lambda names: f"coalesce({', '.join(names)})")
        if common == STRING and isinstance(value, Known) and value.value == "":
            continue
        return value
    raise EvaluationError("no non-null, non-empty-string arguments")


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
            elif isinstance(arm, Unknown) and surely_present(arm):
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
    return truth(any_of(*conditions), arguments, around.origin)


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


def _match_keys(arguments: list[Value], around: Surroundings) -> Value:
    values, keys, wanted = (sequence(argument) for argument in arguments)
    if len(values.items) != len(keys.items):
        raise EvaluationError("length of keys and values should be equal")
    common = unify([type_.element for type_ in map(type_of, (keys, wanted)) if type_.element is not None])
    if common is None and keys.items and wanted.items:
        raise EvaluationError("keys and searchset must be of the same type")
    if len(keys.items) * len(wanted.items) > MAX_COMPARISONS:
        raise BoundExceededError(f"it takes more than {MAX_COMPARISONS:,} comparisons")
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


_BOOLS = Parameter(Type("list", BOOL), "shape")

FUNCTIONS = {
    "alltrue": valued(_all_true, _BOOLS, returns="bool"),
    "anytrue": valued(_any_true, _BOOLS, returns="bool"),
    "coalesce": valued(_coalesce, variadic=RAW),
    "coalescelist": valued(_coalesce_list, variadic=RAW, returns="list"),
    "compact": valued(_compact, Parameter(TEXTS.type, "shape"), returns="list"),
    "contains": valued(_contains, SHAPE, Parameter(SHAPE.type, "raw"), returns="bool"),
    "index": valued(_index, SHAPE, Parameter(SHAPE.type, "raw"), returns="number"),
    "matchkeys": valued(_match_keys, LIST_SHAPE, LIST_SHAPE, LIST_SHAPE, returns="list"),
    "one": valued(_one, SHAPE),
}
