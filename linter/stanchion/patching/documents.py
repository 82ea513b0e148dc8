"""Changes of YAML and JSON: entries set, inserted in the style of their neighbours, or taken out; elements likewise."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence as AnySequence
from typing import Any

from stanchion.evaluation.conditions import Scalar
from stanchion.patching.edits import Edit, end_of_line, indentation, line_end, replaced, without_lines
from stanchion.syntax.document.nodes import Entry, Mapping, Node, Sequence
from stanchion.syntax.document.nodes import Scalar as Leaf
from stanchion.syntax.document.scalars import plain
from stanchion.worlds.change import Data

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

#: The way to an entry: keys, and numbers for the elements of lists.
Way = tuple[str | int, ...]


def set_entry(node: Mapping, way: Way, value: Scalar, is_json: bool) -> list[Edit] | None:
    """Give an entry a value. None where something else than a literal stands there: that is its author's say."""
    return set_entries(node, [(way, value)], is_json)


def set_entries(
    node: Mapping, changes: AnySequence[tuple[Way, Data]], is_json: bool, templates: bool = False
) -> list[Edit] | None:
    """Give several entries values, all or none. With `templates` a text that holds `${` is no literal."""
    edits: list[Edit] = []
    missing: dict[int, tuple[Mapping, dict[str, Any]]] = {}
    for way, value in changes:
        found = _reached(node, way)
        if found is None:
            return None
        inner, left = found
        if not left:
            entry = inner.entries[str(way[-1])]
            held = entry.value
            if not isinstance(held, Leaf) or held.tag is not None or not _inside(entry):
                return None
            if not _is_scalar(value) or (templates and ("${" in held.text or "%{" in held.text)):
                return None
            edits.append(replaced(held, literal(value, is_json)))  # type: ignore[arg-type]
            continue
        here = missing.setdefault(id(inner), (inner, {}))[1]
        for key in left[:-1]:
            here = here.setdefault(key, {})
        here[left[-1]] = value
    for inner, data in missing.values():
        made = _insert(inner, data, is_json)
        if made is None:
            return None
        edits += made
    return edits


def _is_scalar(value: Data) -> bool:
    return isinstance(value, str) or not isinstance(value, AnyMapping | AnySequence)


def _reached(node: Mapping, way: Way) -> tuple[Mapping, tuple[str, ...]] | None:
    """The innermost mapping that there is on a way, and what is missing of it; None where the way is barred."""
    here: Node = node
    for number, key in enumerate(way):
        if isinstance(key, int):
            if not isinstance(here, Sequence) or here.tag is not None or key >= len(here.items):
                return None
            here = here.items[key]
            continue
        if not isinstance(here, Mapping) or here.tag is not None:
            return None
        entry = _own(here, key)
        if entry is None:
            left = way[number:]
            barred = any(name.lower() == key.lower() for name in here.entries) or any(
                isinstance(each, int) for each in left
            )
            return None if barred else (here, tuple(map(str, left)))
        if number == len(way) - 1:
            return here, ()
        if not _inside(entry):
            return None
        here = entry.value
    return None


def remove_entry(node: Mapping, way: Way) -> list[Edit] | None:
    """Take an entry out. None where there is none, or where it is the only one, so that nothing would be left."""
    found = _reached(node, way)
    if found is None or found[1]:
        return None
    inner = found[0]
    return [_taken_out(inner, inner.entries[str(way[-1])])] if len(inner.entries) > 1 else None


def append_item(node: Mapping, way: Way, item: AnyMapping[str, Data], is_json: bool) -> list[Edit] | None:
    """Add an element to the list at a way, which is made where it is missing. None where something else is there."""
    found = _reached(node, way)
    if found is None:
        return None
    inner, left = found
    if left:
        return set_entries(node, [(way, [item])], is_json)
    entry = inner.entries[str(way[-1])]
    held = entry.value
    if not isinstance(held, Sequence) or held.tag is not None or not _inside(entry) or not held.items:
        return None
    source, last = held.source, held.items[-1]
    newline = line_end(source)
    if source.text[held.end - 1] == "]" and held.end > last.end:
        if "\n" not in source.text[held.start : last.start]:
            return [Edit(source, last.end, last.end, f", {json.dumps(item)}")]
        indent = indentation(source, last.start)
        step = indent[len(indentation(source, held.start)) :] or "  "
        text = newline.join(_indented(item, indent, step))
        return [Edit(source, last.end, last.end, f",{newline}{indent}{text}")]
    indent = " " * (source.position(held.start).column - 1)
    at = end_of_line(source, last.end)
    lines = _yaml_items([item], indent)
    return [Edit(source, at, at, "".join(newline + line for line in lines))]


def remove_items(holder: Mapping, key: str, gone: AnySequence[int]) -> list[Edit] | None:
    """Take elements out of the list under a key; with the last of them the entry goes."""
    entry = _own(holder, key)
    listed = entry.value if entry is not None else None
    if entry is None or not isinstance(listed, Sequence) or listed.tag is not None or not _inside(entry):
        return None
    if len(gone) == len(listed.items):
        return [_taken_out(holder, entry)] if len(holder.entries) > 1 else None
    source = listed.source
    if source.text[listed.end - 1] == "]" and listed.end > listed.items[-1].end:
        return without_elements(listed.items, gone)
    edits = []
    for index in gone:
        item = listed.items[index]
        dash = source.text.rfind("-", listed.start, item.start)
        if dash < 0 or source.text[dash + 1 : item.start].strip():
            return None
        edits.append(without_lines(source, dash, item.end))
    return edits


