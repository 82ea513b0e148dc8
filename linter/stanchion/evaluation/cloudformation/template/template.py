"""The sections of a template and how its functions are spelled.

Source of the shapes: CloudFormation User Guide, "Template anatomy" and "Intrinsic function reference".
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Located, Problem, Source

#: The sections that a template may have; Globals is SAM's.
SECTIONS = frozenset(
    (
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Globals",
        "Hooks",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Rules",
        "Transform",
    )
)

LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
SERVERLESS = "AWS::Serverless-2016-10-31"
INCLUDE = "AWS::Include"
FOR_EACH = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"

_PLAIN_TAGS = {"!Ref": "Ref", "!Condition": "Condition"}


@dataclass(slots=True, frozen=True)
class TemplateOptions:
    """What the user says of a deployment: parameter values by name, and the region, when they are given."""

    parameters: Map[str, str | list[str]] = field(default_factory=dict)
    region: str | None = None


def call_of(node: Node) -> tuple[str, Node] | None:
    """The function that a node calls, by its long name, and its argument; None for a plain node.

    `!Sub x` and `{"Fn::Sub": x}` both give ("Fn::Sub", x). `{"Condition": x}` is not a call here, since it is an
    ordinary key in many properties; only `!Condition` is.
    """
    tag = node.tag
    if tag is not None:
        return _PLAIN_TAGS.get(tag) or f"Fn::{tag[1:]}", untagged(node)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        for key, entry in node.entries.items():
            if key == "Ref" or (key.startswith("Fn::") and not key.startswith(FOR_EACH)):
                return key, entry.value
    return None


def untagged(node: Node) -> Node:
    """The same node without its tag."""
    if isinstance(node, Scalar):
        return Scalar(node.source, node.start, node.end, node.value, node.text, node.quoted, None)
    if isinstance(node, Sequence):
        return Sequence(node.source, node.start, node.end, node.items, None)
    return Mapping(node.source, node.start, node.end, node.entries, None)


def literal_text(node: Node | None) -> str | None:
    """The text of a plain scalar as CloudFormation would compare it; None for anything else."""
    if not isinstance(node, Scalar) or node.tag is not None or node.value is None:
        return None
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.value if isinstance(node.value, str) else node.text


def sub_pieces(text: str) -> list[tuple[bool, str]]:
    """The pieces of a Fn::Sub string: (False, text) and (True, variable name); `${!X}` is the text `${X}`."""
    pieces: list[tuple[bool, str]] = []
    at = 0
    while True:
        start = text.find("${", at)
        end = text.find("}", start) if start >= 0 else -1
        if end < 0:
            break
        pieces.append((False, text[at:start]))
        name = text[start + 2 : end]
        pieces.append((False, f"${{{name[1:]}}}") if name.startswith("!") else (True, name.strip()))
        at = end + 1
    pieces.append((False, text[at:]))
    return [piece for piece in pieces if piece[1] or piece[0]]


def shape_of(node: Node) -> str:
    """What a node is, in the words of a message."""
    if node.tag is not None:
        return f"the function {node.tag}"
    if isinstance(node, Mapping):
        call = call_of(node)
        return f"the function {call[0]}" if call is not None else "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "a boolean"
    return "a string" if isinstance(node.value, str) else "a number"


class Template:
    """A parsed template: its sections as mappings of entries, whatever was wrong with them, and its transforms."""

    __slots__ = ("extra", "macros", "opened", "problems", "root", "sections", "source", "transforms")

    def __init__(self, root: Mapping) -> None:
        self.root = root
        self.source: Source = root.source
        self.problems: list[Problem] = []
        self.sections: dict[str, Mapping] = {}
        self.extra: dict[str, Entry] = {}
        self.transforms: list[tuple[str, Node]] = []
        self.macros: list[Node] = []
        self.opened: set[str] = set()
        for name, entry in root.entries.items():
            if name == TRANSFORM:
                value = entry.value
                self.macros += value.items if isinstance(value, Sequence) else (value,)
            elif name not in SECTIONS:
                self.problem(f"expected one of a template's sections, found {name!r}; it was left out", entry.key)
        self._read_transforms(root.get("Transform"))

    def problem(self, message: str, place: Located) -> None:
        """Note something wrong with the template's shape."""
        self.problems.append(Problem("evaluation", message, place))

    def _read_transforms(self, node: Node | None) -> None:
        """`Transform: name`, a list of names, or a mapping with a Name (AWS::Include)."""
        if node is None:
            return
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                name = literal_text(item.get("Name"))
                self.macros.append(item)
            else:
                name = literal_text(item)
            if name is None:
                self.problem(f"expected the name of a transform, found {shape_of(item)}; it was left out", item)
            else:
                self.transforms.append((name, item))

    def add_sections(self, included: Mapping) -> None:
        """Add the sections of a file that is included at the top; what is there already stays."""
        for name, entry in included.entries.items():
            mine = self.root.entries.get(name)
            if mine is None:
                self.extra[name] = entry
            elif isinstance(mine.value, Mapping) and isinstance(entry.value, Mapping):
                node = mine.value
                entries = {**entry.value.entries, **node.entries}
                self.sections[name] = Mapping(node.source, node.start, node.end, entries, None)

    def spread(self, section: str, included: Node | None) -> None:
        """Put what an include gives in the place of the `Fn::Transform` of a section; None is a file nobody sees."""
        node = self.sections[section]
        given = included.entries if isinstance(included, Mapping) else {}
        mine = {key: entry for key, entry in node.entries.items() if key != TRANSFORM}
        self.sections[section] = Mapping(node.source, node.start, node.end, {**given, **mine}, None)
        if included is None:
            self.opened.add(section)

    def is_open(self, section: str) -> bool:
        """Whether a section may hold more than what is seen of it."""
        return section in self.opened

    def has_transform(self, name: str) -> bool:
        """Whether the template asks for a transform."""
        return any(name == other for other, _ in self.transforms)

    def section(self, name: str) -> dict[str, Entry]:
        """The entries of a section; none, and a problem once, when it is not a mapping."""
        known = self.sections.get(name)
        if known is not None:
            return known.entries
        entry = self.root.entries.get(name) or self.extra.get(name)
        node = entry.value if entry is not None else None
        if isinstance(node, Mapping) and node.tag is None:
            self.sections[name] = node
            return node.entries
        place: Node = self.root if node is None else node
        if node is not None:
            found = shape_of(node)
            self.problem(f"expected a mapping under {name}, found {found}; the section was left out", node)
        self.sections[name] = Mapping(place.source, place.start, place.start, {}, None)
        return {}
