"""Normalisation: the declarations of a unit, in either language, become the resource graph."""

from __future__ import annotations

from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Known, MapValue, Value
from stanchion.graph.default_tags import default_tags, tagged
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
    nodes = [_node(declaration, mappings) for declaration in declarations or evaluated.declarations]
    Folding(nodes, mappings).fold()
    return Graph(
        evaluated.framework,
        evaluated.name,
        [node.resource for node in nodes],
        problems=list(evaluated.problems),
        constraints=list(evaluated.constraints),
        unseen=list(evaluated.unseen),
        unknowns=list(evaluated.unknowns),
        files=evaluated.files,
        names=mappings.names,
    )


def _node(declaration: Declaration, mappings: Mappings) -> Node:
    type_, mapping = _canonical(declaration, mappings)
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
        return Shape(body, body if declaration.kind in ("resource", "data") and "::" not in declaration.type else None)
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
