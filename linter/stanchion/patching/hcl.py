"""Changes of HCL blocks: arguments set, inserted as their neighbours are laid out, or taken out; blocks added.

Source: Terraform language documentation, "Style Conventions": two spaces for each level, equals signs of arguments on
consecutive lines aligned, nested blocks behind the arguments with an empty line between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

from stanchion.evaluation.conditions import Scalar
from stanchion.patching.alignment import comments_relaid, relaid, rows_of, run_at, width_for
from stanchion.patching.edits import Edit, end_of_line, indentation, line_end, replaced, without_lines
from stanchion.syntax.hcl.nodes import Attribute, Block, Body, Literal
from stanchion.syntax.source import Source

#: The way to an argument: nested block types, each with its number among those of its type, and the argument's name.
Way = tuple[tuple[tuple[str, int], ...], str]
#: What stands in a body: the values of arguments, and the bodies of nested blocks in lists.
Content: TypeAlias = Mapping[str, Union[Scalar, Sequence[Scalar], list["Content"]]]  # noqa: UP007 - it names itself
#: Arguments that speak to Terraform; those of the provider stand before them.
_META = ("depends_on", "provider", "count", "for_each")


class Expression(str):
    """Text that is written as it stands, for a reference."""

    __slots__ = ()


def literal(value: Scalar | Sequence[Scalar]) -> str:
    """A scalar, or a list of them, as HCL writes it."""
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(literal, value))}]"
    return str(value)


def set_argument(block: Block, way: Way, value: Scalar) -> list[Edit] | None:
    """Give an argument a value. None where something else than a literal stands there: that is its author's say."""
    return set_arguments(block, [(way, value)])


def set_arguments(block: Block, changes: Sequence[tuple[Way, Scalar]]) -> list[Edit] | None:
    """Give several arguments values, all or none."""
    edits: list[Edit] = []
    missing: dict[int, tuple[Block, dict[str, Scalar]]] = {}
    absent: dict[tuple[int, str], tuple[Block, str, list[tuple[Way, Scalar]]]] = {}
    for (blocks, name), value in changes:
        found = _below(block, blocks)
        if found is None:
            return None
        inner, left = found
        if left:
            if any(index for _, index in left):
                return None
            key = (id(inner), left[0][0])
            absent.setdefault(key, (inner, left[0][0], []))[2].append(((left[1:], name), value))
            continue
        attribute = inner.body.attributes.get(name)
        if attribute is None and inner.body.of_type(name):
            return None
        if attribute is None:
            missing.setdefault(id(inner), (inner, {}))[1][name] = value
        elif isinstance(attribute.value, Literal):
            edits += _replaced(inner.body, attribute, literal(value))
        else:
            return None
    for inner, named in missing.values():
        edits += _insert_arguments(inner, {name: literal(value) for name, value in named.items()})
    for inner, type_, inside in absent.values():
        edits += append_block(inner, type_, content_of(inside))
    return edits


def _below(block: Block, blocks: tuple[tuple[str, int], ...]) -> tuple[Block, tuple[tuple[str, int], ...]] | None:
    """The innermost block there is on a way, and what is missing of the way."""
    for number, (type_, index) in enumerate(blocks):
        if type_ in block.body.attributes or _is_made(block.body, type_):
            return None
        inner = block.body.of_type(type_)
        if index >= len(inner):
            return (block, blocks[number:]) if index == len(inner) else None
        block = inner[index]
    return block, ()


def _is_made(body: Body, type_: str) -> bool:
    return any(nested.type == "dynamic" and nested.label(0) == type_ for nested in body.blocks)


def content_of(changes: Sequence[tuple[Way, Scalar]]) -> Content:
    """The content of a new body out of the arguments that are set in it."""
    made: dict[str, object] = {}
    for (blocks, name), value in changes:
        here = made
        for type_, index in blocks:
            listed = here.setdefault(type_, [])
            assert isinstance(listed, list)
            while len(listed) <= index:
                listed.append({})
            here = listed[index]
        here[name] = value
    return made  # type: ignore[return-value]


