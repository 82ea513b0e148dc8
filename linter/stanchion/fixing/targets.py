"""Where in the sources a resource stands: the block, or the mapping, that a change of it has to be made in."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from stanchion.graph.resource import Part
from stanchion.syntax.document.nodes import Mapping, Node
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Source, Span

#: The sections of a template whose entries can be changed.
SECTIONS = ("Resources", "Parameters", "Outputs")
#: Where Terraform keeps the modules and providers that it fetched.
FETCHED = ".terraform"
#: The file that marks a directory as a cloud assembly (AWS CDK, "Cloud assembly").
ASSEMBLY = "cdk.out"


class Place(NamedTuple):
    """A file, and the block or mapping in it."""

    path: Path
    node: Block | Mapping

    @property
    def is_json(self) -> bool:
        """Whether the file is JSON, whatever it is called."""
        return self.path.suffix == ".json" or self.node.source.text.lstrip()[:1] == "{"


def path_of(span: Span, tree: SourceTree) -> Path | None:
    """The file that a span lies in. None where its text is not the file's own (a template inside a text), and where
    nobody edits the file: modules that Terraform fetched, and what the CDK made, are written anew by the next run.
    """
    path = Path(span.source.path)
    path = path if path.is_absolute() else tree.base / path
    if FETCHED in path.parts or tree.exists(path.parent / ASSEMBLY):
        return None
    source = tree.source(path)
    return path if isinstance(source, Source) and source.text == span.source.text else None


def terraform_block(part: Part, tree: SourceTree) -> Place | None:
    """The block of a part of a resource, in Terraform's native syntax."""
    path = path_of(part.header, tree)
    if path is None or path.suffix == ".json":
        return None
    body = tree.hcl(path).tree
    blocks = body.blocks if body is not None else []
    at = bisect_left(blocks, part.block.start, key=lambda block: block.start)
    return Place(path, blocks[at]) if at < len(blocks) and blocks[at].start == part.block.start else None


def terraform_object(part: Part, type_: str, name: str, kind: str, tree: SourceTree) -> Place | None:
    """The object of a part of a resource, in Terraform's JSON syntax."""
    path = path_of(part.header, tree)
    if path is None or path.suffix != ".json":
        return None
    root, _ = tree.document(path)
    node: Node | None = root
    for key in (kind, type_, name) if type_ else (kind, name):
        node = node.get(key) if isinstance(node, Mapping) else None
    return Place(path, node) if isinstance(node, Mapping) else None


def template_entry(part: Part, tree: SourceTree) -> Place | None:
    """What stands under a logical id of a CloudFormation template."""
    path = path_of(part.header, tree)
    root = tree.document(path)[0] if path is not None else None
    if path is None or not isinstance(root, Mapping):
        return None
    sections = [held.entries for held in map(root.get, SECTIONS) if isinstance(held, Mapping)]
    name = part.address.rpartition("/")[2]  # what a loop made has another name than what is written
    named = (entries[name] for entries in sections if name in entries)
    for entry in chain(named, *(entries.values() for entries in sections)):
        if entry.key.start <= part.header.start < entry.key.end and isinstance(entry.value, Mapping):
            return Place(path, entry.value)
    return None
