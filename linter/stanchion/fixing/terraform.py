"""Changes of resources that are written in Terraform, in its native syntax or in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from stanchion.evaluation.conditions import Scalar
from stanchion.fixing.names import Step, arguments, steps
from stanchion.fixing.targets import Place, terraform_block, terraform_object
from stanchion.graph.awscc import snake
from stanchion.graph.mappings import Mappings
from stanchion.graph.resource import OUTPUT, PARAMETER, PROVIDER, Graph, Part, Resource
from stanchion.graph.satellites import bare
from stanchion.patching import documents, hcl
from stanchion.patching.edits import Edit
from stanchion.patching.hcl import Content, Expression, Way
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.reading import SourceTree
from stanchion.worlds.change import Append, Beside, Change, Data, Set

#: What Terraform calls what CloudFormation's templates say of parameters and outputs.
_DECLARED = {"NoEcho": "sensitive", "Default": "default", "Description": "description"}
_KINDS = {PARAMETER: "variable", OUTPUT: "output", PROVIDER: "provider"}
#: The endings of names in CloudFormation that say by what a reference names a resource.
_BY_ARN = "Arn"
Made = tuple[Path, list[Edit]]
#: Where a property is said: in a part of the resource, by a way, as a value in Terraform's words.
Said = tuple[Part, Way, Scalar]


def changed(
    changes: Sequence[Change], resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings
) -> list[Made] | None:
    """The edits that make some changes of a resource, None where one of them cannot be made."""
    made: list[Made | None] = []
    sets: dict[str, list[Said]] = {}
    companions: dict[str, list[tuple[Way, Scalar]]] = {}
    for change in changes:
        if isinstance(change, Beside):
            made.append(_beside(change, resource, graph, tree, mappings))
        elif isinstance(change, Append):
            made.append(_appended(change, resource, graph, tree, mappings))
        else:
            found = _said(change, resource, graph, tree, mappings)
            if found is None:
                return None
            if isinstance(found, str):
                mapping = mappings.rules_for(found)
                rules = mapping.attributes if mapping is not None else {}
                value = change.value if isinstance(change, Set) else None
                companions.setdefault(found, []).append(next(arguments(rules, steps(change.path), value)))
            elif isinstance(change, Set):
                sets.setdefault(found[0].address, []).append(found)
            else:
                made.append(_removed(found, graph, tree))
    made += [_set(several, graph, tree) for several in sets.values()]
    for type_, said in companions.items():
        mapping = mappings.rules_for(type_)
        pointer = mapping.fold.by[0] if mapping is not None and mapping.fold is not None else ""
        made.append(_written(type_, pointer, ".id", hcl.content_of(said), resource, graph, tree))
    kept = [each for each in made if each is not None and each[1]]
    return kept if len(kept) == len(made) else None


def _holder(part: Part, graph: Graph, tree: SourceTree) -> Place | None:
    """The block or object that a part of a resource is written as."""
    place = terraform_block(part, tree)
    if place is not None:
        return place
    owner = graph.by_address[part.address]
    kind = _KINDS.get(owner.type, "resource")
    return terraform_object(part, owner.source_type if kind == "resource" else "", owner.name, kind, tree)


def _said(change: Change, resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings) -> Said | str | None:
    """In the block, or companion, that says the property; else a companion of that type; else in its own block."""
    assert not isinstance(change, Beside)
    value = change.value if isinstance(change, Set) else None
    own = resource.parts[0]
    if resource.type in _KINDS:
        return own, ((), _DECLARED.get(change.path, change.path)), value
    path = steps(change.path)
    ways: list[Said] = []
    for part in [*resource.parts[1:], own]:
        source_type = graph.by_address[part.address].source_type
        if source_type.startswith("awscc_"):
            ways += [(part, way, value) for way in _same_names(part, path, graph, tree)]
            continue
        mapping = mappings.rules_for(source_type)
        if mapping is None or (mapping.fold is not None and mapping.fold.item and part is not own):
            continue
        ways += [(part, way, said) for way, said in arguments(mapping.attributes, path, value)]
    for found in ways:
        if _is_written(found, graph, tree):
            return found
    if not isinstance(change, Set):
        return None
    for found in ways:
        if found[0] is not own:
            return found
    for type_ in _companions(resource, mappings):
        mapping = mappings.rules_for(type_)
        if mapping is not None and next(arguments(mapping.attributes, path, value), None) is not None:
            return type_
    return next(iter(ways), None)


def _same_names(part: Part, path: tuple[Step, ...], graph: Graph, tree: SourceTree) -> Iterator[Way]:
    """The argument of the `awscc` provider, which has CloudFormation's names in snake case, for a plain property.

    Where it puts underscores at digits and acronyms is its own affair: such a name has to stand there already.
    """
    place = _holder(part, graph, tree)
    if place is None or len(path) != 1 or path[0][1] is not None:
        return
    wanted = path[0][0]
    names = place.node.body.attributes if isinstance(place.node, Block) else place.node.entries
    written = next((name for name in names if name.replace("_", "") == wanted.lower()), None)
    if written is not None:
        yield (), written
    elif re.fullmatch(r"([A-Z][a-z]+)+", wanted):
        yield (), snake(wanted)


def _is_written(said: Said, graph: Graph, tree: SourceTree) -> bool:
    part, (blocks, name), _ = said
    place = _holder(part, graph, tree)
    if place is None:
        return False
    if isinstance(place.node, Mapping):
        way = _keys(place.node, (blocks, name))
        here: object = place.node
        for key in way or ():
            if isinstance(key, int):
                here = here.items[key] if isinstance(here, Array) and key < len(here.items) else None
            else:
                here = here.get(key) if isinstance(here, Mapping) else None
        return way is not None and here is not None
    block: Block = place.node
    for type_, index in blocks:
        inner = block.body.of_type(type_)
        if index >= len(inner):
            return False
        block = inner[index]
    return name in block.body.attributes or bool(block.body.of_type(name))


def _keys(node: Mapping, way: Way) -> documents.Way | None:
    """A way in Terraform's JSON syntax, where a nested block is an object, or one of several in an array."""
    keys: list[str | int] = []
    here: object = node
    for type_, index in way[0]:
        keys.append(type_)
        here = here.get(type_) if isinstance(here, Mapping) else None
        if isinstance(here, Array):
            keys.append(index)
            here = here.items[index] if index < len(here.items) else None
        elif index:
            return None
    return (*keys, way[1])


