"""Terraform's JSON syntax as HCL bodies, so that everything after parsing sees one language.

Source: Terraform, "JSON Configuration Syntax". Top-level properties are block types with their labels as nested
objects, an array wherever a block may repeat, "//" for comments. Strings are templates. Inside a block a property
is given as an attribute, but for the blocks that Terraform itself reads: whether it is a nested block, only the schema
of the block tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.hcl.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    Label,
    Literal,
    ObjectCons,
    ObjectItem,
    TupleCons,
)
from stanchion.syntax.hcl.parser import parse_template
from stanchion.syntax.source import Problem, Source, Span

#: How many labels each block type of the top level has.
LABELS = {
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "resource": 2,
    "terraform": 0,
    "variable": 1,
}
#: Nested blocks that Terraform itself reads, and how many labels each has; all others are told by a provider's schema.
_NESTED = {
    "resource": {"connection": 0, "dynamic": 1, "lifecycle": 0, "provisioner": 1},
    "data": {"connection": 0, "dynamic": 1, "lifecycle": 0, "provisioner": 1},
    "provider": {"dynamic": 1},
    "variable": {"validation": 0},
    "dynamic": {"content": 0},
    "content": {"dynamic": 1},
}
#: Properties whose strings are read as they stand, without interpolation.
_VERBATIM = {"variable": ("type", "description", "default"), "terraform": ("required_version",)}


def body_of(node: Node) -> tuple[Body, list[Problem]]:
    """The body of a parsed JSON file, and what in it is no Terraform configuration."""
    problems: list[Problem] = []
    body = Body(node.source, node.start, node.end)
    for mapping in _objects(node, problems):
        for name, entry in mapping.entries.items():
            if name == "//":
                continue
            if name not in LABELS:
                known = ", ".join(sorted(LABELS))
                problems.append(Problem("syntax", f"{name} is no block type; expected one of {known}", entry.key))
                continue
            body.blocks.extend(_blocks(name, LABELS[name], (), entry.key, entry.value, problems))
    return body, problems


def _objects(node: Node, problems: list[Problem]) -> Iterator[Mapping]:
    """An object, or the objects of an array."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Mapping):
            yield item
        else:
            problems.append(Problem("syntax", "expected an object; it is left out", item))


def _blocks(
    type_: str,
    depth: int,
    labels: tuple[Label, ...],
    key: Scalar,
    node: Node,
    problems: list[Problem],
    name: str | None = None,
) -> Iterator[Block]:
    """The blocks of a type (or of another `name`, read as that type) that a property stands for."""
    for mapping in _objects(node, problems):
        if depth == 0:
            body = _body(type_, mapping, problems)
            header_end = labels[-1].end if labels else key.end
            start = labels[-1].start if labels else key.start
            yield Block(mapping.source, start, mapping.end, name or type_, labels, header_end, body)
            continue
        for text, entry in mapping.entries.items():
            if text != "//":
                label = Label(entry.key.source, entry.key.start, entry.key.end, text)
                yield from _blocks(type_, depth - 1, (*labels, label), entry.key, entry.value, problems)


def _body(type_: str, mapping: Mapping, problems: list[Problem]) -> Body:
    body = Body(mapping.source, mapping.start + 1, max(mapping.start + 1, mapping.end - 1))
    verbatim, nested = _VERBATIM.get(type_, ()), _NESTED.get(type_, {})
    made = set(_made(mapping)) if "dynamic" in nested else set()
    for name, entry in mapping.entries.items():
        if name == "//":
            continue
        if name in nested:
            body.blocks.extend(_blocks(name, nested[name], (), entry.key, entry.value, problems))
        elif name in made or ("dynamic" in nested and _holds_dynamic(entry.value)):
            body.blocks.extend(_blocks("content", 0, (), entry.key, entry.value, problems, name))
        else:
            value = expression_of(entry.value, problems, verbatim=name in verbatim)
            body.attributes[name] = Attribute(entry.source, entry.start, entry.end, name, entry.key.end, value)
    return body


def _made(node: Node) -> Iterator[str]:
    """The types of the blocks that the `dynamic` properties of an object, or of the objects of an array, make."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        dynamic = item.entries.get("dynamic") if isinstance(item, Mapping) else None
        if dynamic is None:
            continue
        value = dynamic.value
        for labelled in value.items if isinstance(value, Sequence) else (value,):
            for type_, entry in labelled.entries.items() if isinstance(labelled, Mapping) else ():
                first = entry.value.items[0] if isinstance(entry.value, Sequence) and entry.value.items else entry.value
                if isinstance(first, Mapping) and {"for_each", "content"} <= set(first.entries):
                    yield type_


def _holds_dynamic(node: Node) -> bool:
    """Whether a property is a nested block for certain, since further ones are made in it, at whatever depth."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, Sequence):
            pending.extend(each.items)
        elif isinstance(each, Mapping):
            if any(_made(each)):
                return True
            pending.extend(entry.value for entry in each.entries.values())
    return False


def expression_of(node: Node, problems: list[Problem], verbatim: bool = False) -> Expression:
    """The expression that a JSON value stands for; strings are templates unless they are to be read verbatim."""
    if isinstance(node, Sequence):
        items = tuple(expression_of(item, problems, verbatim) for item in node.items)
        return TupleCons(node.source, node.start, node.end, items)
    if isinstance(node, Mapping):
        entries = tuple(_item(entry, problems, verbatim) for name, entry in node.entries.items() if name != "//")
        return ObjectCons(node.source, node.start, node.end, entries)
    if isinstance(node.value, str) and not verbatim:
        return _template(node, problems)
    value = Decimal(node.text) if isinstance(node.value, float) else node.value
    return Literal(node.source, node.start, node.end, value)


def _item(entry: Entry, problems: list[Problem], verbatim: bool) -> ObjectItem:
    key = entry.key
    name = Literal(key.source, key.start, key.end, key.text) if verbatim else _template(key, problems)
    return ObjectItem(entry.source, entry.start, entry.end, name, expression_of(entry.value, problems, verbatim))


def _template(node: Scalar, problems: list[Problem]) -> Expression:
    text = node.text
    if "${" not in text and "%{" not in text:
        return Literal(node.source, node.start, node.end, text)
    inside = node.source.text[node.start + 1 : node.end - 1]
    if inside == text:
        expression, found = parse_template(node.source, node.start + 1, node.end - 1)
    else:
        # The string has escapes of JSON: its template is read from the decoded text, places are the whole string's.
        decoded = Source(node.source.path, text)
        expression, found = parse_template(decoded, 0, len(text))
        place = Span(node.source, node.start, node.end)
        found = [Problem(problem.kind, problem.message, place) for problem in found]
    problems.extend(found)
    return expression
