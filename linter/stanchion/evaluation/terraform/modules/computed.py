"""Attributes that follow from a block's own arguments, without asking a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.types.types import STRING
from stanchion.evaluation.values import Known, MapValue, Unknown, Value, unknown_like
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.source import Source

#: Takes what reads an argument, the block and its scope, and gives the computed attributes that are asked for.
Computing: TypeAlias = Callable[[Callable[[str], Value | None], Block, Scope], dict[str, Value]]


def _policy_document(read: Callable[[str], Value | None], block: Block, scope: Scope) -> dict[str, Value]:
    from stanchion.evaluation.terraform.data_sources.iam_document import policy

    return policy(read, block)


def _template_file(read: Callable[[str], Value | None], block: Block, scope: Scope) -> dict[str, Value]:
    """`template_file` of the Template provider: `rendered` is the text with `vars` filled in, all of them strings."""
    from stanchion.evaluation.terraform.expressions.propagation import lift
    from stanchion.evaluation.terraform.types.conversion import as_type

    text, given = read("template"), read("vars")
    if text is None:
        return {}

    def rendered(row: list[Value]) -> Value:
        template, names = row
        if not isinstance(template, Known) or not isinstance(template.value, str):
            return unknown_like(template)
        if isinstance(names, Unknown):
            return unknown_like(names)
        entries = names.entries if isinstance(names, MapValue) else {}
        source = Source(template.origin.source.path if template.origin else block.source.path, template.value)
        texts = {name: as_type(value, STRING, value.origin) for name, value in entries.items()}
        return scope.context.render(source, texts)

    try:
        return {"rendered": lift([text, given or Known(None)], rendered, block)}
    except EvaluationError as error:
        scope.module.state.problem("evaluation", f"{error.message}; the text is taken as unknown", block)
        return {"rendered": Unknown(error.message, block)}


_COMPUTED: dict[tuple[str, str], tuple[tuple[str, ...], Computing]] = {
    ("data", "aws_iam_policy_document"): (("document", "json", "minified_json"), _policy_document),
    ("data", "template_file"): (("rendered",), _template_file),
}


def computed_by(mode: str, type_: str) -> tuple[tuple[str, ...], Computing] | None:
    """The names of the attributes that can be worked out for such blocks, and how."""
    return _COMPUTED.get((mode, type_))