def _set(several: Sequence[Said], graph: Graph, tree: SourceTree) -> Made | None:
    place = _holder(several[0][0], graph, tree)
    if place is None:
        return None
    if isinstance(place.node, Block):
        made = hcl.set_arguments(place.node, [(way, value) for _, way, value in several])
        return (place.path, made) if made else None
    ways = [(_keys(place.node, way), value) for _, way, value in several]
    known = [(way, value) for way, value in ways if way is not None]
    if len(known) < len(ways):
        return None
    made = documents.set_entries(place.node, known, True, templates=True)
    return (place.path, made) if made else None


def _removed(said: Said, graph: Graph, tree: SourceTree) -> Made | None:
    part, way, _ = said
    place = _holder(part, graph, tree)
    if place is None:
        return None
    if isinstance(place.node, Block):
        made = hcl.remove_argument(place.node, way)
    else:
        keys = _keys(place.node, way)
        made = documents.remove_entry(place.node, keys) if keys is not None else None
    return (place.path, made) if made else None


def _companions(resource: Resource, mappings: Mappings) -> Iterator[str]:
    """The types that configure one side each of a resource, and are nothing by themselves."""
    if resource.source_type.startswith("awscc_"):
        return
    for type_ in mappings.folding_into(resource.type):
        fold = mappings.fold(type_)
        if fold is not None and not fold.item and not fold.keep and len(fold.by) == 1 and type_.startswith("aws_"):
            yield type_


