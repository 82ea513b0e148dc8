"""The graph for people and other programs: JSON, Mermaid and DOT."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stanchion.evaluation.assignments import describe
from stanchion.evaluation.conditions import AnyOf, Condition, Is, Not
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Value
from stanchion.graph.resource import PARAMETER, Graph, Resource
from stanchion.syntax.source import Span

#: How deep a value is written out.
MAX_DEPTH = 100
#: Endings of property names whose literal values are secrets.
SECRET_ENDINGS = ("password", "secretstring", "authtoken", "privatekey", "secretkey", "secretaccesskey")
_HIDDEN = {"$sensitive": True}


def to_json(graph: Graph) -> dict[str, Any]:
    """The graph under canonical names, ready for `json.dumps`.

    A known value is plain JSON, an unknown one {"$unknown": reason}, an undecided one {"$choice": [{"when", "value"}]},
    and a secret {"$sensitive": true}: its text is in no output.
    """
    return {
        "resources": [_resource(resource) for resource in graph.resources],
        "edges": [{"from": edge.source, "to": edge.target, "property": edge.property} for edge in graph.edges],
    }


def _resource(resource: Resource) -> dict[str, Any]:
    hidden = _hidden_properties(resource)
    written: dict[str, Any] = {
        "address": resource.address,
        "type": resource.type,
        "framework": resource.framework,
        "location": location(resource.header),
        "properties": {
            name: _HIDDEN if name in hidden else _value(value, name, 0)
            for name, value in resource.properties.entries.items()
        },
    }
    if resource.unmapped is not None and resource.unmapped is not resource.properties and resource.unmapped.entries:
        written["unmapped"] = {name: _value(value, name, 0) for name, value in resource.unmapped.entries.items()}
    if resource.folded_into is not None:
        written["folded_into"] = resource.folded_into
    if resource.exists is not True:
        written["when"] = condition_text(resource.exists)
    return written


def _hidden_properties(resource: Resource) -> frozenset[str]:
    """What a parameter or output that is declared secret must not show."""
    flag = resource.properties.entries.get("NoEcho")
    if isinstance(flag, Known) and str(flag.value).lower() == "true":
        return frozenset(("Default", "Value")) if resource.type == PARAMETER else frozenset(("Value",))
    return frozenset()


def location(span: Span) -> dict[str, Any]:
    """A span as the output contract has it: lines and columns from 1."""
    start, end = span.source.position(span.start), span.source.position(span.end)
    return {
        "path": span.source.path,
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }


def _value(value: Value, name: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        return {"$unknown": f"nested more than {MAX_DEPTH} levels deep"}
    if value.sensitive:
        return _HIDDEN
    if isinstance(value, Known):
        if isinstance(value.value, str) and name.replace("_", "").lower().endswith(SECRET_ENDINGS):
            return _HIDDEN
        return _scalar(value.value)
    if isinstance(value, ListValue):
        return [_value(item, name, depth + 1) for item in value.items]
    if isinstance(value, MapValue):
        entries = {key: _value(entry, key, depth + 1) for key, entry in value.entries.items()}
        return entries if value.rest is None else {**entries, "$unknown": value.rest.reason}
    if isinstance(value, Choice):
        return {
            "$choice": [
                {"when": condition_text(guard), "value": _value(arm, name, depth + 1)} for guard, arm in value.arms
            ]
        }
    return {"$unknown": value.reason}


def value_to_json(value: Value, name: str) -> Any:
    """One value as the graph's JSON shows it; `name` tells whether it is a secret's."""
    return _value(value, name, 0)


def _scalar(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**18 else float(value)
    return value


def condition_text(condition: Condition) -> str:
    """A condition in words: `Environment = "dev" and (Zone = "a" or Zone = "b")`."""
    return _condition(condition, 0)


def _condition(condition: Condition, depth: int) -> str:
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(condition, bool):
        return "always" if condition else "never"
    if isinstance(condition, Is):
        return describe([(condition, True)])
    if isinstance(condition, Not):
        inner = condition.condition
        return describe([(inner, False)]) if isinstance(inner, Is) else f"not ({_condition(inner, depth + 1)})"
    word = " or " if isinstance(condition, AnyOf) else " and "
    parts = [_condition(part, depth + 1) for part in condition.conditions]
    return word.join(f"({part})" if " or " in part or " and " in part else part for part in parts)


def to_mermaid(*graphs: Graph) -> str:
    """Graphs as one Mermaid flowchart, each of several in a frame of its own; names are written as entities, so that
    none can end its label."""
    lines = ["flowchart LR"]
    count = 0
    for index, graph in enumerate(graphs):
        framed = len(graphs) > 1
        if framed:
            lines.append(f'    subgraph u{index}["{_mermaid(graph.name)}"]')
        numbers = {resource.address: f"n{count + number}" for number, resource in enumerate(graph.resources)}
        count += len(numbers)
        for resource in graph.resources:
            label = f"{_mermaid(resource.address)}<br/>{_mermaid(resource.type)}"
            lines.append(f'    {numbers[resource.address]}["{label}"]')
        lines.extend(
            f'    {numbers[edge.source]} -->|"{_mermaid(edge.property)}"| {numbers[edge.target]}'
            for edge in graph.edges
        )
        if framed:
            lines.append("    end")
    return "\n".join(lines) + "\n"


def _mermaid(text: str) -> str:
    """Text in which everything but letters, digits and plain punctuation is an entity code."""
    return "".join(char if char.isalnum() or char in " ._-/:" else f"#{ord(char)};" for char in text)


def to_dot(graph: Graph) -> str:
    """The graph in Graphviz's language; names are quoted, with quotes, backslashes and line ends escaped."""
    lines = ["digraph resources {", "    rankdir=LR;", "    node [shape=box];"]
    lines.extend(
        f'    "{_dot(resource.address)}" [label="{_dot(resource.address)}\\n{_dot(resource.type)}"];'
        for resource in graph.resources
    )
    lines.extend(
        f'    "{_dot(edge.source)}" -> "{_dot(edge.target)}" [label="{_dot(edge.property)}"];' for edge in graph.edges
    )
    lines.append("}")
    return "\n".join(lines) + "\n"


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(char if char.isprintable() else " " for char in escaped)
