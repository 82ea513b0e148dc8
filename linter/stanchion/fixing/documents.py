"""Changes of YAML and JSON mappings: an entry set, inserted in the style of its neighbours, or taken out."""

from __future__ import annotations

import json
import re

from stanchion.evaluation.conditions import Scalar
from stanchion.fixing.edits import Edit, end_of_line, indentation, line_end, replaced, without_lines
from stanchion.syntax.document.nodes import Entry, Mapping, Node, Sequence
from stanchion.syntax.document.nodes import Scalar as Leaf
from stanchion.syntax.document.scalars import plain

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

#: The way to an entry: keys, and numbers for the elements of lists.
Way = tuple[str | int, ...]


def set_entry(node: Mapping, way: Way, value: Scalar, is_json: bool) -> list[Edit] | None:
    """Give an entry a value. None where something else than a literal stands there: that is its author's say."""
    for number, key in enumerate(way[:-1]):
        below = _below(node, key)
        if below is None and isinstance(key, str) and key not in node.entries:
            return _insert(node, way[number:], value, is_json)
        if isinstance(below, Sequence):
            following = way[number + 1]
            if not isinstance(following, int) or following >= len(below.items):
                return None
            element = below.items[following]
            if not isinstance(element, Mapping):
                return None
            return set_entry(element, way[number + 2 :], value, is_json) if len(way) > number + 2 else None
        if not isinstance(below, Mapping) or below.tag is not None:
            return None
        node = below
    key = way[-1]
    if not isinstance(key, str):
        return None
    entry = _own(node, key)
    if entry is None:
        return None if key in node.entries else _insert(node, (key,), value, is_json)
    held = entry.value
    if not isinstance(held, Leaf) or held.tag is not None or not _inside(entry):
        return None
    return [replaced(held, literal(value, is_json))]


def remove_entry(node: Mapping, way: Way) -> list[Edit] | None:
    """Take an entry out. None where there is none, or where it is the only one, so that nothing would be left."""
    for key in way[:-1]:
        below = _below(node, key)
        if not isinstance(below, Mapping) or below.tag is not None:
            return None
        node = below
    key = way[-1]
    entry = _own(node, key) if isinstance(key, str) else None
    if entry is None or len(node.entries) < 2:
        return None
    return [_taken_out(node, entry)]


def literal(value: Scalar, is_json: bool) -> str:
    """A scalar as JSON or YAML writes it."""
    if isinstance(value, str):
        simple = not is_json and _WORD.fullmatch(value) and isinstance(plain(value), str)
        return value if simple else json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def _below(node: Mapping, key: str | int) -> Node | None:
    entry = _own(node, key) if isinstance(key, str) else None
    return entry.value if entry is not None and _inside(entry) else None


def _own(node: Mapping, key: str) -> Entry | None:
    """An entry that is written in the mapping itself, and did not come by way of `<<`."""
    entry = node.entries.get(key)
    return entry if entry is not None and node.start <= entry.start and entry.end <= node.end else None


def _inside(entry: Entry) -> bool:
    """Whether a value stands behind its key: one that an alias names stands elsewhere, and for others too."""
    return entry.key.end <= entry.value.start and entry.value.end <= entry.end


def _insert(node: Mapping, way: Way, value: Scalar, is_json: bool) -> list[Edit] | None:
    if any(isinstance(key, int) for key in way):
        return None
    names = [str(key) for key in way]
    source = node.source
    own = [entry for entry in node.entries.values() if node.start <= entry.start and entry.end <= node.end]
    if source.text[node.start : node.start + 1] == "{":
        return [_into_braces(node, own, names, value, is_json)]
    if not own:
        return None
    last = max(own, key=lambda entry: entry.end)
    head = source.text[last.value.start : last.value.start + 4].split("\n")[0]
    if head[:1] in "|>" and "+" in head:
        return None  # the blank lines behind such a text belong to it
    newline, indent = line_end(source), " " * (source.position(own[0].start).column - 1)
    at = end_of_line(source, last.end)
    lines = [f"{newline}{indent}{'  ' * level}{name}:" for level, name in enumerate(names)]
    return [Edit(source, at, at, "".join(lines) + f" {literal(value, is_json)}")]


def _into_braces(node: Mapping, own: list[Entry], names: list[str], value: Scalar, is_json: bool) -> Edit:
    source = node.source
    quoted = is_json or (own and own[0].key.quoted)
    keys = [json.dumps(name) if quoted else name for name in names]
    written = f"{keys[-1]}: {literal(value, is_json)}"
    last = max(own, key=lambda entry: entry.end, default=None)
    first = min(own, key=lambda entry: entry.start, default=None)
    if last is None or first is None:
        for key in reversed(keys[:-1]):
            written = f"{key}: {{{written}}}"
        return Edit(source, node.start + 1, node.start + 1, written)
    if "\n" not in source.text[node.start : first.start]:
        for key in reversed(keys[:-1]):
            written = f"{key}: {{{written}}}"
        return Edit(source, last.end, last.end, f", {written}")
    newline, indent = line_end(source), indentation(source, first.start)
    step = indent[len(indentation(source, node.start)) :] or "  "
    lines = [f"{indent}{step * level}{key}: {{" for level, key in enumerate(keys[:-1])]
    lines.append(f"{indent}{step * len(keys[:-1])}{written}")
    lines += [f"{indent}{step * level}}}" for level in reversed(range(len(keys) - 1))]
    return Edit(source, last.end, last.end, "," + "".join(newline + line for line in lines))


def _taken_out(node: Mapping, entry: Entry) -> Edit:
    source = node.source
    if source.text[node.start : node.start + 1] != "{":
        return without_lines(source, entry.start, entry.end)
    own = sorted(node.entries.values(), key=lambda each: each.start)
    at = own.index(entry)
    if at + 1 < len(own):
        return Edit(source, entry.start, own[at + 1].start, "")
    return Edit(source, own[at - 1].end, entry.end, "")
