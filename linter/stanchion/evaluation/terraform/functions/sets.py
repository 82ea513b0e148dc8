"""Functions on sets ("Collection Functions", Terraform language documentation)."""

from __future__ import annotations

from itertools import product
from math import prod

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import derive, survey
from stanchion.evaluation.terraform.functions.lists import listed, sequence
from stanchion.evaluation.terraform.functions.signature import MAX_ELEMENTS, SET_SHAPE, SHAPE, Surroundings, valued
from stanchion.evaluation.terraform.types.conversion import as_type, make_set, set_key
from stanchion.evaluation.terraform.types.types import ANY, Type, type_of, unify
from stanchion.evaluation.values import ListValue, Unknown, Value


def _alike(arguments: list[Value], around: Surroundings) -> list[ListValue]:
    """The sets with their elements converted to one type."""
    sets = [sequence(argument, ("set",)) for argument in arguments]
    types = [type_.element for each in sets if each.items and (type_ := type_of(each)).element is not None]
    common = unify([type_ for type_ in types if type_ is not None])
    if common is None or (common == ANY and any(type_ != ANY for type_ in types)):
        # Elements whose type nobody knows yet may turn out to be of the others' type; a null's will not.
        if types and not (ANY in types and _open(sets)):
            raise EvaluationError("given sets must all have compatible element types")
        return sets
    converted = [as_type(each, Type("set", common), around.origin) for each in sets]
    return [each for each in converted if isinstance(each, ListValue)]


def _open(sets: list[ListValue]) -> bool:
    seen = survey(sets)
    return seen.unknown is not None or seen.choice is not None


def _union(arguments: list[Value], around: Surroundings) -> Value:
    sets = _alike(arguments, around)
    return make_set([item for each in sets for item in each.items], ListValue((), around.origin))


def _intersection(arguments: list[Value], around: Surroundings) -> Value:
    sets = _alike(arguments, around)
    if any(not each.items for each in sets):
        return listed((), around.origin, "set")
    if _open(sets):
        return derive(arguments, around.origin, "list")
    keys = set.intersection(*({set_key(item) for item in each.items} for each in sets))
    kept = [item for item in sets[0].items if set_key(item) in keys]
    return listed(kept, around.origin, "set")


def _subtract(arguments: list[Value], around: Surroundings) -> Value:
    left, right = _alike(arguments, around)
    if not left.items or not right.items:
        return left
    if _open([left, right]):
        return derive(arguments, around.origin, "list")
    keys = {set_key(item) for item in right.items}
    return listed((item for item in left.items if set_key(item) not in keys), around.origin, "set")


def _product(arguments: list[Value], around: Surroundings) -> Value:
    if len(arguments) < 2:
        raise EvaluationError("at least two arguments are required")
    sets = [sequence(argument, ("list", "tuple", "set")) for argument in arguments]
    uniform: list[ListValue] = []
    for each in sets:
        converted = as_type(each, Type("set" if each.kind == "set" else "list", unify(_types(each))), around.origin)
        if isinstance(converted, Unknown):
            return derive(arguments, around.origin, "list")
        uniform.append(sequence(converted, ("list", "set")))
    if prod(len(each.items) for each in uniform) * len(uniform) > MAX_ELEMENTS:
        raise BoundExceededError(f"its result has more than {MAX_ELEMENTS:,} elements")
    tuples = [listed(row, around.origin, "tuple") for row in product(*(each.items for each in uniform))]
    if any(each.kind == "set" for each in sets):
        return make_set(tuples, ListValue((), around.origin))
    return listed(tuples, around.origin)


def _types(given: ListValue) -> list[Type]:
    types = [type_of(item) for item in given.items]
    if types and unify(types) is None:
        raise EvaluationError("all elements must be of the same type")
    return types


FUNCTIONS = {
    "setintersection": valued(_intersection, SET_SHAPE, variadic=SET_SHAPE, returns="list"),
    "setproduct": valued(_product, variadic=SHAPE, returns="list"),
    "setsubtract": valued(_subtract, SET_SHAPE, SET_SHAPE, returns="list"),
    "setunion": valued(_union, SET_SHAPE, variadic=SET_SHAPE, returns="list"),
}
