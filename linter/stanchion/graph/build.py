"""Normalisation: the declarations of a unit, in either language, become the resource graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of
from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Choice, Known, MapValue, Unknown, Value
from stanchion.graph.default_tags import default_tags, tagged
from stanchion.graph.documents import with_documents
from stanchion.graph.mappings import Mappings, TypeMapping
from stanchion.graph.resource import MODULE, OUTPUT, PARAMETER, PROVIDER, Graph, Part, Resource, Shape
from stanchion.graph.satellites import Folding, Node
from stanchion.graph.shaping import Shaped, shaped
from stanchion.syntax.source import Span

_TEMPLATE_TYPES = {"parameter": PARAMETER, "output": OUTPUT, "provider": PROVIDER, "module": MODULE}

#: What a Terraform variable or output says, in the words of a CloudFormation template.
_TEMPLATE_NAMES = {
    "type": "Type",
    "default": "Default",
    "description": "Description",
    "sensitive": "NoEcho",
    "value": "Value",
}


def build(evaluated: Evaluated, mappings: Mappings) -> Graph:
    """The resource graph of one evaluated unit.

    Properties are worked out when they are first read. Every declaration stands in the graph, folded satellites too.
    """
    tags = default_tags(evaluated)
    declarations = [tagged(declaration, tags) for declaration in evaluated.declarations] if tags else None
    nodes = [node for each in declarations or evaluated.declarations for node in _nodes(each, mappings)]
    Folding(nodes, mappings).fold()
    return Graph(
        evaluated.framework,
        evaluated.name,
        [node.resource for node in nodes],
        problems=list(evaluated.problems),
        constraints=evaluated.constraints,
        unseen=list(evaluated.unseen),
        unknowns=list(evaluated.unknowns),
        files=evaluated.files,
        names=mappings.names,
    )


def _nodes(declaration: Declaration, mappings: Mappings) -> Iterator[Node]:
    """What a declaration makes: one resource, or one for each type that it may turn out to be, under a condition."""
    type_, mapping = _canonical(declaration, mappings)
    chosen = declaration.properties.entries.get(mapping.variant_by) if mapping is not None else None
    if mapping is None or not mapping.variants or not isinstance(chosen, Choice | Unknown):
        yield _node(declaration, type_, mapping, mappings)
        return
    open_ = Undecided(f"{declaration.address}.{mapping.variant_by}", tuple(mapping.variants))
    made_any = False
    for value, variant in mapping.variants.items():
        exists = all_of(declaration.exists, _chosen(chosen, value, open_))
        if exists is not False:
            made = mappings.rules_for(variant)
            yield _node(replace(declaration, exists=exists), made.type if made is not None else type_, made, mappings)
            made_any = True
    if not made_any:  # what it says it is, is nothing that there is
        yield _node(declaration, type_, mapping, mappings)


def _chosen(value: Value, wanted: str, open_: Undecided) -> Condition:
    """When a value that is not decided is the wanted text; `open_` has the name for it where it has none itself."""
    if isinstance(value, Choice):
        return any_of(*(all_of(guard, _chosen(arm, wanted, open_)) for guard, arm in value.arms))
    if isinstance(value, Unknown):
        name = value.variable.name if value.variable is not None else open_.name
        return Is(Undecided(name, open_.values), wanted)
    return isinstance(value, Known) and value.value == wanted


def _node(declaration: Declaration, type_: str, mapping: TypeMapping | None, mappings: Mappings) -> Node:
    node = Node(declaration, mapping)
    # a block of its own for each instance tells what one of several instances contributed
    block = Span(declaration.block.source, declaration.block.start, declaration.block.end)
    node.resource = Resource(
        declaration.address,
        type_,
        declaration.framework,
        declaration.type,
        declaration.name,
        lambda: node.shape(_own_shape),
        declaration.attributes,
        [Part(declaration.address, declaration.header, block)],
        declaration.exists,
        declaration.calls,
        declaration.provider,
        defaults=mappings.defaults(type_, _language(declaration)) if declaration.kind == "resource" else None,
    )
    return node


def _language(declaration: Declaration) -> str:
    """Whose defaults apply: the AWSCC provider of Terraform hands everything to CloudFormation's own handlers."""
    return "cloudformation" if declaration.type.startswith("awscc_") else declaration.framework


def _canonical(declaration: Declaration, mappings: Mappings) -> tuple[str, TypeMapping | None]:
    """The canonical type of a declaration, and how its attributes map."""
    if declaration.kind in _TEMPLATE_TYPES:
        return _TEMPLATE_TYPES[declaration.kind], None
    if declaration.kind == "data":
        return f"data.{declaration.type}", None
    if declaration.type.startswith("awscc_"):
        from stanchion.graph.awscc import mapping_of

        mapping = mapping_of(declaration.type, mappings)
    else:
        mapping = mappings.rules_for(declaration.type)
    if mapping is not None and mapping.variants:
        chosen = declaration.properties.entries.get(mapping.variant_by)
        if isinstance(chosen, Known) and str(chosen.value) in mapping.variants:
            mapping = mappings.rules_for(mapping.variants[str(chosen.value)])
    return (mapping.type if mapping is not None else declaration.type), mapping


def _own_shape(declaration: Declaration, mapping: TypeMapping | None) -> Shape:
    """What a declaration says by itself, under canonical names."""
    body = declaration.properties
    if declaration.kind in ("parameter", "output") and declaration.framework.startswith("terraform"):
        return _shape(shaped(body, _TEMPLATE_NAMES), body)
    if mapping is None or not declaration.framework.startswith("terraform"):
        if "::" in declaration.type and declaration.kind == "resource":
            return Shape(with_documents(declaration.type, body), None)
        return Shape(body, body if declaration.kind in ("resource", "data") else None)
    result = shaped(body, mapping.attributes, declaration.address)
    if not mapping.attributes:
        return Shape(body, body)
    return _shape(result, body)


def _shape(result: Shaped, body: MapValue) -> Shape:
    def made(entries: dict[str, Value], places: object) -> MapValue:
        kept = places if isinstance(places, dict) else None
        return MapValue(entries, body.origin, body.references, body.sensitive, body.kind, kept, body.rest)

    left_places = {name: place for name, place in (body.places or {}).items() if name in result.left}
    return Shape(made(result.entries, result.places), made(result.left, left_places))
