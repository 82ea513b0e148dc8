"""Rewriting the suppressions of other tools to ours: comments where they stand, metadata beside what is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stanchion.acceptance.comments import enclosing, extents_of, nested
from stanchion.acceptance.markers import has_marker
from stanchion.acceptance.other_tools import foreign_comment
from stanchion.patching.documents import remove_entry, set_entries
from stanchion.patching.edits import Edit, edited, indentation, line_end, without_lines
from stanchion.policy.policy import Policy
from stanchion.syntax.comments import Comment, hcl_comments, yaml_comments
from stanchion.syntax.document.nodes import Mapping as Object
from stanchion.syntax.document.nodes import Node, Scalar
from stanchion.syntax.document.nodes import Sequence as Array
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Source, Span

_MARK = re.compile(r"(?P<open>#|//|/\*)\s*")
_OTHERS = re.compile(
    r"(?:checkov|bridgecrew):skip=\s*(?P<checkov>\w+)(?::\s*(?P<reason>.*))?"
    r"|(?P<tool>tfsec|trivy):ignore:(?P<name>[A-Za-z0-9_*-]+)(?:\[[^\]]*\])?(?::exp:\d{4}-\d{2}-\d{2})?"
)
#: Where other tools keep their suppressions in a resource's metadata: section, list, key of the id, key of the reason.
_SECTIONS = (
    ("cfn_nag", "rules_to_suppress", "id", "reason"),
    ("guard", "SuppressedRules", "", ""),
    ("checkov", "skip", "id", "comment"),
)


class Left(NamedTuple):
    """A suppression that stays as it is, since no policy of ours stands for its check."""

    place: Located
    check: str


def migrated(source: Source, tree: SourceTree, policies: Sequence[Policy]) -> tuple[str, list[Left]]:
    """A file's text with other tools' suppressions rewritten, and those that stay."""
    left: list[Left] = []
    text = source.text
    if has_marker(source) and not source.path.endswith(".json"):
        text = edited(text, _in_comments(source, tree, policies, left))
    template = source.path.endswith((".yaml", ".yml", ".json", ".template"))
    if template and any(section in text for section, *_ in _SECTIONS):
        text = _in_metadata(Source(source.path, text), policies, left)
    return text, left


def _in_comments(source: Source, tree: SourceTree, policies: Sequence[Policy], left: list[Left]) -> list[Edit]:
    hcl = not source.path.endswith((".yaml", ".yml", ".template"))
    resources = nested(extents_of(source, tree).values(), 0 if hcl else 1)
    edits: list[Edit] = []
    for comment in hcl_comments(source) if hcl else yaml_comments(source):
        if comment.text.startswith("stanchion:"):
            continue
        ours, around = _ours(comment, source, policies, left)
        if not ours:
            continue
        block = enclosing(comment.line, resources) if around else None
        if block is not None and block[0] < comment.line:
            edits += _moved(comment, ours, block[0], source)
        else:
            edits.append(_in_place(comment, ours, source))
    return _joined(edits)


def _ours(comment: Comment, source: Source, policies: Sequence[Policy], left: list[Left]) -> tuple[str, bool]:
    """Our words for a comment, "" where none of its checks has a policy; and whether it speaks of what is around it."""
    names: dict[str, None] = {}
    reasons: list[str] = []
    until, around = "", False
    for found in _OTHERS.finditer(comment.text):
        said = foreign_comment(found.group(), policies)
        if said is None:
            check = found.group("checkov") or found.group("name")
            left.append(Left(Span(source, comment.start, comment.end), check))
            continue
        names.update(dict.fromkeys(sorted(said.policies)))
        until = max(until, said.until)
        around = around or said.around
        own = said.reason if said.tool == "checkov" else ""
        reasons.append(own or f"accepted for {found.group().split(':')[0]}")
    if not names:
        return "", False
    rest = _OTHERS.sub("", comment.text).strip(" -:;,")
    reason = "; ".join(dict.fromkeys(filter(None, [*reasons, rest])))
    dated = f" until={until}" if until else ""
    return f"stanchion: ignore[{', '.join(names)}]{dated} -- {reason}", around


def _in_place(comment: Comment, ours: str, source: Source) -> Edit:
    written = source.text[comment.start : comment.end]
    mark = _MARK.match(written)
    start = comment.start + (mark.end() if mark is not None else 0)
    end = comment.end - 2 if written.startswith("/*") and written.endswith("*/") else comment.end
    tail = " " if end != comment.end else ""
    if source.text[end - 1 : end] == "\r":
        end -= 1
    return Edit(source, start, end, ours + tail)


def _moved(comment: Comment, ours: str, line: int, source: Source) -> list[Edit]:
    """A comment of a whole block, from inside it to the line above it."""
    at = source.line_starts()[line - 1]
    first = at + len(source.line(line)) - len(source.line(line).lstrip())
    above = f"{indentation(source, first)}# {ours}{line_end(source)}"
    end = comment.end - 1 if source.text[comment.end - 1 : comment.end] == "\r" else comment.end
    gone = without_lines(source, comment.start, end)
    if comment.trailing:  # the blanks before it go with it
        start = len(source.text[: comment.start].rstrip(" \t"))
        gone = Edit(source, start, end, "")
    return [Edit(source, at, at, above), gone]


def _joined(edits: list[Edit]) -> list[Edit]:
    """Edits with those that insert at the same place made one, in their order."""
    kept: dict[tuple[int, int], Edit] = {}
    for edit in edits:
        before = kept.get((edit.start, edit.end))
        kept[edit.start, edit.end] = edit if before is None else before._replace(text=before.text + edit.text)
    return list(kept.values())


def _in_metadata(source: Source, policies: Sequence[Policy], left: list[Left]) -> str:
    """One section of one resource after the other, each in the text that the one before left."""
    is_json = source.text.lstrip()[:1] == "{"
    done: set[tuple[str, str]] = set()
    while True:
        root = _root(source, is_json)
        step = next(_sections(root, done), None)
        if step is None:
            return source.text
        name, resource, section, listed, keys = step
        done.add((name, section))
        edits = _section(resource, section, listed, keys, policies, left, is_json)
        for edit in edits:
            source = Source(source.path, edited(source.text, [edit]))
        if edits:
            # What the section held is told by the entry of ours now; it goes in a step of its own.
            source = _without(source, name, section, is_json)


def _root(source: Source, is_json: bool) -> Node | None:
    if is_json:
        from stanchion.syntax.document.json import parse_json

        return parse_json(source)[0]
    from stanchion.syntax.document.yaml import parse_yaml

    nodes, problems = parse_yaml(source)
    return nodes[0] if nodes and not problems else None


def _sections(
    root: Node | None, done: set[tuple[str, str]]
) -> Iterator[tuple[str, Object, str, Array, tuple[str, str]]]:
    """The lists of other tools that are still to be looked at, each with its resource."""
    resources = root.get("Resources") if isinstance(root, Object) else None
    for name, entry in resources.entries.items() if isinstance(resources, Object) else ():
        metadata = entry.value.get("Metadata") if isinstance(entry.value, Object) else None
        for section, key, id_, reason in _SECTIONS:
            held = metadata.get(section) if isinstance(metadata, Object) else None
            listed = held.get(key) if isinstance(held, Object) else None
            if isinstance(listed, Array) and isinstance(entry.value, Object) and (name, section) not in done:
                yield name, entry.value, section, listed, (id_, reason)


def _section(
    resource: Object,
    section: str,
    listed: Array,
    keys: tuple[str, str],
    policies: Sequence[Policy],
    left: list[Left],
    is_json: bool,
) -> list[Edit]:
    """Our entry for a tool's list; none where some check of it has no policy, so that the list has to stay."""
    items: list[Mapping[str, str]] = []
    stays = False
    for item in listed.items:
        check, reason = _said(item, *keys)
        ours = sorted(policy.id for policy in policies if check in policy.equivalents.get(section, ()))
        if not ours:
            left.append(Left(item, check))
            stays = True
        items += [{"id": policy, "reason": reason or f"accepted for {section}"} for policy in ours]
    if stays or not items:
        return []
    return set_entries(resource, [(("Metadata", "stanchion", "ignore"), items)], is_json) or []


def _said(item: Node, id_: str, reason: str) -> tuple[str, str]:
    if isinstance(item, Scalar):
        return item.text, ""
    if not isinstance(item, Object):
        return "", ""
    check, why = item.get(id_), item.get(reason)
    return (check.text if isinstance(check, Scalar) else ""), (why.text if isinstance(why, Scalar) else "")


def _without(source: Source, name: str, section: str, is_json: bool) -> Source:
    root = _root(source, is_json)
    resources = root.get("Resources") if isinstance(root, Object) else None
    resource = resources.get(name) if isinstance(resources, Object) else None
    edits = remove_entry(resource, ("Metadata", section)) if isinstance(resource, Object) else None
    return Source(source.path, edited(source.text, edits)) if edits else source
