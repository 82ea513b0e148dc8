"""Evaluating a root module, with everything that it calls, as one unit."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from stanchion.discovery.units import TerraformRoot
from stanchion.evaluation.conditions import all_of
from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.terraform.errors import BoundExceededError
from stanchion.evaluation.terraform.expressions.evaluate import safely
from stanchion.evaluation.terraform.expressions.scope import Scope, State
from stanchion.evaluation.terraform.modules.blocks import META, body_value
from stanchion.evaluation.terraform.modules.calls import META as CALL_META
from stanchion.evaluation.terraform.modules.calls import ModuleCall
from stanchion.evaluation.terraform.modules.configuration import read_configuration
from stanchion.evaluation.terraform.modules.constraints import constraints_in
from stanchion.evaluation.terraform.modules.module import Module, provider_name
from stanchion.evaluation.terraform.modules.resource import Instance, places_of
from stanchion.evaluation.terraform.modules.validation import constraints_of
from stanchion.evaluation.terraform.modules.variables import EvaluationOptions, given_values
from stanchion.evaluation.terraform.types.sizes import Sizes
from stanchion.evaluation.values import Known, MapValue, Unknown, Value
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Span

FRAMEWORK = "terraform"
#: References may lead through many locals and modules; each step takes a few frames.
RECURSION_LIMIT = 12_000

__all__ = ["EvaluationOptions", "evaluate_root"]


def evaluate_root(root: TerraformRoot, tree: SourceTree, options: EvaluationOptions) -> Evaluated:
    """Evaluate a root module and the modules it calls.

    Never raises for what is in the files: that becomes problems, and unknown values with a reason.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        return _evaluate(root, tree, options)
    finally:
        sys.setrecursionlimit(limit)


def _evaluate(root: TerraformRoot, tree: SourceTree, options: EvaluationOptions) -> Evaluated:
    state = State(tree, workspace=options.chosen_workspace())
    configuration = read_configuration(root, tree)
    state.note(configuration.problems)
    state.files.update(dict.fromkeys(configuration.files))
    module = Module(configuration, state)
    module.given = given_values(root.var_files, options, configuration.variables, module.scope)
    result = Evaluated(FRAMEWORK, tree.shown(root.directory), [])
    try:
        result.declarations.extend(_declarations(module))
    except BoundExceededError as error:
        state.problem("bound", f"{error.reason}; what follows was not judged", None)
    _hand_on(result.declarations, state)
    result.constraints = constraints_in(module)
    result.outputs = {name: module.output(name) for name in configuration.outputs}
    result.problems = list(state.problems.values())
    result.unknowns = list(state.unknowns.values())
    result.unseen = list({source: (source, place) for source, place in state.unseen}.values())
    result.files = tuple(state.files)
    return result


def _hand_on(declarations: list[Declaration], state: State) -> None:
    """Take out of the properties what is larger than those who read them could cope with."""
    sizes = Sizes()
    for declaration in declarations:
        entries = declaration.properties.entries
        for name, value in entries.items():
            reason = sizes.excess(value) if not isinstance(value, Known) or value.document is not None else None
            if reason is not None:
                place = (declaration.properties.places or {}).get(name, declaration.header)
                state.problem("bound", f"{declaration.address}.{name}: {reason}; it is taken as unknown", place)
                entries[name] = Unknown(reason, value.origin)


def _declarations(module: Module) -> Iterator[Declaration]:
    configuration = module.configuration
    for name, block in configuration.variables.items():
        yield _variable(module, name, block)
        module.state.constraints += constraints_of(name, block, module.variable(name, block), module.scope)
    for block in configuration.providers:
        yield _provider(module, block)
    for mode, type_, name in configuration.resources:
        expanded = module.expanded(mode, type_, name)
        for instance in expanded.instances.values() if expanded is not None else ():
            yield _resource(module, mode, type_, name, instance)
    for name in configuration.modules:
        call = module.call(name)
        for called in call.instances.values():
            yield from _declarations(called)
        if call.unseen:
            yield from _unseen(module, call)
    for name, block in configuration.outputs.items():
        yield _output(module, name, block)


