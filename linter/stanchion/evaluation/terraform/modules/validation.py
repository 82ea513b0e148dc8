"""What the validation blocks of a variable say: the values it may have, and conditions that hold in every world.

Source: Terraform language documentation, "Custom Conditions" (input variable validation).
"""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.evaluation.conditions import Condition, any_of, negate
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.evaluate import evaluate
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import BOOL
from stanchion.evaluation.values import Known, MapValue, Scalar, Unknown, Value, condition_of
from stanchion.syntax.hcl.nodes import (
    Attribute,
    BinaryOp,
    Block,
    Expression,
    FunctionCall,
    GetAttr,
    Interpolation,
    Literal,
    Parentheses,
    Template,
    TupleCons,
    Variable,
)

#: How many values a variable may list before it is taken as open.
MAX_LISTED = 64
#: How deep a validation condition is read.
MAX_DEPTH = 40


def conditions_of(block: Block) -> Iterator[tuple[Block, Attribute]]:
    """The validation blocks of a variable, with the condition of each."""
    for validation in block.body.of_type("validation"):
        attribute = validation.body.attributes.get("condition")
        if attribute is not None:
            yield validation, attribute


def allowed_values(block: Block, name: str, scope: Scope) -> list[Scalar]:
    """All values that a variable may have, where its validation lists them; none where it is open.

    What one condition lists, the others (and what else stands in that one) may narrow.
    """
    conditions = [attribute.value for _, attribute in conditions_of(block)]
    for condition in conditions:
        listed = _listed(condition, name, scope, 0)
        if listed and len(listed) <= MAX_LISTED:
            distinct = {(type(value), value): value for value in listed}
            return [value for value in distinct.values() if not _excluded(value, name, conditions, scope)]
    return []


def _excluded(value: Scalar, name: str, conditions: list[Expression], scope: Scope) -> bool:
    others = Unknown("another variable")
    inner = scope.having({"var": MapValue({name: Known(value)}, rest=others)})
    for condition in conditions:
        try:
            if condition_of(evaluate(condition, inner)) is False:
                return True
        except (EvaluationError, BoundExceededError, RecursionError):
            continue
    return False


def _bare(node: Expression) -> Expression:
    """A condition without what only wraps it: parentheses, and the string that the JSON syntax writes it in."""
    while True:
        if isinstance(node, Parentheses):
            node = node.inner
        elif isinstance(node, Template) and len(node.parts) == 1 and isinstance(node.parts[0], Interpolation):
            node = node.parts[0].expression
        else:
            return node


def _listed(node: Expression, name: str, scope: Scope, depth: int) -> list[Scalar] | None:
    """The values that a condition lists: `contains([...], var.x)`, `var.x == "a" || var.x == "b"` and the like."""
    node = _bare(node)
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, FunctionCall):
        return _listed_by_call(node, name, scope, depth)
    if not isinstance(node, BinaryOp):
        return None
    if node.operator == "&&":
        return _listed(node.left, name, scope, depth + 1) or _listed(node.right, name, scope, depth + 1)
    if node.operator == "||":
        return _either([node.left, node.right], name, scope, depth)
    if node.operator == "==":
        for subject, value in ((node.left, node.right), (node.right, node.left)):
            if _is_variable(subject, name) and isinstance(value, Literal):
                return [value.value]
    return None


def _either(conditions: list[Expression], name: str, scope: Scope, depth: int) -> list[Scalar] | None:
    found: list[Scalar] = []
    for condition in conditions:
        listed = _listed(condition, name, scope, depth + 1)
        if listed is None:
            return None
        found += listed
    return found


def _listed_by_call(node: FunctionCall, name: str, scope: Scope, depth: int) -> list[Scalar] | None:
    arguments = node.arguments
    if node.name == "contains" and len(arguments) == 2 and _is_variable(arguments[1], name):
        return _literals(arguments[0], scope)
    if node.name == "anytrue" and len(arguments) == 1 and isinstance(arguments[0], TupleCons):
        return _either(list(arguments[0].items), name, scope, depth)
    if node.name == "can" and len(arguments) == 1 and isinstance(arguments[0], FunctionCall):
        inner = arguments[0]
        if len(inner.arguments) == 2 and _is_variable(inner.arguments[1], name):
            if inner.name == "index":
                return _literals(inner.arguments[0], scope)
            if inner.name == "regex" and isinstance(inner.arguments[0], Literal):
                return _alternatives(str(inner.arguments[0].value))
    return None


def _literals(node: Expression, scope: Scope) -> list[Scalar] | None:
    """The elements of a list of literals, which may be a local or stand in `toset` or `tolist`."""
    if isinstance(node, GetAttr) and isinstance(node.target, Variable) and node.target.name == "local":
        attribute = scope.module.configuration.locals.get(node.name)
        node = attribute.value if attribute is not None else node
    while isinstance(node, FunctionCall) and node.name in ("toset", "tolist") and len(node.arguments) == 1:
        node = node.arguments[0]
    if not isinstance(node, TupleCons):
        return None
    found = [item.value for item in node.items if isinstance(item, Literal)]
    return found if len(found) == len(node.items) else None


def _alternatives(pattern: str) -> list[Scalar] | None:
    """The texts that a regular expression such as `^(dev|prod)$` matches, when it is as simple as that."""
    for opening in ("^(?:", "^("):
        if pattern.startswith(opening) and pattern.endswith(")$"):
            texts = pattern[len(opening) : -2].split("|")
            if all(text and text.replace("-", "").replace("_", "").isalnum() for text in texts):
                return list(texts)
    return None


def _is_variable(node: Expression, name: str) -> bool:
    return (
        isinstance(node, GetAttr)
        and node.name == name
        and isinstance(node.target, Variable)
        and node.target.name == "var"
    )


def constraints_of(name: str, block: Block, value: Value, scope: Scope) -> list[Condition]:
    """What the validation of a variable says of every world, as far as conditions can say it.

    A value that certainly does not pass is a problem: Terraform makes no plan with it.
    """
    found: list[Condition] = []
    for validation, attribute in conditions_of(block):
        try:
            condition = condition_of(as_type(evaluate(attribute.value, scope), BOOL, attribute.value))
        except (EvaluationError, BoundExceededError, RecursionError):
            continue
        if condition is False and isinstance(value, Known):
            message = f"{scope.module.prefix}var.{name} has a value that its validation refuses; it is judged as it is"
            scope.module.state.problem("evaluation", f"{message}{_words(validation)}", attribute)
        elif condition is not None and not isinstance(condition, bool):
            found.append(any_of(negate(scope.module.exists), condition))
    return found


def _words(validation: Block) -> str:
    attribute = validation.body.attributes.get("error_message")
    text = attribute.value.value if attribute is not None and isinstance(attribute.value, Literal) else None
    return f" ({' '.join(text.split())[:200]})" if isinstance(text, str) else ""
