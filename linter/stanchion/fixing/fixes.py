"""From what a policy would change to edits of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from stanchion.evaluation.conditions import Scalar
from stanchion.fixing import documents, hcl
from stanchion.fixing.edits import Edit
from stanchion.fixing.names import Step, arguments, steps
from stanchion.fixing.targets import Place, template_entry, terraform_block, terraform_object
from stanchion.graph.mappings import Mappings, TypeMapping
from stanchion.graph.resource import OUTPUT, PARAMETER, PROVIDER, Graph, Part, Resource
from stanchion.policy.finding import POSSIBLE, Finding
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.reading import SourceTree
from stanchion.worlds.change import Change, Set

SAFE, UNSAFE = "safe", "unsafe"
#: What Terraform calls what CloudFormation's templates say of parameters and outputs.
_DECLARED = {"NoEcho": "sensitive", "Default": "default", "Description": "description"}
_KINDS = {PARAMETER: "variable", OUTPUT: "output", PROVIDER: "provider"}


class TextFix(NamedTuple):
    """A mending as edits. `effect` says what it does beside mending, "" for a safe one."""

    finding: Finding
    edits: tuple[Edit, ...]
    path: Path
    effect: str

    @property
    def applicability(self) -> str:
        """ "safe", or "unsafe" for what replaces the resource or changes how things behave."""
        return UNSAFE if self.effect else SAFE


def fixer(graphs: Iterable[Graph], tree: SourceTree) -> Callable[[Finding], TextFix | None]:
    """What gives the fix of a finding of these graphs, None for one that has none, is only possible or suppressed."""
    by_name = {graph.name: graph for graph in graphs}
    mappings = Mappings.load()

    def fix(finding: Finding) -> TextFix | None:
        graph = by_name.get(finding.unit)
        if graph is None or finding.fix is None or finding.suppressed is not None or finding.certainty == POSSIBLE:
            return None
        return fix_of(finding, graph, tree, mappings)

    return fix


def fix_of(finding: Finding, graph: Graph, tree: SourceTree, mappings: Mappings) -> TextFix | None:
    """The edits that mend a finding; None where there is no one obvious change, or none that can be written down."""
    if finding.fix is None:
        return None
    resource = graph.by_address.get(finding.fix.resource)
    if resource is None:
        return None
    edits: list[Edit] = []
    path: Path | None = None
    companions: dict[str, list[Change]] = {}
    made: list[tuple[Path, list[Edit]] | None] = []
    for change in finding.fix.changes:
        found = _edits(change, resource, graph, tree, mappings)
        if isinstance(found, str):
            companions.setdefault(found, []).append(change)
        else:
            made.append(found)
    made += [_companion(type_, changes, resource, tree, mappings) for type_, changes in companions.items()]
    for each in made:
        if each is None or (path is not None and each[0] != path):
            return None
        path = each[0]
        edits += each[1]
    effects = [finding.fix.effect, *(_replaced(change, resource) for change in finding.fix.changes)]
    effect = "; ".join(dict.fromkeys(filter(None, effects)))
    return TextFix(finding, tuple(edits), path, effect) if path is not None and edits else None


def _replaced(change: Change, resource: Resource) -> str:
    """Whether a change replaces the resource, by the schema of its type."""
    if "::" not in resource.type or resource.type in _KINDS:
        return ""
    from stanchion.graph.schemas import create_only

    name = ".".join(step for step, _ in steps(change.path))
    fixed = create_only(resource.type)
    first = name.partition(".")[0]
    return f"replaces the resource: {name} can be set only when it is made" if {name, first} & fixed else ""


def _edits(
    change: Change, resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings
) -> tuple[Path, list[Edit]] | str | None:
    """The file and the edits of it; the type of a companion that has to be written for it; None where it cannot be."""
    if resource.framework == "cloudformation":
        return _in_template(change, resource, tree)
    if resource.framework != "terraform":
        return None
    if resource.type in _KINDS:
        way: hcl.Way = ((), _DECLARED.get(change.path, change.path))
        value = change.value if isinstance(change, Set) else None
        return _in_terraform(change, resource.parts[0], graph, way, value, tree)
    return _in_resource(change, resource, graph, tree, mappings)


def _in_template(change: Change, resource: Resource, tree: SourceTree) -> tuple[Path, list[Edit]] | None:
    place = template_entry(resource.parts[0], tree)
    if place is None or not isinstance(place.node, Mapping) or "Serverless" in resource.source_type:
        return None
    way = _document_way(steps(change.path))
    if resource.type not in _KINDS:
        way = ("Properties", *way)
    return _in_document(change, place, place.node, way)


def _document_way(path: tuple[Step, ...]) -> documents.Way:
    way: list[str | int] = []
    for name, number in path:
        way += [name] if number is None else [name, number]
    return tuple(way)


def _in_document(change: Change, place: Place, node: Mapping, way: documents.Way) -> tuple[Path, list[Edit]] | None:
    is_json = place.path.suffix == ".json" or place.node.source.text.lstrip()[:1] == "{"
    if isinstance(change, Set):
        made = documents.set_entry(node, way, change.value, is_json)
    else:
        made = documents.remove_entry(node, way)
    return (place.path, made) if made else None


def _in_resource(
    change: Change, resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings
) -> tuple[Path, list[Edit]] | str | None:
    """In the block, or companion, that says the property; else in a companion made for it; else in its own block."""
    path, value = steps(change.path), change.value if isinstance(change, Set) else None
    ways: list[tuple[Part, hcl.Way, Scalar]] = []
    for part in [*resource.parts[1:], resource.parts[0]]:
        mapping = _mapping(graph.by_address[part.address].source_type, mappings)
        if mapping is None or (mapping.fold is not None and mapping.fold.item and part is not resource.parts[0]):
            continue
        ways += [(part, way, said) for way, said in arguments(mapping.attributes, path, value)]
    for part, way, said in ways:
        if _is_written(part, way, tree):
            return _in_terraform(change, part, graph, way, said, tree)
    if not isinstance(change, Set):
        return None
    for part, way, said in ways:
        if part is not resource.parts[0]:
            return _in_terraform(change, part, graph, way, said, tree)
    for type_ in _companions(resource, mappings):
        mapping = mappings.rules_for(type_)
        if mapping is not None and next(arguments(mapping.attributes, path, change.value), None) is not None:
            return type_
    return next((_in_terraform(change, part, graph, way, said, tree) for part, way, said in ways), None)


def _mapping(type_: str, mappings: Mappings) -> TypeMapping | None:
    if type_.startswith("awscc_"):
        from stanchion.graph.awscc import mapping_of

        return mapping_of(type_, mappings)
    return mappings.rules_for(type_)


def _is_written(part: Part, way: hcl.Way, tree: SourceTree) -> bool:
    place = terraform_block(part, tree)
    if place is None or not isinstance(place.node, Block):
        return False
    block = place.node
    for type_, index in way[0]:
        inner = block.body.of_type(type_)
        if index >= len(inner):
            return False
        block = inner[index]
    return way[1] in block.body.attributes or bool(block.body.of_type(way[1]))


def _in_terraform(
    change: Change, part: Part, graph: Graph, way: hcl.Way, value: Scalar, tree: SourceTree
) -> tuple[Path, list[Edit]] | None:
    place = terraform_block(part, tree)
    if place is not None and isinstance(place.node, Block):
        if isinstance(change, Set):
            made = hcl.set_argument(place.node, way, value)
        else:
            made = hcl.remove_argument(place.node, way)
        return (place.path, made) if made else None
    owner = graph.by_address[part.address]
    kind = _KINDS.get(owner.type, "resource")
    found = terraform_object(part, owner.source_type if kind == "resource" else "", owner.name, kind, tree)
    if found is None or not isinstance(found.node, Mapping) or any(index for _, index in way[0]):
        return None
    keys = (*(name for name, _ in way[0]), way[1])
    return _in_document(change._replace(value=value) if isinstance(change, Set) else change, found, found.node, keys)


def _companions(resource: Resource, mappings: Mappings) -> Iterator[str]:
    """The types that configure one side each of a resource, and are nothing by themselves."""
    if resource.source_type.startswith("awscc_"):
        return
    for type_ in mappings.folding_into(resource.type):
        fold = mappings.fold(type_)
        if fold is not None and not fold.item and not fold.keep and len(fold.by) == 1 and type_.startswith("aws_"):
            yield type_


def _companion(
    type_: str, changes: list[Change], resource: Resource, tree: SourceTree, mappings: Mappings
) -> tuple[Path, list[Edit]] | None:
    """A new companion behind the block of a resource; None where one of its name is there, or one would not do."""
    mapping, place = mappings.rules_for(type_), terraform_block(resource.parts[0], tree)
    if mapping is None or mapping.fold is None or place is None or not isinstance(place.node, Block):
        return None
    block = place.node
    body = tree.hcl(place.path).tree
    if {"count", "for_each"} & set(block.body.attributes) or body is None:
        return None
    if any(other.label(0) == type_ and other.label(1) == block.label(1) for other in body.blocks):
        return None
    said = [next(arguments(mapping.attributes, steps(c.path), c.value)) for c in changes if isinstance(c, Set)]
    return place.path, hcl.resource_beside(block, type_, mapping.fold.by[0], said)