def _unseen(module: Module, call: ModuleCall) -> Iterator[Declaration]:
    """The calls of a module that is not on disk: what it is given is all that is known of it."""
    block = call.block
    for place in call.expansion.places:
        scope = module.scope.having(place.names) if place.names else module.scope
        attributes = {name: node for name, node in block.body.attributes.items() if name not in CALL_META}
        entries = {name: safely(node.value, scope) for name, node in attributes.items()}
        yield Declaration(
            FRAMEWORK,
            "module",
            f"{module.prefix}module.{call.name}{place.suffix}",
            "",
            call.name,
            MapValue(entries, block, places=dict(attributes)),
            MapValue({}, block),
            _header(block),
            _whole(block),
            all_of(module.exists, place.exists),
            module.calls,
        )


def _header(block: Block) -> Span:
    return Span(block.source, block.start, block.header_end)


def _whole(block: Block) -> Span:
    return Span(block.source, block.start, block.end)


def _resource(module: Module, mode: str, type_: str, name: str, instance: Instance) -> Declaration:
    block = instance.block
    properties = instance.properties()
    kind = {"resource": "resource", "data": "data"}.get(mode, mode)
    return Declaration(
        FRAMEWORK,
        kind,
        instance.address,
        type_,
        name,
        properties,
        _meta(block, instance.scope),
        _header(block),
        _whole(block),
        instance.exists,
        module.calls,
        module.provider(_provider_of(block, type_)),
    )


def _provider_of(block: Block, type_: str) -> str:
    attribute = block.body.attributes.get("provider")
    if attribute is not None:
        return provider_name(attribute.value)
    return type_.partition("_")[0]


def _meta(block: Block, scope: Scope) -> MapValue:
    """What the block says to Terraform: references in it are names, and are not evaluated."""
    entries: dict[str, Value] = {}
    for name in META:
        attribute = block.body.attributes.get(name)
        if attribute is not None:
            written = attribute.source.text[attribute.value.start : attribute.value.end]
            entries[name] = Known(" ".join(written.split())[:500], attribute)
    for nested in block.body.blocks:
        if nested.type == "lifecycle":
            flags = {
                name: safely(attribute.value, scope)
                for name, attribute in nested.body.attributes.items()
                if name in ("prevent_destroy", "create_before_destroy")
            }
            entries["lifecycle"] = MapValue(flags, nested, places=dict(nested.body.attributes))
    return MapValue(entries, block, places=places_of(block, entries))


def _variable(module: Module, name: str, block: Block) -> Declaration:
    return _declared(module, "parameter", f"var.{name}", name, block, module.variable(name, block), ("type",))


def _output(module: Module, name: str, block: Block) -> Declaration:
    return _declared(module, "output", f"output.{name}", name, block, module.output(name), ())


def _declared(
    module: Module, kind: str, address: str, name: str, block: Block, value: Value, verbatim: tuple[str, ...]
) -> Declaration:
    entries: dict[str, Value] = {}
    for key, attribute in block.body.attributes.items():
        if key in verbatim:
            written = attribute.source.text[attribute.value.start : attribute.value.end]
            entries[key] = Known(" ".join(written.split()).strip('"'), attribute.value)
        elif key != "value":
            entries[key] = safely(attribute.value, module.scope)
    entries["value"] = value
    places: dict[str, Located] = dict(block.body.attributes)
    properties = MapValue(entries, block.body, places=places)
    nothing = MapValue({}, block)
    return Declaration(
        FRAMEWORK,
        kind,
        module.prefix + address,
        "",
        name,
        properties,
        nothing,
        _header(block),
        _whole(block),
        module.exists,
        module.calls,
    )


def _provider(module: Module, block: Block) -> Declaration:
    type_ = block.labels[0].value
    alias = block.body.attributes.get("alias")
    value = safely(alias.value, module.scope) if alias is not None else None
    name = value.value if isinstance(value, Known) and isinstance(value.value, str) else "default"
    return Declaration(
        FRAMEWORK,
        "provider",
        f"{module.prefix}{type_}.{name}",
        type_,
        name,
        body_value(block.body, module.scope, block),
        MapValue({}, block),
        _header(block),
        _whole(block),
        module.exists,
        module.calls,
    )
