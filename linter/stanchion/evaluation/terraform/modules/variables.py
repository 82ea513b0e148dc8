"""Input variables: where their values come from, what types they have, what their validation allows.

Source: Terraform language documentation, "Input Variables", "Variable Definition Precedence", "Custom Conditions".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from stanchion.evaluation.conditions import Is, Undecided
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.evaluate import evaluate, safely
from stanchion.evaluation.terraform.expressions.propagation import marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused
from stanchion.evaluation.terraform.expressions.scope import Scope, State
from stanchion.evaluation.terraform.modules.validation import allowed_values
from stanchion.evaluation.terraform.types.conversion import UNKNOWN_TYPE, convert
from stanchion.evaluation.terraform.types.types import ANY, PRIMITIVES, Type, parse_type
from stanchion.evaluation.values import Choice, Known, Unknown, Value, choose, is_null
from stanchion.syntax.files import RefusedError, read_bytes
from stanchion.syntax.hcl.nodes import Attribute, Block, Expression, Literal
from stanchion.syntax.reading import decoded
from stanchion.syntax.source import Problem, Source


class Given(NamedTuple):
    """A value for a variable on the command line, among the variable files: what is given later is stronger."""

    name: str
    text: str


#: What gives variables their values, weakest first.
Layer: TypeAlias = Path | Given


@dataclass(slots=True, frozen=True)
class EvaluationOptions:
    """What the user says of a run: files and values for variables, the workspace (None: any), and whether TF_VAR_* and
    TF_WORKSPACE of the environment count."""

    var_files: tuple[Layer, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    use_environment: bool = False
    workspace: str | None = None

    def chosen_workspace(self) -> str | None:
        """The workspace that somebody named."""
        if self.workspace is None and self.use_environment:
            return os.environ.get("TF_WORKSPACE") or None
        return self.workspace


def given_values(
    automatic: tuple[Path, ...], options: EvaluationOptions, declared: Mapping[str, Block], scope: Scope
) -> dict[str, Value]:
    """The values that files, the environment and the command line give to a root module's variables, strongest last."""
    state = scope.module.state
    found: dict[str, Value] = {}
    if options.use_environment:
        for name in declared:
            text = os.environ.get(f"TF_VAR_{name}")
            if text is not None:
                found[name] = _spelled(text, declared[name], scope, f"<TF_VAR_{name}>")
    for path in automatic:
        found.update(_file(path, scope))
    for layer in (*options.var_files, *(Given(name, text) for name, text in options.variables.items())):
        if isinstance(layer, Path):
            found.update(_named_file(layer, scope))
        elif layer.name in declared:
            found[layer.name] = _spelled(layer.text, declared[layer.name], scope, f"<--var {layer.name}>")
        else:
            state.problem("configuration", f"--var {layer.name}: there is no variable of this name", None)
    return found


def _file(path: Path, scope: Scope) -> dict[str, Value]:
    state = scope.module.state
    parsed = _tfvars(path, state)
    return {name: safely(value, scope) for name, value in parsed.items()}


def _tfvars(path: Path, state: State) -> dict[str, Expression]:
    source = state.tree.source(path)
    if not isinstance(source, Source):
        state.note([source])
        return {}
    return _assignments(source, path.name.endswith(".json"), state)


def _named_file(path: Path, scope: Scope) -> dict[str, Value]:
    """A file that the user names may lie anywhere: it is the user's word, not the linted tree's."""
    state = scope.module.state
    try:
        text = decoded(read_bytes(path))
    except RefusedError as error:
        state.problem("configuration", f"{path} {error}", None)
        return {}
    except UnicodeDecodeError as error:
        state.problem("configuration", f"{path} is not UTF-8 (byte {error.start} does not fit)", None)
        return {}
    source = Source(state.tree.shown(path), text)
    return {n: safely(v, scope) for n, v in _assignments(source, path.name.endswith(".json"), state).items()}


def _assignments(source: Source, is_json: bool, state: State) -> dict[str, Expression]:
    state.files[source.path] = None
    if is_json:
        return _json_assignments(source, state)
    from stanchion.syntax.hcl.parser import parse

    body, problems = parse(source)
    state.note(problems)
    for block in body.blocks:
        state.problem("syntax", "expected name = value in a variable file; the block was left out", block)
    return {name: attribute.value for name, attribute in body.attributes.items()}


def _json_assignments(source: Source, state: State) -> dict[str, Expression]:
    from stanchion.syntax.document.json import parse_json
    from stanchion.syntax.document.nodes import Mapping as Object
    from stanchion.syntax.hcl.from_json import expression_of

    node, problems = parse_json(source)
    state.note(problems)
    if not isinstance(node, Object):
        return {}
    found: list[Problem] = []
    values = {name: expression_of(entry.value, found, verbatim=True) for name, entry in node.entries.items()}
    state.note(found)
    return values