def without_elements(items: AnySequence[Any], gone: AnySequence[int]) -> list[Edit]:
    """Take some, and not all, of the elements between brackets out, each with its comma."""
    kept = [index for index in range(len(items)) if index not in gone]
    edits = [
        Edit(items[index].source, items[index].start, items[index + 1].start, "") for index in gone if index < kept[-1]
    ]
    if kept[-1] < len(items) - 1:
        edits.append(Edit(items[0].source, items[kept[-1]].end, items[-1].end, ""))
    return edits


def literal(value: Scalar, is_json: bool) -> str:
    """A scalar as JSON or YAML writes it."""
    if isinstance(value, str):
        simple = not is_json and _WORD.fullmatch(value) and isinstance(plain(value), str)
        return value if simple else json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def _own(node: Mapping, key: str) -> Entry | None:
    """An entry that is written in the mapping itself, and did not come by way of `<<`."""
    entry = node.entries.get(key)
    return entry if entry is not None and node.start <= entry.start and entry.end <= node.end else None


def _inside(entry: Entry) -> bool:
    """Whether a value stands behind its key: one that an alias names stands elsewhere, and for others too."""
    return entry.key.end <= entry.value.start and entry.value.end <= entry.end


def _insert(node: Mapping, data: AnyMapping[str, Data], is_json: bool) -> list[Edit] | None:
    source = node.source
    own = [entry for entry in node.entries.values() if node.start <= entry.start and entry.end <= node.end]
    own.sort(key=lambda entry: entry.start)
    last_end = own[-1].end if own else node.start
    if source.text[node.end - 1] == "}" and node.end > last_end:
        return [_into_braces(node, own, data, is_json)]
    if not own:
        return None
    last = own[-1]
    head = source.text[last.value.start : last.value.start + 4].split("\n")[0]
    if head[:1] in "|>" and "+" in head:
        return None  # the blank lines behind such a text belong to it
    newline, indent = line_end(source), " " * (source.position(own[0].start).column - 1)
    at = end_of_line(source, last.end)
    lines = _yaml_lines(data, indent)
    return [Edit(source, at, at, "".join(newline + line for line in lines))]


def _yaml_lines(data: AnyMapping[str, Data], indent: str) -> list[str]:
    """A mapping in block style."""
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, AnyMapping):
            lines += [f"{indent}{key}:", *_yaml_lines(value, indent + "  ")]
        elif not _is_scalar(value):
            lines += [f"{indent}{key}:", *_yaml_items(value, indent + "  ")]  # type: ignore[arg-type]
        else:
            lines.append(f"{indent}{key}: {literal(value, False)}")  # type: ignore[arg-type]
    return lines


def _yaml_items(items: AnySequence[Data], indent: str) -> list[str]:
    """The elements of a list in block style; scalars and mappings only."""
    lines: list[str] = []
    for item in items:
        if isinstance(item, AnyMapping):
            first, *others = _yaml_lines(item, indent + "  ")
            lines += [f"{indent}- {first[len(indent) + 2 :]}", *others]
        else:
            lines.append(f"{indent}- {literal(item, False)}")  # type: ignore[arg-type]
    return lines


def _into_braces(node: Mapping, own: AnySequence[Entry], data: AnyMapping[str, Data], is_json: bool) -> Edit:
    source = node.source
    quoted = is_json or (bool(own) and own[0].key.quoted)
    if not own:
        return Edit(source, node.start, node.end, _flow(data, quoted))
    last = own[-1]
    if "\n" not in source.text[node.start : own[0].start]:
        inner = _flow(data, quoted)[1:-1]
        return Edit(source, last.end, last.end, f", {inner}")
    newline, indent = line_end(source), indentation(source, own[0].start)
    step = indent[len(indentation(source, node.start)) :] or "  "
    written = ""
    for key, value in data.items():
        shown = json.dumps(key) if quoted else key
        text = newline.join(_indented(value, indent, step)) if quoted else _flow(value, quoted)
        written += f",{newline}{indent}{shown}: {text}"
    return Edit(source, last.end, last.end, written)


def _flow(value: Data, quoted: bool) -> str:
    """A structure on one line."""
    if isinstance(value, AnyMapping):
        inner = (f"{json.dumps(key) if quoted else key}: {_flow(each, quoted)}" for key, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if not _is_scalar(value):
        return f"[{', '.join(_flow(each, quoted) for each in value)}]"  # type: ignore[union-attr]
    return literal(value, quoted)  # type: ignore[arg-type]


def _indented(value: Data, indent: str, step: str) -> list[str]:
    """A structure as JSON over several lines, all but the first indented."""
    first, *others = json.dumps(value, indent=step, ensure_ascii=False).split("\n")
    return [first, *(indent + line for line in others)]


def _taken_out(node: Mapping, entry: Entry) -> Edit:
    source = node.source
    own = sorted(node.entries.values(), key=lambda each: each.start)
    if not (source.text[node.end - 1] == "}" and node.end > own[-1].end):
        line = source.text.rfind("\n", 0, entry.start) + 1
        following = next((each for each in own if each.start > entry.start), None)
        if source.text[line : entry.start].strip() and following is not None:
            return Edit(source, entry.start, following.start, "")  # the first entry of an element: "- key: ..."
        return without_lines(source, entry.start, entry.end)
    at = own.index(entry)
    if at + 1 < len(own):
        return Edit(source, entry.start, own[at + 1].start, "")
    return Edit(source, own[at - 1].end, entry.end, "")
