"""Evaluating expressions, node by node (HCL specification, "Expressions"; Terraform language, "Expressions")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stanchion.evaluation.conditions import Condition, all_of, negate
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.access import attribute_of, element_of
from stanchion.evaluation.terraform.expressions.guards import ways
from stanchion.evaluation.terraform.expressions.loops import for_expression, splat
from stanchion.evaluation.terraform.expressions.operators import binary, unary
from stanchion.evaluation.terraform.expressions.propagation import derive, lift, marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused, refused
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.expressions.templates import template
from stanchion.evaluation.terraform.functions import lazy
from stanchion.evaluation.terraform.functions.registry import LAZY_NAMES, call, composed
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import ANY, BOOL, STRING, Type, type_of, unify
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    is_null,
)
from stanchion.syntax.hcl import nodes
from stanchion.syntax.hcl.nodes import Expression


def evaluate(node: Expression, scope: Scope) -> Value:
    """The value of an expression. Raises EvaluationError where Terraform refuses it."""
    scope.module.state.step(1)
    return _BY_NODE[type(node)](node, scope)


def safely(node: Expression, scope: Scope, what: str = "") -> Value:
    """The value of an expression; what Terraform refuses is reported, and unknown for that reason."""
    state = scope.module.state
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        place = error.origin if error.origin is not None else node
        state.problem("evaluation", f"{error.message}{what}; the value is taken as unknown", place)
        return Unknown(error.message, node)
    except BoundExceededError as error:
        state.bound(error.reason, node)
        return Unknown(error.reason, node)
    except RecursionError:
        reason = "references lead too deep"
        state.bound(reason, node)
        return Unknown(reason, node)


def _literal(node: nodes.Literal, scope: Scope) -> Value:
    text = node.value
    return Known(composed(text) if isinstance(text, str) and not text.isascii() else text, node)


def _missing(node: nodes.Missing, scope: Scope) -> Value:
    return Unknown("it could not be read", node)


def _parentheses(node: nodes.Parentheses, scope: Scope) -> Value:
    return evaluate(node.inner, scope)


def _template(node: nodes.Template, scope: Scope) -> Value:
    return template(node, scope, evaluate)


def _tuple(node: nodes.TupleCons, scope: Scope) -> Value:
    return ListValue(tuple(evaluate(item, scope) for item in node.items), node)


def _object(node: nodes.ObjectCons, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    places: dict[str, Any] = {}
    secret = False
    for item in node.items:
        key = as_type(evaluate(item.key, scope), STRING, item.key)
        secret = secret or key.sensitive
        if isinstance(key, Known):
            if key.value is None:
                raise EvaluationError("a null value cannot be an object key", item.key)
            entries[str(key.value)] = evaluate(item.value, scope)
            places[str(key.value)] = item
        else:
            return derive([key], node, "map", None, "one of its keys is not known")
    return MapValue(entries, node, sensitive=secret, places=places)


def _for(node: nodes.ForExpr, scope: Scope) -> Value:
    return for_expression(node, scope, evaluate)


def _splat(node: nodes.Splat, scope: Scope) -> Value:
    return splat(node, scope, evaluate)


def _splat_item(node: nodes.SplatItem, scope: Scope) -> Value:
    return scope.names["*"]


def _binary(node: nodes.BinaryOp, scope: Scope) -> Value:
    left = evaluate(node.left, scope)
    return binary(node.operator, left, evaluate(node.right, scope), node)


def _unary(node: nodes.UnaryOp, scope: Scope) -> Value:
    return unary(node.operator, evaluate(node.operand, scope), node)


def _conditional(node: nodes.Conditional, scope: Scope) -> Value:
    condition = evaluate(node.condition, scope)
    if is_null(condition):
        raise EvaluationError("the condition of a conditional must not be null", node.condition)
    condition = as_type(condition, BOOL, node.condition)
    if isinstance(condition, Known):
        chosen, other = (node.then, node.otherwise) if condition.value else (node.otherwise, node.then)
        value = evaluate(chosen, scope)
        passed = _passed_over(other, scope)
        secret = condition.sensitive or passed.sensitive
        return marked(_alike(value, passed, node), condition.references, secret)
    then, otherwise = _arm(node.then, scope), _arm(node.otherwise, scope)
    if isinstance(then, EvaluationError) and isinstance(otherwise, EvaluationError):
        raise then
    values = [refused(arm, node) if isinstance(arm, EvaluationError) else arm for arm in (then, otherwise)]
    holds, never = ways(condition, node.condition, scope)
    arms: list[tuple[Condition, Value]] = [
        (all_of(holds, negate(never)), _alike(values[0], values[1], node)),
        (all_of(negate(holds), negate(never)), _alike(values[1], values[0], node)),
    ]
    if never is not False:
        arms.append((never, Refused("the condition cannot be worked out", node.condition)))
    return marked(choose(arms, node), condition.references, condition.sensitive)


def _arm(node: Expression, scope: Scope) -> Value | EvaluationError:
    """An arm's value; one that fails is an error only when it is taken."""
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        return error


