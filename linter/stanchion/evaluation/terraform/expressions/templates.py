"""String templates: interpolation and directives ("Strings and Templates", Terraform language documentation)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stanchion.evaluation.conditions import negate
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.loops import pairs
from stanchion.evaluation.terraform.expressions.propagation import concatenated, derive, lift, marked
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.functions.registry import composed
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import BOOL, STRING
from stanchion.evaluation.values import Known, Value, choose, condition_of, is_null
from stanchion.syntax.hcl.nodes import (
    Expression,
    Interpolation,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
)

Evaluator = Callable[[Expression, Scope], Value]


def template(node: Template, scope: Scope, evaluate: Evaluator) -> Value:
    """A template's text; one that is a single interpolation is that value itself."""
    if len(node.parts) == 1 and isinstance(node.parts[0], Interpolation):
        return evaluate(node.parts[0].expression, scope)
    return scope.module.state.made(concatenated([_part(part, scope, evaluate) for part in node.parts], node))


def _part(part: TemplatePart, scope: Scope, evaluate: Evaluator) -> Value:
    if isinstance(part, Literal):
        return Known(composed(part.value) if isinstance(part.value, str) else part.value, part)
    if isinstance(part, Interpolation):
        value = evaluate(part.expression, scope)
        if is_null(value):
            raise EvaluationError("a null value cannot be part of a string", part.expression)
        try:
            return as_type(value, STRING, part.expression)
        except EvaluationError as error:
            message = f"this value cannot be part of a string: {error.message}"
            raise EvaluationError(message, part.expression) from None
    if isinstance(part, TemplateIf):
        return _if(part, scope, evaluate)
    return _for(part, scope, evaluate)


def _text(parts: Sequence[TemplatePart], scope: Scope, evaluate: Evaluator, node: TemplateIf | TemplateFor) -> Value:
    return scope.module.state.made(concatenated([_part(part, scope, evaluate) for part in parts], node))


def _if(node: TemplateIf, scope: Scope, evaluate: Evaluator) -> Value:
    condition = as_type(evaluate(node.condition, scope), BOOL, node.condition)
    if is_null(condition):
        raise EvaluationError("the condition of a directive must not be null", node.condition)
    if isinstance(condition, Known):
        text = _text(node.then if condition.value else node.otherwise, scope, evaluate, node)
        return marked(text, condition.references, condition.sensitive)
    guard = condition_of(condition)
    if guard is None:
        return derive([condition], node, "string")
    then, otherwise = (_text(parts, scope, evaluate, node) for parts in (node.then, node.otherwise))
    return choose(((guard, then), (negate(guard), otherwise)), node)


def _for(node: TemplateFor, scope: Scope, evaluate: Evaluator) -> Value:
    collection = evaluate(node.collection, scope)

    def over(value: Value) -> Value:
        elements = pairs(value)
        if elements is None:
            if isinstance(value, Known):
                raise EvaluationError("expected a list, set, map or object to go through", node.collection)
            return derive([value], node, "string")
        scope.module.state.step(len(elements))
        texts = []
        for key, item in elements:
            inner = scope.having({node.value: item, **({node.key: key} if node.key is not None else {})})
            texts.append(_text(node.body, inner, evaluate, node))
        return marked(concatenated(texts, node), (), value.sensitive)

    return lift([collection], lambda row: over(row[0]), node)