def _spelled(text: str, block: Block, scope: Scope, name: str) -> Value:
    """A value given as text: taken as it is for a string variable, as an expression for any other."""
    type_ = _type(block, scope)
    if type_ in PRIMITIVES.values() or "type" not in block.body.attributes:
        return Known(text, None)
    from stanchion.syntax.hcl.parser import parse_expression

    source = Source(name, text)
    node, problems = parse_expression(source)
    scope.module.state.note(problems)
    return safely(node, scope)


def _type(block: Block, scope: Scope) -> Type:
    attribute = block.body.attributes.get("type")
    if attribute is None:
        return ANY
    node = attribute.value
    if isinstance(node, Literal) and isinstance(node.value, str) and node.source.path.endswith(".json"):
        node = _parsed_type(node, scope)
    try:
        return parse_type(node, lambda default: evaluate(default, scope))
    except EvaluationError as error:
        scope.module.state.problem("evaluation", f"{error.message}; any type is taken", error.origin or attribute)
        return ANY


def _parsed_type(node: Literal, scope: Scope) -> Expression:
    """A type that the JSON syntax gives as a string; its place is the string's."""
    from stanchion.syntax.hcl.parser import parse_expression

    parsed, problems = parse_expression(Source(node.source.path, str(node.value)))
    scope.module.state.note(problem._replace(place=node) for problem in problems)
    return parsed


def variable_value(name: str, block: Block, given: Value | None, scope: Scope, root: bool) -> Value:
    """A variable's value: the given one or its default, converted to its type; without either an unknown.

    `root` tells whether nobody could give a value but the user.
    """
    type_ = _type(block, scope)
    body = block.body
    default = body.attributes.get("default")
    nullable = _flag(block, "nullable", scope, True)
    value = given
    if value is not None and not nullable:
        value = _not_null(value, default, scope)
    if value is None and default is not None:
        value = safely(default.value, scope)
    if value is None:
        value = (_open if root else _missing)(name, block, type_, scope)
    try:
        value = convert(value, type_, value.origin or block)
    except EvaluationError as error:
        message = f"var.{name} is no {type_}: {error.message}; the value is taken as unknown"
        scope.module.state.problem("evaluation", message, error.origin or block)
        value = Unknown(error.message, block)
    if _flag(block, "sensitive", scope, False):
        value = marked(value, (), True)
    return value


def _not_null(value: Value, default: Attribute | None, scope: Scope) -> Value | None:
    """A value with the default wherever it is null; None where it always is."""
    if is_null(value):
        return None
    if not isinstance(value, Choice) or not any(is_null(arm) for _, arm in value.arms):
        return value
    if default is None:
        missing = Refused("a null value is not allowed, and there is no default", value.origin)
        return choose([(guard, missing if is_null(arm) else arm) for guard, arm in value.arms], value.origin)
    instead = safely(default.value, scope)
    return choose([(guard, instead if is_null(arm) else arm) for guard, arm in value.arms], value.origin)


def _flag(block: Block, name: str, scope: Scope, otherwise: bool) -> bool:
    attribute = block.body.attributes.get(name)
    if attribute is None:
        return otherwise
    value = safely(attribute.value, scope)
    return value.value is True if isinstance(value, Known) else otherwise


def _open(name: str, block: Block, type_: Type, scope: Scope) -> Value:
    """A root variable that nobody gives a value: a choice where its validation lists what is allowed."""
    full = f"{scope.module.prefix}var.{name}"
    allowed = allowed_values(block, name, scope)
    if allowed:
        variable = Undecided(full, tuple(allowed))
        return choose([(Is(variable, value), Known(value, block)) for value in allowed], block)
    kind = UNKNOWN_TYPE.get(type_.kind)
    value = Unknown(f"{full} has no default", block, (), False, Undecided(full), None, kind)
    return scope.module.state.undecided(value)


def _missing(name: str, block: Block, type_: Type, scope: Scope) -> Value:
    """A variable that the call of its module must give and does not."""
    module = scope.module
    full = f"{module.prefix}var.{name}"
    message = f"{module.prefix.removesuffix('.')} gives no value for var.{name}, which has no default"
    module.state.problem("evaluation", f"{message}; the value is taken as unknown", module.calls[-1].place)
    return Unknown(f"{full} is not given", block, (), False, Undecided(full), None, UNKNOWN_TYPE.get(type_.kind))
