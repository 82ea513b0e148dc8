"""A template written as text inside another one (a stack set's TemplateBody)."""

from __future__ import annotations

from stanchion.syntax.document.nodes import Node, Scalar
from stanchion.syntax.source import Problem, Source


def inline_template(body: Scalar, problems: list[Problem]) -> Node | None:
    """The document in a scalar, with places that are right in the file around it.

    A block scalar is parsed where it stands: everything around it is blanked, so that lines and columns stay. Text in
    quotes may hold escapes, so its nodes all point into a text of their own.
    """
    from stanchion.syntax.document.yaml import parse_yaml

    text = body.source.text
    written = text[body.start : body.end]
    if written.startswith(("|", ">")):
        first = text.find("\n", body.start, body.end)
        if first < 0:
            return None
        blank = "".join(c if c == "\n" else " " for c in text[: first + 1])
        source = Source(body.source.path, blank + text[first + 1 : body.end])
    else:
        source = Source(body.source.path, body.text)
    nodes, found = parse_yaml(source)
    problems += found
    return nodes[0] if nodes else None
