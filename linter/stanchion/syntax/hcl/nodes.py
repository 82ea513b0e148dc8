"""The syntax tree of HCL native syntax, named as the HCL specification names its parts.

Every node has `source`, `start` and `end` (character offsets, end exclusive). Nodes are plain slotted
dataclasses compared by identity, and not frozen: a run makes hundreds of thousands of them, and a frozen
dataclass costs three times as much to make. Nothing changes a node once the parser has returned it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from stanchion.syntax.source import Source

Scalar: TypeAlias = str | int | Decimal | bool | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Literal:
    """A number, true, false, null, a quoted string or heredoc without interpolation (decoded), or a bare object key.

    Numbers without fraction or exponent are `int`, all others `Decimal`. The span of a string has its quotes.
    """

    source: Source
    start: int
    end: int
    value: Scalar


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Interpolation:
    """`${ ... }`, with or without strip markers. Strip markers are already applied to the neighbouring text."""

    source: Source
    start: int
    end: int
    expression: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TemplateIf:
    """`%{ if c }...%{ else }...%{ endif }`."""

    source: Source
    start: int
    end: int
    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TemplateFor:
    """`%{ for k, v in c }...%{ endfor }`."""

    source: Source
    start: int
    end: int
    key: str | None
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Template:
    """A quoted string or heredoc with at least one interpolation or directive.

    Text parts are `Literal` strings, decoded, stripped and (for `<<-`) dedented. `"${x}"` alone is a template
    with one Interpolation: its value is x's own, not a string (HCL specification, "Template Interpolation Unwrapping").
    """

    source: Source
    start: int
    end: int
    parts: tuple[TemplatePart, ...]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Variable:
    """A root name: `var`, `local`, `aws_instance`, `each`, an iterator."""

    source: Source
    start: int
    end: int
    name: str


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GetAttr:
    """`target.name`; also the legacy `target.0`, whose name is then an Index with a number instead."""

    source: Source
    start: int
    end: int
    target: Expression
    name: str


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Index:
    """`target[key]`."""

    source: Source
    start: int
    end: int
    target: Expression
    key: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class SplatItem:
    """Stands for "the element" at the root of a splat's `each`."""

    source: Source
    start: int
    end: int


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Splat:
    """`target.*.x` (full is False) or `target[*].x[0]` (full is True); `each` is the traversal over a SplatItem."""

    source: Source
    start: int
    end: int
    target: Expression
    each: Expression
    full: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class FunctionCall:
    """`name(arguments...)`; provider functions keep their whole name: `provider::aws::arn_parse`."""

    source: Source
    start: int
    end: int
    name: str
    arguments: tuple[Expression, ...]
    expand_final: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TupleCons:
    """`[a, b]`."""

    source: Source
    start: int
    end: int
    items: tuple[Expression, ...]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ObjectItem:
    """`key = value` in an object; a bare identifier key is a Literal string, `(expr)` a Parentheses."""

    source: Source
    start: int
    end: int
    key: Expression
    value: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ObjectCons:
    """`{ a = 1, b : 2 }`."""

    source: Source
    start: int
    end: int
    items: tuple[ObjectItem, ...]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ForExpr:
    """`[for k, v in collection : value if condition]`; with `key_result` it makes an object, `...` groups."""

    source: Source
    start: int
    end: int
    key: str | None
    value: str
    collection: Expression
    key_result: Expression | None
    value_result: Expression
    condition: Expression | None
    grouping: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Conditional:
    """`condition ? then : otherwise`, right-associative."""

    source: Source
    start: int
    end: int
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class BinaryOp:
    """`left operator right`."""

    source: Source
    start: int
    end: int
    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class UnaryOp:
    """`-operand` or `!operand`."""

    source: Source
    start: int
    end: int
    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Parentheses:
    """`(inner)`."""

    source: Source
    start: int
    end: int
    inner: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Missing:
    """Where an expression was expected and none could be read; the parser has reported a Problem there."""

    source: Source
    start: int
    end: int


Expression: TypeAlias = (
    Literal
    | Template
    | Variable
    | GetAttr
    | Index
    | SplatItem
    | Splat
    | FunctionCall
    | TupleCons
    | ObjectCons
    | ForExpr
    | Conditional
    | BinaryOp
    | UnaryOp
    | Parentheses
    | Missing
)
TemplatePart: TypeAlias = Literal | Interpolation | TemplateIf | TemplateFor


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Attribute:
    """`name = value` in a body. `start`..`end` covers both; `name_end` is where the name ends."""

    source: Source
    start: int
    end: int
    name: str
    name_end: int
    value: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Label:
    """A block label, quoted or bare; `value` is decoded."""

    source: Source
    start: int
    end: int
    value: str


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Block:
    """`type "label" { body }`; `start`..`end` covers all of it, `header_end` ends the last label (or the type)."""

    source: Source
    start: int
    end: int
    type: str
    labels: tuple[Label, ...]
    header_end: int
    body: Body

    def label(self, index: int) -> str | None:
        """The decoded label, or None when the block has fewer."""
        return self.labels[index].value if index < len(self.labels) else None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Body:
    """What stands between braces, or a whole file: attributes by name and blocks in order.

    `start`..`end` is the inside of the braces. A name defined twice keeps its first definition, and is reported.
    """

    source: Source
    start: int
    end: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of_type(self, type_: str) -> list[Block]:
        """The blocks of one type, in source order."""
        return [block for block in self.blocks if block.type == type_]