def _appended(change: Append, resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings) -> Made | None:
    """One more nested block."""
    mapping = mappings.rules_for(resource.source_type)
    place = _holder(resource.parts[0], graph, tree)
    if mapping is None or place is None:
        return None
    said: list[tuple[Way, Any]] = []
    for path, value in _leaves(change.item, f"{change.path}[0]"):
        found = next(arguments(mapping.attributes, steps(path), value), None)  # type: ignore[arg-type]
        if found is None:
            return None
        said.append(found)
    content = hcl.content_of(said)
    if len(content) != 1:
        return None
    type_, bodies = next(iter(content.items()))
    assert isinstance(bodies, list)
    if isinstance(place.node, Mapping):
        made = documents.append_item(place.node, (type_,), _plain(bodies[0]), True)
    elif type_ in place.node.body.attributes:
        return None
    else:
        made = hcl.append_block(place.node, type_, bodies[0])
    return (place.path, made) if made else None


def _leaves(item: Data, path: str) -> Iterator[tuple[str, Data]]:
    """The scalars, and lists of them, in a structure, by their paths."""
    if isinstance(item, dict):
        for key, value in item.items():
            yield from _leaves(value, f"{path}.{key}")
    elif isinstance(item, list | tuple) and item and isinstance(item[0], dict):
        for index, value in enumerate(item):
            yield from _leaves(value, f"{path}[{index}]")
    else:
        yield path, item


def _beside(change: Beside, resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings) -> Made | None:
    """A resource of the canonical type; of two types for it, the one that is what is asked for by being what it is."""
    best: tuple[int, str, str, Content] | None = None
    for type_ in mappings.of_type(change.type):
        mapping = mappings.rules_for(type_)
        if mapping is None or "/" in type_:
            continue
        constants = mapping.attributes.get("=", {})
        if any(change.properties.get(name) != value for name, value in constants.items()):
            continue
        asked = {name: value for name, value in change.properties.items() if name not in constants}
        said = [next(arguments(mapping.attributes, steps(name), value), None) for name, value in asked.items()]
        pointer = next(arguments(mapping.attributes, steps(change.pointer), None), None)
        known = [each for each in said if each is not None]
        if pointer is None or pointer[0][0] or len(known) < len(said):
            continue
        if best is None or len(constants) > best[0]:
            best = (len(constants), type_, pointer[0][1], hcl.content_of(known))
    if best is None:
        return None
    attribute = ".arn" if change.pointer.endswith(_BY_ARN) else ".id"
    return _written(best[1], best[2], attribute, best[3], resource, graph, tree)


def _written(
    type_: str, pointer: str, attribute: str, content: Content, resource: Resource, graph: Graph, tree: SourceTree
) -> Made | None:
    """A resource right behind another one, under the same name; None where that name is taken."""
    place = _holder(resource.parts[0], graph, tree)
    own = f"{resource.source_type}.{resource.name}"
    address = bare(resource.address)
    wanted = f"{address.removesuffix(own)}{type_}.{resource.name}"
    if place is None or not pointer or wanted in _addresses(graph):
        return None
    names = place.node.body.attributes if isinstance(place.node, Block) else place.node.entries
    meta: dict[str, Expression] = {}
    reference = f"{own}{attribute}"
    if "count" in names:
        meta["count"] = Expression(f"length({own})")
        reference = f"{own}[count.index]{attribute}"
    elif "for_each" in names:
        meta["for_each"] = Expression(own)
        reference = f"each.value{attribute}"
    whole: Content = {pointer: Expression(reference), **content}
    if isinstance(place.node, Block):
        provider = place.node.body.attributes.get("provider")
        if provider is not None:
            written = provider.source.text[provider.value.start : provider.value.end]
            meta["provider"] = Expression(written)
        return place.path, hcl.resource_beside(place.node, type_, whole, meta)
    root = tree.document(place.path)[0]
    if not isinstance(root, Mapping) or "provider" in names:
        return None
    data = {name: f"${{{value}}}" for name, value in meta.items()} | _plain(whole)
    made = documents.set_entries(root, [(("resource", type_, resource.name), data)], True)
    return (place.path, made) if made else None


@lru_cache(maxsize=2)
def _addresses(graph: Graph) -> frozenset[str]:
    """The addresses of all resources of a graph, without the keys of instances."""
    return frozenset(bare(resource.address) for resource in graph.resources)


def _plain(content: Content | Any) -> Any:
    """A content as JSON has it."""
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return f"${{{content}}}" if isinstance(content, Expression) else content
