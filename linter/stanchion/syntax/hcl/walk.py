"""Walking an expression tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from stanchion.syntax.hcl.nodes import (
    BinaryOp,
    Conditional,
    Expression,
    ForExpr,
    FunctionCall,
    GetAttr,
    Index,
    Interpolation,
    Literal,
    Missing,
    ObjectCons,
    ObjectItem,
    Parentheses,
    Splat,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TupleCons,
    UnaryOp,
    Variable,
)

Node: TypeAlias = Expression | TemplatePart | ObjectItem


def children(node: Node) -> tuple[Node, ...]:  # noqa: C901 - one case for each kind of node
    """The nodes directly under an expression node, in the order of the source."""
    match node:
        case Literal() | Variable() | SplatItem() | Missing():
            return ()
        case Template():
            return node.parts
        case Interpolation():
            return (node.expression,)
        case TemplateIf():
            return (node.condition, *node.then, *node.otherwise)
        case TemplateFor():
            return (node.collection, *node.body)
        case GetAttr():
            return (node.target,)
        case Index():
            return (node.target, node.key)
        case Splat():
            return (node.target, node.each)
        case FunctionCall():
            return node.arguments
        case TupleCons() | ObjectCons():
            return node.items
        case ObjectItem():
            return (node.key, node.value)
        case ForExpr():
            parts = (node.collection, node.key_result, node.value_result, node.condition)
            return tuple(part for part in parts if part is not None)
        case Conditional():
            return (node.condition, node.then, node.otherwise)
        case BinaryOp():
            return (node.left, node.right)
        case UnaryOp():
            return (node.operand,)
        case Parentheses():
            return (node.inner,)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, each before what is under it, in the order of the source."""
    pending: list[Node] = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def deeper_than(node: Node, levels: int) -> bool:
    """Whether some chain of nodes from `node` down is longer than `levels`."""
    row: list[Node] = [node]
    for _ in range(levels):
        row = [child for parent in row for child in children(parent)]
        if not row:
            return False
    return True
