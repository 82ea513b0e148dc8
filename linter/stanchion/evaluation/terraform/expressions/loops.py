"""`for` expressions and splats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stanchion.evaluation.conditions import Condition, negate
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.guards import ways
from stanchion.evaluation.terraform.expressions.propagation import derive, lift, marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Repeated
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.types.conversion import as_type, typed
from stanchion.evaluation.terraform.types.types import ANY, BOOL, PRIMITIVES, STRING, Type, has_any, type_of
from stanchion.evaluation.values import (
    PRESENT,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    is_null,
    joined,
)
from stanchion.syntax.hcl.nodes import Expression, ForExpr, Splat

Evaluator = Callable[[Expression, Scope], Value]
#: How many elements of one loop may each hang on an open condition before the result is given up as unknown.
MAX_OPEN = 5


def for_expression(node: ForExpr, scope: Scope, evaluate: Evaluator) -> Value:
    """The list or object that a `for` makes."""
    collection = evaluate(node.collection, scope)
    return lift([collection], lambda row: _over(node, row[0], scope, evaluate), node)


def pairs(collection: Value) -> list[tuple[Value, Value]] | None:
    """Keys and elements of a collection in order; None for what cannot be gone through."""
    if isinstance(collection, ListValue):
        if collection.kind == "set":
            return [(item, item) for item in collection.items]
        return [(Known(index), item) for index, item in enumerate(collection.items)]
    if isinstance(collection, MapValue) and collection.rest is None:
        return [(Known(key), collection.entries[key]) for key in sorted(collection.entries)]
    return None


def _over(node: ForExpr, collection: Value, scope: Scope, evaluate: Evaluator) -> Value:
    if is_null(collection):
        raise EvaluationError("a for expression cannot go through a null value", node.collection)
    elements = pairs(collection)
    if elements is None:
        if isinstance(collection, Known) or getattr(collection, "type", None) in PRIMITIVES:
            raise EvaluationError("expected a list, set, map or object to go through", node.collection)
        made_of = [collection, *_of_any(node, collection, scope, evaluate)]
        return derive(made_of, node, "map" if node.key_result is not None else "list")
    scope.module.state.step(len(elements))
    made: list[tuple[Condition, Value, Value]] = []
    secret = collection.sensitive
    for key, item in elements:
        inner = scope.having({node.value: item, **({node.key: key} if node.key is not None else {})})
        wanted: Condition = True
        if node.condition is not None:
            wanted, told = _wanted(node.condition, inner, evaluate)
            secret = secret or told
        if wanted is False:
            continue
        result_key = evaluate(node.key_result, inner) if node.key_result is not None else Known(None)
        secret = secret or result_key.sensitive
        made.append((wanted, result_key, evaluate(node.value_result, inner)))
    open_ = [wanted for wanted, _, _ in made if wanted is not True]
    if len(set(open_)) > MAX_OPEN:
        return derive([collection], node, None, None, "which elements are taken hangs on too many conditions")
    result = _decided(made, node, list(dict.fromkeys(open_)))
    return marked(result, collection.references, secret)


def _of_any(node: ForExpr, collection: Value, scope: Scope, evaluate: Evaluator) -> list[Value]:
    """What an element gives when nobody knows how many there are, for what it refers to."""
    if not isinstance(collection, Repeated) or collection.element is None:
        return []
    key = derive([collection], node, None)
    names = {node.value: collection.element, **({node.key: key} if node.key is not None else {})}
    return [evaluate(node.value_result, scope.having(names))]


def _wanted(node: Expression, scope: Scope, evaluate: Evaluator) -> tuple[Condition, bool]:
    """When an element is taken, and whether that is secret."""
    value = evaluate(node, scope)
    if is_null(value):
        raise EvaluationError("the condition of a for expression must not be null", node)
    value = as_type(value, BOOL, node)
    return value.value is True if isinstance(value, Known) else ways(value, node, scope)[0], value.sensitive


def _decided(made: list[tuple[Condition, Value, Value]], node: ForExpr, open_: list[Condition]) -> Value:
    """The result, as a choice over the open conditions of its elements."""
    if not open_:
        return _collected([(key, value) for _, key, value in made], node)
    first, rest = open_[0], open_[1:]
    with_it = [(True if wanted == first else wanted, key, value) for wanted, key, value in made]
    without = [entry for entry in made if entry[0] != first]
    arms = ((first, _decided(with_it, node, rest)), (negate(first), _decided(without, node, rest)))
    return choose(arms, node)


def _collected(made: list[tuple[Value, Value]], node: ForExpr) -> Value:
    if node.key_result is None:
        return ListValue(tuple(value for _, value in made), node)
    entries: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    for key, value in made:
        text = as_type(key, STRING, node.key_result)
        if not isinstance(text, Known):
            return derive([text], node, "map", None, "one of its keys is not known")
        if text.value is None:
            raise EvaluationError("a null value cannot be a key", node.key_result)
        name = str(text.value)
        if node.grouping:
            groups.setdefault(name, []).append(value)
        elif name in entries:
            raise EvaluationError(f'two elements have the key "{name}"; group them with ... behind the value', node)
        else:
            entries[name] = value
    if node.grouping:
        entries = {name: ListValue(tuple(values), node) for name, values in groups.items()}
    return MapValue(entries, node)


def splat(node: Splat, scope: Scope, evaluate: Evaluator) -> Value:
    """`list[*].x`: of every element; of null nothing, of a single value a list of one ("Splat Expressions")."""
    target = evaluate(node.target, scope)

    def over(value: Value) -> Value:
        type_ = type_of(value)
        if is_null(value):
            return _splat_of_null(node, type_, scope, evaluate)
        if isinstance(value, Unknown):
            return _splat_of_unknown(node, value, type_, scope, evaluate)
        if not isinstance(value, ListValue):
            return ListValue((evaluate(node.each, scope.having({"*": value})),), node)
        scope.module.state.step(len(value.items))
        items = tuple(evaluate(node.each, scope.having({"*": item})) for item in value.items)
        if value.kind == "tuple":
            made = ListValue(items, node)
        else:
            element = None if items else _each_of(node, type_.element or ANY, scope, evaluate)
            made = ListValue(items, node, kind="list", element=element)
        return marked(made, value.references, value.sensitive)

    return lift([target], lambda row: over(row[0]), node)


def _each_of(node: Splat, type_: Type, scope: Scope, evaluate: Evaluator) -> Type | None:
    """The type of what stands behind the splat for elements of a type, where it is wholly known.

    Raises EvaluationError where such elements do not have it.
    """
    stand_in = typed(Unknown("it stands for any element", node), type_)
    found = type_of(evaluate(node.each, scope.having({"*": stand_in})))
    return None if has_any(found) else found


def _splat_of_null(node: Splat, type_: Type, scope: Scope, evaluate: Evaluator) -> Value:
    if type_.kind in ("list", "set", "tuple"):
        raise EvaluationError(f"a splat cannot go through a {type_.kind} that is null", node.target)
    if type_ != ANY:
        _each_of(node, type_, scope, evaluate)
    return ListValue((), node)


def _splat_of_unknown(node: Splat, value: Unknown, type_: Type, scope: Scope, evaluate: Evaluator) -> Value:
    if isinstance(value, Repeated) and value.element is not None:
        return _splat_of_repeated(node, value, scope, evaluate)
    found = derive([value], node, None, lambda names: f"{names[0]}[*]")
    if type_.kind in ("list", "set"):
        element = _each_of(node, type_.element or ANY, scope, evaluate)
        return typed(found, Type("list", element or ANY), PRESENT)
    if type_.kind == "tuple":
        items = [_each_of(node, item, scope, evaluate) or ANY for item in type_.items]
        return typed(found, Type("tuple", items=tuple(items)), PRESENT)
    if type_.kind != "any":  # it may be null, and then there is no element
        evaluate(node.each, scope.having({"*": value}))
    return replace(found, type="list")


def _splat_of_repeated(node: Splat, value: Repeated, scope: Scope, evaluate: Evaluator) -> Value:
    found = derive([value], node, "list", lambda names: f"{names[0]}[*]")
    assert value.element is not None
    element = evaluate(node.each, scope.having({"*": value.element}))
    references = joined([element.references]) or found.references
    variable = found.variable
    return Repeated(found.reason, node, references, element.sensitive, variable, None, "list", element=element)
