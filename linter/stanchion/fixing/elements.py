"""Elements taken out of list properties: with what they are written by, an item, a nested block or a whole resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from stanchion.evaluation.values import Choice, ListValue, MapValue, Value, is_null
from stanchion.fixing.names import Step
from stanchion.fixing.targets import path_of
from stanchion.graph.resource import Graph, Resource
from stanchion.patching import documents, hcl
from stanchion.patching.edits import Edit
from stanchion.syntax.document.nodes import Mapping, Node
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.hcl.nodes import Attribute, Block, Body, TupleCons
from stanchion.syntax.hcl.walk import walk
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Source, Span, span_of

Made = tuple[Path, list[Edit]]


def stands_alone(resource: Resource, path: tuple[Step, ...]) -> bool:
    """Whether an element is a resource of its own, that goes as a whole."""
    listed = resource.properties.entries.get(path[0][0])
    items = listed.items if isinstance(listed, ListValue) else ()
    number = path[0][1] or 0
    element = _single(items[number]) if number < len(items) else None
    block = resource.parts[0].block
    at = element.origin if element is not None else None
    return at is not None and ((at.start, at.end) == (block.start, block.end) or at.source is not block.source)


def without(paths: Sequence[tuple[Step, ...]], resource: Resource, graph: Graph, tree: SourceTree) -> Made | None:
    """The edits that take elements of one list property out; None where they are not written one by one.

    Several elements may be written at one place: a Terraform rule with two CIDRs is two rules.
    """
    if any(len(path) != 1 for path in paths) or len({path[0][0] for path in paths}) != 1:
        return None
    listed = resource.properties.entries.get(paths[0][0][0])
    if not isinstance(listed, ListValue):
        return None
    elements = [_single(item) for item in listed.items]
    gone = {path[0][1] for path in paths}
    made: list[Made] = []
    for indexes in _by_place(elements):
        taken = [index for index in indexes if index in gone]
        if not taken:
            continue
        chosen = [element for index in taken if (element := elements[index]) is not None]
        if len(taken) == len(indexes):
            found = _whole(chosen[0], resource, graph, tree)
        else:
            found = _parts(chosen, resource, tree)
        if found is None:
            return None
        made.append(found)
    if not made or len({path for path, _ in made}) > 1:
        return None
    return made[0][0], [edit for _, edits in made for edit in edits]


def _single(value: Value) -> MapValue | None:
    """The object that a value is, or may be: one that hangs on a condition is still written once."""
    if isinstance(value, Choice):
        arms = [arm for _, arm in value.arms if not is_null(arm)]
        return _single(arms[0]) if len(arms) == 1 else None
    return value if isinstance(value, MapValue) and value.origin is not None else None


def _by_place(elements: Sequence[MapValue | None]) -> Iterator[list[int]]:
    groups: dict[object, list[int]] = {}
    for index, element in enumerate(elements):
        if element is not None and element.origin is not None:
            at = element.origin
            groups.setdefault((at.source.path, at.start, at.end), []).append(index)
    yield from groups.values()


def _whole(element: MapValue, resource: Resource, graph: Graph, tree: SourceTree) -> Made | None:
    """Everything that an element is written by."""
    assert element.origin is not None
    span = span_of(element.origin)
    path = path_of(span, tree)
    if path is None or not any(part for part in resource.parts_at(span)):
        return None
    if resource.framework == "cloudformation":
        return _template_item(path, span, resource, graph, tree)
    body = tree.hcl(path).tree
    if body is None or path.suffix == ".json":
        return None
    way = _blocks_at(body, span)
    if not way or (way[-1].start, way[-1].end) != (span.start, span.end) or any(b.type == "dynamic" for b in way):
        return None
    block = way[-1]
    if len(way) == 1 and (block.type != "resource" or _is_mentioned(block, graph, tree)):
        return None
    return path, [hcl.without_block(block)]


def _blocks_at(body: Body, span: Located) -> list[Block]:
    """The blocks around a place, from the outermost."""
    way: list[Block] = []
    here: Body | None = body
    while here is not None:
        inside = next((block for block in here.blocks if block.start <= span.start and span.end <= block.end), None)
        if inside is not None:
            way.append(inside)
        here = inside.body if inside is not None else None
    return way


def _is_mentioned(block: Block, graph: Graph, tree: SourceTree) -> bool:
    """Whether a resource is named anywhere else in its unit, by a reference, `depends_on` or a `moved` block."""
    wanted = f"{block.label(0)}.{block.label(1)}"
    for file in graph.files:
        shown = Path(file)
        path = shown if shown.is_absolute() else tree.base / shown
        source = tree.source(path)
        text = source.text if isinstance(source, Source) else ""
        spots = _spots(text, wanted, (block.start, block.end) if source is block.source else (0, 0))
        if spots and (path.suffix == ".json" or _is_referred_to(spots, tree.hcl(path).tree)):
            return True
    return False


def _spots(text: str, wanted: str, without: tuple[int, int]) -> set[int]:
    """Where a name stands in a text, outside of a stretch of it. Cheap: most resources are named nowhere else."""
    found: set[int] = set()
    at = text.find(wanted)
    while at >= 0:
        behind = text[at + len(wanted) : at + len(wanted) + 1]
        if not without[0] <= at < without[1] and not (behind.isalnum() or behind in ("_", "-")):
            found.add(at)
        at = text.find(wanted, at + 1)
    return found


def _is_referred_to(spots: set[int], body: Body | None) -> bool:
    """Whether an expression begins at one of the spots: a name in a comment or a text is no reference."""
    pending = [body] if body is not None else []
    while pending:
        here = pending.pop()
        for attribute in here.attributes.values():
            if any(attribute.value.start <= spot < attribute.value.end for spot in spots) and any(
                node.start in spots for node in walk(attribute.value)
            ):
                return True
        pending.extend(inner.body for inner in here.blocks)
    return False


def _parts(chosen: Sequence[MapValue], resource: Resource, tree: SourceTree) -> Made | None:
    """Some of the elements that one block writes: the items of its lists that they stand for."""
    if resource.framework != "terraform":
        return None
    origin = chosen[0].origin
    assert origin is not None
    path = path_of(span_of(origin), tree)
    body = tree.hcl(path).tree if path is not None and path.suffix != ".json" else None
    way = _blocks_at(body, origin) if body is not None else []
    if path is None or not way or any(block.type == "dynamic" for block in way):
        return None
    inside = way[-1].body
    spots = {(place.start, place.end) for element in chosen for place in (element.places or {}).values()}
    edits: list[Edit] = []
    found = 0
    for attribute in inside.attributes.values():
        if not isinstance(attribute.value, TupleCons):
            continue
        items = attribute.value.items
        gone = [index for index, item in enumerate(items) if (item.start, item.end) in spots]
        found += len(gone)
        edits += _without_items(way[-1], attribute, gone) if gone else []
    return (path, edits) if found == len(chosen) else None


def _without_items(block: Block, attribute: Attribute, gone: Sequence[int]) -> list[Edit]:
    assert isinstance(attribute.value, TupleCons)
    items = attribute.value.items
    if len(gone) == len(items):
        return hcl.remove_argument(block, ((), attribute.name)) or []
    return documents.without_elements(items, gone)


def _template_item(path: Path, span: Span, resource: Resource, graph: Graph, tree: SourceTree) -> Made | None:
    """An element of a list of a template, or a resource of its own to which nothing refers."""
    root = tree.document(path)[0]
    resources = root.get("Resources") if isinstance(root, Mapping) else None
    if not isinstance(resources, Mapping):
        return None
    for name, entry in resources.entries.items():
        if (entry.start, entry.end) == (span.start, span.end):
            if len(resources.entries) < 2 or _is_needed(name, graph):
                return None
            made = documents.remove_entry(resources, (name,))
            return (path, made) if made else None
    found = _item_at(resources, span)
    if found is None:
        return None
    holder, key, index = found
    made = documents.remove_items(holder, key, [index])
    return (path, made) if made else None


def _is_needed(name: str, graph: Graph) -> bool:
    from stanchion.evaluation.values import Known

    for resource in graph.resources:
        needed = resource.attributes.entries.get("DependsOn")
        listed = needed.items if isinstance(needed, ListValue) else (needed,)
        if any(isinstance(each, Known) and each.value == name for each in listed):
            return True
    return bool(graph.incoming.get(name))


def _item_at(node: Node, span: Span) -> tuple[Mapping, str, int] | None:
    """The list entry, and the number in it, of an element with a span."""
    here: Node | None = node
    while here is not None:
        following: Node | None = None
        if isinstance(here, Mapping):
            for key, entry in here.entries.items():
                value = entry.value
                if not (value.start <= span.start and span.end <= value.end):
                    continue
                if isinstance(value, Array):
                    for index, item in enumerate(value.items):
                        if (item.start, item.end) == (span.start, span.end):
                            return here, key, index
                following = value
                break
        elif isinstance(here, Array):
            following = next((item for item in here.items if item.start <= span.start and span.end <= item.end), None)
        here = following
    return None