def is_block(value: object) -> bool:
    """Whether a value of a content is nested blocks."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def remove_argument(block: Block, way: Way) -> list[Edit] | None:
    """Take an argument, or all nested blocks of a type, out of a block. None where there is nothing to take out."""
    blocks, name = way
    found = _below(block, blocks)
    if found is None or found[1]:
        return None
    body = found[0].body
    attribute = body.attributes.get(name)
    if attribute is not None:
        return [without_lines(attribute.source, attribute.start, attribute.end), *_closed_up(body, attribute)]
    return [without_block(nested) for nested in body.of_type(name)] or None


def without_block(block: Block) -> Edit:
    """Take a block out, and the empty line before it, where one is left before what follows."""
    source = block.source
    edit = without_lines(source, block.start, block.end)
    text = source.text
    before = text.rfind("\n", 0, max(0, edit.start - 1)) + 1
    following = text[edit.end : end_of_line(source, edit.end)].strip()
    if edit.start and not text[before : edit.start].strip() and (not following or following.startswith("}")):
        return Edit(source, before, edit.end, edit.text)
    return edit


def _closed_up(body: Body, attribute: Attribute) -> list[Edit]:
    """The blanks around an argument that is taken out."""
    rows = rows_of(body)
    source = attribute.source
    first = source.position(attribute.start).line
    last = source.position(attribute.end).line
    above, below = run_at(rows, first)[0], run_at(rows, last)[1]
    stays = source.text[attribute.end : end_of_line(source, attribute.end)].strip(" \t,")
    edits: list[Edit] = []
    if not stays:
        run, gone = [*above, *below], range(first, last + 1)
        if run:
            return relaid(rows, run, width_for(rows, run, ()), gone=gone)
        return comments_relaid(source, [], (first - 1, last + 1), {}, (False, False), gone)
    for run, around, cut in ((above, (first - 1, first), (False, True)), (below, (last, last + 1), (True, False))):
        if run:
            edits += relaid(rows, run, width_for(rows, run, ()), cut=cut)
        else:
            edits += comments_relaid(source, [], around, {}, cut)
    return edits


def _replaced(body: Body, attribute: Attribute, text: str) -> list[Edit]:
    rows = rows_of(body)
    row = rows.get(attribute.source.position(attribute.start).line)
    edits = [replaced(attribute.value, text)]
    if row is None or row.attribute is not attribute:
        return edits
    above, below = run_at(rows, row.line)
    return edits + relaid(rows, [*above, row, *below], 0, {row: len(text)})


def _insert_arguments(block: Block, named: Mapping[str, str]) -> list[Edit]:
    body, source = block.body, block.source
    newline = line_end(source)
    if "\n" not in source.text[body.start : body.end]:
        return _unfolded(block, _aligned(named))
    first_block = min((nested.start for nested in body.blocks), default=body.end)
    before = [each for each in body.attributes.values() if each.start < first_block and each.source is source]
    if not before:
        start = source.text.find("\n", body.start) + 1
        indent = indentation(source, block.start) + "  "
        gap = newline if body.blocks and not source.text[start:first_block].strip() else ""
        written = "".join(f"{indent}{line}{newline}" for line in _aligned(named))
        return [Edit(source, start, start, written + gap)]
    rows = rows_of(body)
    single = [row.attribute for row in rows.values() if row.attribute in before]
    usual = [each for each in single if each.name not in _META]
    anchor = max(usual or single or before, key=lambda each: each.start)
    line = source.position(anchor.start).line
    at = end_of_line(source, anchor.end)
    if rows.get(line) is None:
        lines = _aligned(named)
        edits: list[Edit] = []
    else:
        above, below = run_at(rows, line)
        run = [*above, rows[line], *below]
        width = width_for(rows, run, named)
        lines = [f"{name.ljust(width)} = {value}" for name, value in named.items()]
        edits = relaid(rows, [*above, rows[line]], width, cut=(False, True))
        edits += relaid(rows, below, width, cut=(True, False))
    written = "".join(f"{newline}{indentation(source, anchor.start)}{line}" for line in lines)
    return [*edits, Edit(source, at, at, written)]


def _aligned(named: Mapping[str, str]) -> list[str]:
    width = max(map(len, named), default=0)
    return [f"{name.ljust(width)} = {value}" for name, value in named.items()]


def _unfolded(block: Block, lines: Sequence[str]) -> list[Edit]:
    """A block of one line, written over several so that more fits in; what stands in it is not touched."""
    body, source = block.body, block.source
    newline, indent = line_end(source), indentation(source, block.start)
    inner = source.text[body.start : body.end]
    if not inner.strip():
        written = "".join(f"{newline}{indent}  {line}" if line else newline for line in lines)
        return [Edit(source, body.start, body.end, f"{written}{newline}{indent}")]
    attribute = next(iter(body.attributes.values()), None)
    named, equals, _ = lines[0].partition(" = ")
    edits: list[Edit] = []
    if attribute is not None and equals:
        # what stood alone gets company, whose equals signs it shares
        width = max(len(attribute.name), *(len(line.partition(" = ")[0]) for line in lines))
        if len(named) <= width:
            lines = [
                f"{(name.rstrip()).ljust(width)} = {rest}" for name, _, rest in (x.partition(" = ") for x in lines)
            ]
            sign = source.text.find("=", attribute.name_end)
            edits.append(Edit(source, attribute.name_end, sign, " " * (width - len(attribute.name) + 1)))
    elif attribute is not None:
        lines = ["", *lines]
    written = "".join(f"{newline}{indent}  {line}" if line else newline for line in lines)
    first = body.start + len(inner) - len(inner.lstrip())
    last = body.start + len(inner.rstrip())
    return [
        Edit(source, body.start, first, f"{newline}{indent}  "),
        *edits,
        Edit(source, last, body.end, f"{written}{newline}{indent}"),
    ]


def append_block(block: Block, type_: str, content: Content) -> list[Edit]:
    """One more nested block, behind the last one of its type or at the end."""
    body, source = block.body, block.source
    newline, indent = line_end(source), indentation(source, block.start) + "  "
    lines = [f"{type_} {{", *body_lines(content), "}"]
    same = body.of_type(type_)
    if "\n" not in source.text[body.start : body.end]:
        return _unfolded(block, lines)
    if same:
        last = same[-1]
        at = end_of_line(source, last.end)
        written = "".join(newline + (indent + line if line else "") for line in ["", *lines])
        return [Edit(source, at, at, written)]
    at = source.text.rfind("\n", 0, body.end) + 1
    gap = newline if source.text[body.start : body.end].strip() else ""
    return [Edit(source, at, at, gap + "".join((indent + line if line else "") + newline for line in lines))]


def body_lines(content: Content) -> list[str]:
    """The lines between the braces of a new block, two spaces in."""
    named = {name: literal(value) for name, value in content.items() if not is_block(value)}  # type: ignore[arg-type]
    lines = [f"  {line}" for line in _aligned(named)]
    for name, value in content.items():
        if is_block(value):
            for inner in value:  # type: ignore[union-attr]
                lines += [""] if lines else []
                lines += [f"  {name} {{", *(f"  {x}" if x else "" for x in body_lines(inner)), "  }"]  # type: ignore[arg-type]
    return lines


def resource_beside(block: Block, type_: str, content: Content, meta: Content) -> list[Edit]:
    """A resource of another type under the same name, right behind a block; `meta` speaks to Terraform."""
    source: Source = block.source
    newline = line_end(source)
    lines = [f'resource "{type_}" "{block.labels[1].value}" {{']
    if meta:
        lines += [*body_lines(meta), ""]
    lines += [*body_lines(content), "}"]
    at = end_of_line(source, block.end)
    return [Edit(source, at, at, newline * 2 + newline.join(lines))]
