"""From what a policy would change to edits of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from stanchion.fixing import elements, terraform
from stanchion.fixing.names import Step, steps
from stanchion.fixing.targets import template_entry
from stanchion.graph.mappings import Mappings
from stanchion.graph.resource import Graph, Resource
from stanchion.judging.finding import POSSIBLE, Finding
from stanchion.patching import documents
from stanchion.patching.edits import Edit
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.reading import SourceTree
from stanchion.worlds.change import Append, Beside, Change, Data, Remove, Set

SAFE, UNSAFE = "safe", "unsafe"
#: What is made in one file: the edits of some changes.
Made = tuple[Path, list[Edit]]


class TextFix(NamedTuple):
    """A mending as edits.

    `effect` says what it does beside mending, "" for a safe one; `secrets` are the pieces of lines that it takes out
    with a secret in them, which nobody should be shown.
    """

    finding: Finding
    edits: tuple[Edit, ...]
    path: Path
    effect: str
    secrets: tuple[str, ...] = ()

    @property
    def applicability(self) -> str:
        """ "safe", or "unsafe" for what replaces the resource or changes how things behave."""
        return UNSAFE if self.effect else SAFE


def fixer(
    graphs: Iterable[Graph], tree: SourceTree, mappings: Mappings | None = None
) -> Callable[[Finding], TextFix | None]:
    """What gives the fix of a finding of these graphs, None for one that has none, is only possible or suppressed."""
    by_name = {graph.name: graph for graph in graphs}
    mappings = mappings if mappings is not None else Mappings.load()

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
    changes = finding.fix.changes
    made = _made(changes, resource, graph, tree, mappings)
    if not made or len({path for path, _ in made}) > 1:
        return None
    edits = tuple(dict.fromkeys(edit for _, several in made for edit in several))
    effects = [finding.fix.effect, *(_replaced(change, resource) for change in changes)]
    effect = "; ".join(dict.fromkeys(filter(None, effects)))
    secret = any(isinstance(change, Remove) and change.secret for change in changes)
    return TextFix(finding, edits, made[0][0], effect, _taken_out(edits) if secret else ()) if edits else None


def _made(
    changes: Sequence[Change], resource: Resource, graph: Graph, tree: SourceTree, mappings: Mappings
) -> list[Made] | None:
    """The edits of all changes, or None where one of them cannot be made."""
    gone = [steps(change.path) for change in changes if isinstance(change, Remove) and change.path.endswith("]")]
    others = [change for change in changes if not (isinstance(change, Remove) and change.path.endswith("]"))]
    made: list[Made] = []
    if gone:
        without = elements.without(gone, resource, graph, tree)
        if without is None:
            return None
        made.append(without)
    if not others:
        return made
    if resource.framework == "cloudformation":
        found = _in_template(others, resource, tree)
    elif resource.framework == "terraform":
        found = terraform.changed(others, resource, graph, tree, mappings)
    else:
        return None
    return None if found is None else made + found


def _replaced(change: Change, resource: Resource) -> str:
    """Whether a change replaces the resource, by the schema of its type."""
    if not resource.type.startswith("AWS::") or isinstance(change, Beside):
        return ""
    path = steps(change.path)
    if isinstance(change, Remove) and path[-1][1] is not None and elements.stands_alone(resource, path):
        return ""
    from stanchion.graph.schemas import create_only, may_be_create_only, schema

    if schema(resource.type) is None:
        return f"may replace the resource: the schema of {resource.type} is not at hand"
    name = ".".join(step for step, _ in path)
    parts = {name, *(name[:at] for at, letter in enumerate(name) if letter == ".")}
    if parts & create_only(resource.type):
        return f"replaces the resource: {name} can be set only when it is made"
    if parts & may_be_create_only(resource.type):
        return f"may replace the resource: {name} cannot always be changed in place"
    return ""


def _taken_out(edits: Sequence[Edit]) -> tuple[str, ...]:
    """The pieces of lines that edits take out."""
    lines = (line.strip() for edit in edits for line in edit.source.text[edit.start : edit.end].splitlines())
    return tuple(line for line in lines if line)


def _in_template(changes: Sequence[Change], resource: Resource, tree: SourceTree) -> list[Made] | None:
    place = template_entry(resource.parts[0], tree)
    if place is None or not isinstance(place.node, Mapping):
        return None
    declared = place.node.get("Type")
    if not resource.type.startswith("Template::") and getattr(declared, "text", "") != resource.type:
        return None  # what a transform made of something else stands nowhere by itself
    node, is_json = place.node, place.is_json
    prefix = () if resource.type.startswith("Template::") else ("Properties",)
    sets: list[tuple[documents.Way, Data]] = []
    made: list[list[Edit] | None] = []
    for change in changes:
        if isinstance(change, Beside):
            return None
        way = (*prefix, *_document_way(steps(change.path)))
        if isinstance(change, Set):
            sets.append((way, change.value))
        elif isinstance(change, Append):
            made.append(documents.append_item(node, way, change.item, is_json))
        else:
            made.append(documents.remove_entry(node, way))
    if sets:
        made.append(documents.set_entries(node, sets, is_json))
    found = [each for each in made if each]
    return [(place.path, each) for each in found] if len(found) == len(made) else None


def _document_way(path: tuple[Step, ...]) -> documents.Way:
    way: list[str | int] = []
    for name, number in path:
        way += [name] if number is None else [name, number]
    return tuple(way)
