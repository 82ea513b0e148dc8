"""Changes of HCL blocks: an argument set, inserted as its neighbours are laid out, or taken out.

Source: Terraform language documentation, "Style Conventions": two spaces for each level, equals signs of arguments on
consecutive lines aligned, nested blocks behind the arguments with an empty line between.
"""

from __future__ import annotations

import json

from stanchion.evaluation.conditions import Scalar
from stanchion.fixing.edits import Edit, end_of_line, indentation, line_end, replaced, without_lines
from stanchion.syntax.hcl.nodes import Attribute, Block, Literal

#: The way to an argument: nested block types, each with its number among those of its type, and the argument's name.
Way = tuple[tuple[tuple[str, int], ...], str]


def literal(value: Scalar) -> str:
    """A scalar as HCL writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def set_argument(block: Block, way: Way, value: Scalar) -> list[Edit] | None:
    """Give an argument a value. None where something else than a literal stands there: that is its author's say."""
    blocks, name = way
    for number, (type_, index) in enumerate(blocks):
        if any(nested.type == "dynamic" and nested.label(0) == type_ for nested in block.body.blocks):
            return None
        inner = block.body.of_type(type_)
        if type_ in block.body.attributes:
            return None
        if index >= len(inner):
            return _insert_block(block, blocks[number:], name, value) if index == 0 and not inner else None
        block = inner[index]
    attribute = block.body.attributes.get(name)
    if attribute is None:
        return _insert_argument(block, name, literal(value))
    return [replaced(attribute.value, literal(value))] if isinstance(attribute.value, Literal) else None


def remove_argument(block: Block, way: Way) -> list[Edit] | None:
    """Take an argument, or all nested blocks of a type, out of a block. None where there is nothing to take out."""
    blocks, name = way
    for type_, index in blocks:
        inner = block.body.of_type(type_)
        if index >= len(inner):
            return None
        block = inner[index]
    attribute = block.body.attributes.get(name)
    if attribute is not None:
        return [without_lines(attribute.source, attribute.start, attribute.end)]
    return [without_lines(nested.source, nested.start, nested.end) for nested in block.body.of_type(name)] or None


def _insert_argument(block: Block, name: str, value: str) -> list[Edit]:
    body, source = block.body, block.source
    newline = line_end(source)
    if "\n" not in source.text[body.start : body.end]:
        return _unfolded(block, [f"{name} = {value}"])
    first_block = min((nested.start for nested in body.blocks), default=body.end)
    before = [each for each in body.attributes.values() if each.start < first_block and each.source is source]
    if not before:
        start = source.text.find("\n", body.start) + 1
        indent = indentation(source, block.start) + "  "
        gap = newline if body.blocks and not source.text[start:first_block].strip() else ""
        return [Edit(source, start, start, f"{indent}{name} = {value}{newline}{gap}")]
    before.sort(key=lambda each: each.start)
    group = _aligned(before)
    width = max((len(each.name) for each in group), default=0)
    wanted = max(width, len(name)) if group else len(name)
    edits = [_padded(each, wanted) for each in group] if wanted > width else []
    anchor = before[-1]
    at = end_of_line(source, anchor.end)
    line = f"{newline}{indentation(source, anchor.start)}{name.ljust(wanted)} = {value}"
    return [*edits, Edit(source, at, at, line)]


def _aligned(attributes: list[Attribute]) -> list[Attribute]:
    """The arguments on consecutive lines, of one line each, that end with the last one."""
    group: list[Attribute] = []
    below: int | None = None
    for each in reversed(attributes):
        first, last = each.source.position(each.start).line, each.source.position(each.end).line
        if first != last or (below is not None and first != below - 1):
            break
        group.append(each)
        below = first
    return group


def _padded(attribute: Attribute, width: int) -> Edit:
    """The blanks between a name and its equals sign, as many as the alignment needs."""
    equals = attribute.source.text.index("=", attribute.name_end)
    return Edit(attribute.source, attribute.name_end, equals, " " * (width - len(attribute.name) + 1))


def _unfolded(block: Block, lines: list[str]) -> list[Edit]:
    """A block of one line, written over several so that more fits in; what stands in it is not touched."""
    body, source = block.body, block.source
    newline, indent = line_end(source), indentation(source, block.start)
    inner = source.text[body.start : body.end]
    written = "".join(f"{newline}{indent}  {line}" for line in lines) + f"{newline}{indent}"
    if not inner.strip():
        return [Edit(source, body.start, body.end, written)]
    first = body.start + len(inner) - len(inner.lstrip())
    last = body.start + len(inner.rstrip())
    return [Edit(source, body.start, first, f"{newline}{indent}  "), Edit(source, last, body.end, written)]


def _insert_block(block: Block, blocks: tuple[tuple[str, int], ...], name: str, value: Scalar) -> list[Edit]:
    body, source = block.body, block.source
    lines = nested_lines([type_ for type_, _ in blocks], name, value)
    if "\n" not in source.text[body.start : body.end]:
        return _unfolded(block, lines)
    newline, indent = line_end(source), indentation(source, block.start)
    at = source.text.rfind("\n", 0, body.end) + 1
    written = "".join(f"{indent}  {line}{newline}" for line in lines)
    gap = newline if source.text[body.start : body.end].strip() else ""
    return [Edit(source, at, at, gap + written)]


def nested_lines(blocks: list[str], name: str, value: Scalar) -> list[str]:
    """Nested blocks around one argument, as lines without the indentation around them."""
    lines = [f"{'  ' * level}{type_} {{" for level, type_ in enumerate(blocks)]
    lines.append(f"{'  ' * len(blocks)}{name} = {literal(value)}")
    return lines + ["  " * level + "}" for level in reversed(range(len(blocks)))]


def resource_beside(block: Block, type_: str, pointer: str, changes: list[tuple[Way, Scalar]]) -> list[Edit]:
    """A resource of another type under the same name, right behind a block, that points to it by an argument."""
    source = block.source
    newline = line_end(source)
    name = block.labels[1].value
    lines = [f'resource "{type_}" "{name}" {{', f"  {pointer} = {block.labels[0].value}.{name}.id"]
    arguments = [f"  {argument} = {literal(value)}" for (blocks, argument), value in changes if not blocks]
    lines += _aligned_lines(arguments, lines)
    for (blocks, argument), value in changes:
        if blocks:
            inner = nested_lines([nested for nested, _ in blocks], argument, value)
            lines += ["", *(f"  {line}" for line in inner)]
    lines.append("}")
    at = end_of_line(source, block.end)
    return [Edit(source, at, at, newline * 2 + newline.join(lines))]


def _aligned_lines(arguments: list[str], lines: list[str]) -> list[str]:
    """Arguments with their equals signs under each other, that of the last line so far among them."""
    pairs = [line.split(" = ", 1) for line in [lines[-1], *arguments]]
    width = max(len(name) for name, _ in pairs)
    written = [f"{name.ljust(width)} = {value}" for name, value in pairs]
    lines[-1] = written[0]
    return written[1:]
