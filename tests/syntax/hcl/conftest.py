"""What the HCL tests share: trees written down as short text, and the fixture files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stanchion.syntax.hcl.nodes import (
    BinaryOp,
    Body,
    Conditional,
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
    TupleCons,
    UnaryOp,
    Variable,
)
from stanchion.syntax.hcl.walk import Node

FIXTURES = Path(__file__).parents[3] / "fixtures" / "syntax" / "hcl"


def many(nodes: tuple[Node, ...]) -> str:
    return " ".join(map(shape_of, nodes))


def shape_of(node: Node) -> str:  # noqa: C901 - one case for each kind of node
    """`(+ 1 (* a 2))` for `1 + a * 2`: the structure of a tree without its spans."""
    match node:
        case Literal():
            value = node.value
            words = {True: "true", False: "false", None: "null"}
            return words[value] if value is None or isinstance(value, bool) else f"{value!r}"
        case Variable():
            return node.name
        case SplatItem():
            return "@"
        case Missing():
            return "MISSING"
        case Template():
            return f"(template {many(node.parts)})"
        case Interpolation():
            return f"${{{shape_of(node.expression)}}}"
        case TemplateIf():
            return f"(%if {shape_of(node.condition)} [{many(node.then)}] [{many(node.otherwise)}])"
        case TemplateFor():
            return f"(%for {node.key} {node.value} {shape_of(node.collection)} [{many(node.body)}])"
        case GetAttr():
            return f"(. {shape_of(node.target)} {node.name})"
        case Index():
            return f"(at {shape_of(node.target)} {shape_of(node.key)})"
        case Splat():
            return f"({'[*]' if node.full else '.*'} {shape_of(node.target)} {shape_of(node.each)})"
        case FunctionCall():
            return f"({node.name}() {many(node.arguments)}{' ...' if node.expand_final else ''})"
        case TupleCons():
            return f"[{many(node.items)}]"
        case ObjectCons():
            return f"{{{many(node.items)}}}"
        case ObjectItem():
            return f"{shape_of(node.key)}={shape_of(node.value)}"
        case ForExpr():
            result = shape_of(node.value_result)
            if node.key_result is not None:
                result = f"{shape_of(node.key_result)}=>{result}{'...' if node.grouping else ''}"
            condition = f" if {shape_of(node.condition)}" if node.condition else ""
            return f"(for {node.key} {node.value} {shape_of(node.collection)} {result}{condition})"
        case Conditional():
            return f"(? {shape_of(node.condition)} {shape_of(node.then)} {shape_of(node.otherwise)})"
        case BinaryOp():
            return f"({node.operator} {shape_of(node.left)} {shape_of(node.right)})"
        case UnaryOp():
            return f"({node.operator} {shape_of(node.operand)})"
        case Parentheses():
            return f"<{shape_of(node.inner)}>"


def body_shape_of(body: Body) -> list[object]:
    """The attributes and blocks of a body in source order."""
    items: list[tuple[int, object]] = [(one.start, (one.name, shape_of(one.value))) for one in body.attributes.values()]
    for block in body.blocks:
        header = (block.type, *(label.value for label in block.labels))
        items.append((block.start, (header, body_shape_of(block.body))))
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


@pytest.fixture(scope="session")
def shape() -> Callable[[Node], str]:
    return shape_of


@pytest.fixture(scope="session")
def body_shape() -> Callable[[Body], list[object]]:
    return body_shape_of


@pytest.fixture(scope="session")
def hcl_fixtures() -> dict[str, str]:
    """Every valid fixture file: its path under fixtures/syntax/hcl, and its text."""
    paths = sorted(FIXTURES.rglob("*.tf"))
    assert len(paths) >= 8
    return {path.relative_to(FIXTURES).as_posix(): path.read_text(encoding="utf-8") for path in paths}
