"""One template, evaluated from its first section to its last."""

from __future__ import annotations

from dataclasses import dataclass, field

from stanchion.evaluation.cloudformation.intrinsics.comparisons import comparisons_in
from stanchion.evaluation.cloudformation.intrinsics.conditions import evaluate_conditions
from stanchion.evaluation.cloudformation.intrinsics.expression import OUTSIDE, Evaluation, Ledger, Whereabouts
from stanchion.evaluation.cloudformation.intrinsics.functions import FUNCTIONS
from stanchion.evaluation.cloudformation.stack.declared import evaluate_output, evaluate_resource, parameter_declaration
from stanchion.evaluation.cloudformation.stack.nested import evaluate_children, nested_declarations
from stanchion.evaluation.cloudformation.stack.parameters import evaluate_parameters
from stanchion.evaluation.cloudformation.stack.rules import evaluate_rules
from stanchion.evaluation.cloudformation.template.foreach import sites_of
from stanchion.evaluation.cloudformation.template.template import (
    INCLUDE,
    LANGUAGE_EXTENSIONS,
    SERVERLESS,
    TRANSFORM,
    Template,
    TemplateOptions,
    literal_text,
)
from stanchion.evaluation.cloudformation.template.transforms import included, spread
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.values import NULL, Value
from stanchion.syntax.document.nodes import Mapping, Node

#: Transforms that need nothing done: what they do is done anyway, or does not change what is declared.
_UNDERSTOOD = frozenset((INCLUDE, LANGUAGE_EXTENSIONS, SERVERLESS))


@dataclass(slots=True, eq=False)
class Stack:
    """An evaluated template: its evaluation, its declarations, and its outputs by name."""

    evaluation: Evaluation
    declarations: list[Declaration] = field(default_factory=list)
    outputs: dict[str, Value] = field(default_factory=dict)


def evaluate_stack(root: Mapping, options: TemplateOptions, where: Whereabouts, ledger: Ledger) -> Stack:
    """Evaluate a template. Never raises: what is wrong is in the problems of the evaluation."""
    template = Template(root)
    ev = Evaluation(template, FUNCTIONS, options, where, ledger)
    ev.depth = where.parent.depth + 5 if where.parent is not None else 0
    stack = Stack(ev)
    _apply_transforms(ev)
    ev.comparisons = comparisons_in(template)
    evaluate_parameters(ev)
    spread(ev, "Mappings")
    spread(ev, "Rules")
    ev.condition_sites = sites_of(ev, template.section("Conditions"), OUTSIDE)
    ev.sites = sites_of(ev, template.section("Resources"), OUTSIDE)
    if template.has_transform(SERVERLESS):
        ev.generators = _generators(ev)
    _check_sections(ev)
    evaluate_conditions(ev)
    evaluate_rules(ev)
    evaluate_children(ev)
    for name, entry in template.section("Parameters").items():
        stack.declarations.append(parameter_declaration(ev, name, entry))
    for site in ev.sites.values():
        declaration = evaluate_resource(ev, site)
        if declaration is not None:
            stack.declarations.append(declaration)
            stack.declarations += nested_declarations(ev, declaration)
    if template.has_transform(SERVERLESS):
        from stanchion.evaluation.cloudformation.sam.translation import expand_serverless

        stack.declarations = expand_serverless(ev, stack.declarations)
    for site in sites_of(ev, template.section("Outputs"), OUTSIDE).values():
        output = evaluate_output(ev, site)
        if output is not None:
            stack.declarations.append(output)
            stack.outputs[site.name] = output.properties.entries.get("Value", NULL)
    return stack


def _apply_transforms(ev: Evaluation) -> None:
    """Merge what a top-level AWS::Include gives, and report the macros that are not seen."""
    template = ev.template
    for name, place in template.transforms:
        if name not in _UNDERSTOOD:
            ev.unseen.append((f"macro {name}", place))
    for macro in template.macros:
        node: Node | None = included(ev, macro, OUTSIDE) if _names_include(macro) else None
        if isinstance(node, Mapping):
            template.add_sections(node)
    spread(ev, "Parameters")
    conditions = template.section("Conditions").get(TRANSFORM)
    if conditions is not None and _location(conditions.value) is not None:
        spread(ev, "Conditions")  # what it compares parameters with is asked before they have values


def _location(macro: Node) -> str | None:
    parameters = macro.get("Parameters") if isinstance(macro, Mapping) else None
    return literal_text(parameters.get("Location")) if isinstance(parameters, Mapping) else None


def _names_include(macro: Node) -> bool:
    name = macro.get("Name") if isinstance(macro, Mapping) else None
    return getattr(name, "value", None) == INCLUDE


def _check_sections(ev: Evaluation) -> None:
    """What a template must have and what may not share a name."""
    template = ev.template
    if "Resources" not in template.root.entries and not ev.sites:
        ev.problem("expected a template to have Resources, found none", template.root)
    for name in template.section("Parameters"):
        site = ev.sites.get(name)
        if site is not None:
            ev.problem(f"{name} is both a parameter and a resource; Ref means the parameter", site.entry.key)


def _generators(ev: Evaluation) -> tuple[str, ...]:
    """The beginnings of the logical ids that the serverless transform makes."""
    names = ["ServerlessRestApi", "ServerlessHttpApi", "ServerlessDeploymentApplication", "CodeDeployServiceRole"]
    for name, site in ev.sites.items():
        kind = site.entry.value.get("Type") if isinstance(site.entry.value, Mapping) else None
        if (literal_text(kind) or "").startswith("AWS::Serverless::"):
            names.append(name)
    return tuple(names)
