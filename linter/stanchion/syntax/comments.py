"""Comments with their places: in HCL, and in YAML as far as a comment there is certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stanchion.syntax.source import Source


class Comment(NamedTuple):
    """One comment: its text without the marks, its line, and whether code stands before it on that line."""

    text: str
    line: int
    start: int
    end: int
    trailing: bool


#: Strings, heredocs and comments of HCL: whatever starts first hides the others.
_HCL = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"?'
    r"|(?P<comment>(?:\#|//)[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|<<-?(?P<word>[A-Za-z_][\w-]*)[^\n]*\n(?s:.*?)^[ \t]*(?P=word)[ \t]*\r?$",
    re.MULTILINE | re.DOTALL,
)
#: In YAML a comment begins at a # at the start of a line or behind white space, outside of quotes and block texts.
_YAML = re.compile(
    r""""(?:[^"\\]|\\.)*+"?|'(?:[^']|'')*+'?|(?P<comment>(?:(?<=\s)|^)\#[^\n]*)""", re.MULTILINE | re.DOTALL
)


def hcl_comments(source: Source) -> Iterator[Comment]:
    """The comments of an HCL file."""
    for found in _HCL.finditer(source.text):
        if found.group("comment"):
            yield _comment(source, found.start(), found.end())


def yaml_comments(source: Source) -> Iterator[Comment]:
    """The lines of a YAML file that hold a comment.

    A quote in plain text can hide a comment behind it, and a `#` line in a block text looks like one; a marker that
    names us stands in neither by accident.
    """
    for line in re.finditer(r"^[^\n]*#[^\n]*$", source.text, re.MULTILINE):
        for found in _YAML.finditer(line.group()):
            if found.group("comment"):
                yield _comment(source, line.start() + found.start(), line.start() + found.end())
                break


def _comment(source: Source, start: int, end: int) -> Comment:
    position = source.position(start)
    before = source.line(position.line)[: position.column - 1]
    text = source.text[start:end].strip()
    if text.startswith("/*"):
        text = text[2:].removesuffix("*/")
    return Comment(text.lstrip("#/").strip(), position.line, start, end, bool(before.strip()))