def _passed_over(node: Expression, scope: Scope) -> Value:
    """The arm that is not taken: its type still says something of the result, and whether it is secret."""
    if isinstance(node, nodes.Literal):
        return Known(node.value)
    unread = len(scope.context.unread)
    arm = _arm(node, scope)
    del scope.context.unread[unread:]
    return Unknown(arm.message) if isinstance(arm, EvaluationError) else arm


def _alike(value: Value, beside: Value, node: nodes.Conditional) -> Value:
    """An arm converted to the type that both arms have in common ("Conditional Expressions", result types).

    Raises EvaluationError where there is none: Terraform refuses that whichever arm is taken.
    """
    own, other = type_of(value), type_of(beside)
    if own == other or (ANY in (own, other) and not is_null(value)):
        return value
    common = unify([own, other])
    if common is None:
        if _of_several_types(value) or _of_several_types(beside):
            return value
        both = f"one is {_kind(own)}, the other {_kind(other)}"
        raise EvaluationError(f"the two results of a conditional must be of one type; {both}", node)
    return value if common in (own, ANY) else as_type(value, common, value.origin)


def _of_several_types(value: Value) -> bool:
    """Whether there are worlds in which a value is of another type."""
    return isinstance(value, Choice) and len({type_of(arm) for _, arm in value.arms}) > 1


def _kind(type_: Type) -> str:
    return type_.kind if type_.element is None else f"{type_.kind} of {type_.element.kind}"


def _index(node: nodes.Index, scope: Scope) -> Value:
    return element_of(evaluate(node.target, scope), evaluate(node.key, scope), node)


def _get_attr(node: nodes.GetAttr, scope: Scope) -> Value:
    target = node.target
    if isinstance(target, nodes.Variable) and target.name not in scope.names:
        return scope.module.named(target.name, node.name, node, scope)
    if isinstance(target, nodes.GetAttr) and isinstance(target.target, nodes.Variable):
        root = target.target.name
        if root in ("data", "ephemeral", "resource") and root not in scope.names:
            return scope.module.resource(root, target.name, node.name, node)
    return attribute_of(evaluate(target, scope), node.name, node)


def _variable(node: nodes.Variable, scope: Scope) -> Value:
    value = scope.names.get(node.name)
    if value is None:
        known = "var, local, each, count, path, module, data or a resource type"
        raise EvaluationError(f"{node.name} alone names nothing; expected {known} with a name behind it", node)
    return value


def _call(node: nodes.FunctionCall, scope: Scope) -> Value:
    name = node.name.removeprefix("core::")
    if name in LAZY_NAMES:
        attempts = [_attempt(argument, scope) for argument in node.arguments]
        if name == "try":
            return lazy.first_that_succeeds(attempts, node)
        if len(attempts) != 1:
            raise EvaluationError("can takes exactly one argument", node)
        return lazy.succeeds(attempts[0], node)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.expand_final and arguments:
        return lift(arguments, lambda row: _expanded(node, row, scope), node)
    result = scope.module.state.made(call(node.name, arguments, node, scope.context))
    return _spelling(result, arguments[0]) if name == "jsonencode" else result


def _spelling(text: Value, document: Value) -> Value:
    """A JSON text that remembers the structure it was made of, so that what stands in it keeps its place."""
    if isinstance(text, Choice):
        return Choice(tuple((guard, _spelling(arm, document)) for guard, arm in text.arms), text.origin)
    return replace(text, document=document) if isinstance(text, Known | Unknown) else text


def _attempt(node: Expression, scope: Scope) -> Callable[[], Value]:
    def attempt() -> Value:
        context = scope.context
        before, assumed = len(context.unread), context.assumed
        value = evaluate(node, scope)
        for path in context.unread[before:]:
            if context.exists is not None and context.exists(path) is False:
                raise EvaluationError(f'there is no file "{path}"', node)
        return value if context.assumed == assumed else derive([value], node, None)

    return attempt


def _expanded(node: nodes.FunctionCall, arguments: list[Value], scope: Scope) -> Value:
    """A call whose last argument is a list of arguments: `f(list...)`."""
    last = arguments[-1]
    if isinstance(last, Unknown):
        return derive(arguments, node, None)
    if not isinstance(last, ListValue):
        raise EvaluationError("expected a list, set or tuple in front of ...", node)
    result = call(node.name, [*arguments[:-1], *last.items], node, scope.context)
    return marked(scope.module.state.made(result), last.references, last.sensitive)


_BY_NODE: dict[type, Callable[[Any, Scope], Value]] = {
    nodes.Literal: _literal,
    nodes.Missing: _missing,
    nodes.Parentheses: _parentheses,
    nodes.Template: _template,
    nodes.TupleCons: _tuple,
    nodes.ObjectCons: _object,
    nodes.ForExpr: _for,
    nodes.Splat: _splat,
    nodes.SplatItem: _splat_item,
    nodes.BinaryOp: _binary,
    nodes.UnaryOp: _unary,
    nodes.Conditional: _conditional,
    nodes.Index: _index,
    nodes.GetAttr: _get_attr,
    nodes.Variable: _variable,
    nodes.FunctionCall: _call,
}
