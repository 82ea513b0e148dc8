"""The graph as JSON, Mermaid and DOT."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, negate
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.graph.render import condition_text, to_dot, to_json, to_mermaid
from stanchion.graph.resource import PARAMETER, Edge, Graph, Part, Resource
from stanchion.syntax.source import Source, Span

SOURCE = Source("main.tf", "resource {\n}\n")
DEV = Is(Undecided("Environment"), "dev")
EMPTY = MapValue({})


def resource(address: str, type_: str, entries: dict[str, Value], **more: Any) -> Resource:
    part = Part(address, Span(SOURCE, 0, 10), Span(SOURCE, 0, 12))
    return Resource(address, type_, "terraform", type_, address, MapValue(entries), EMPTY, [part], **more)


def test_values_in_the_form_of_the_contract() -> None:
    entries: dict[str, Value] = {
        "Known": Known("x"),
        "Whole": Known(Decimal(3)),
        "Part": Known(Decimal("0.5")),
        "List": ListValue((Known(1), Unknown("var.n has no default"))),
        "Choice": choose(((DEV, Known(False)), (negate(DEV), Known(True)))),
        "Seen": MapValue({"a": Known(None)}, rest=Unknown("seen from outside")),
    }
    graph = Graph("terraform", ".", [resource("aws_x.y", "AWS::X::Y", entries, exists=DEV)])
    written = json.loads(json.dumps(to_json(graph)))
    assert written["edges"] == []
    (found,) = written["resources"]
    assert found["properties"] == {
        "Known": "x",
        "Whole": 3,
        "Part": 0.5,
        "List": [1, {"$unknown": "var.n has no default"}],
        "Choice": {
            "$choice": [
                {"when": 'Environment = "dev"', "value": False},
                {"when": 'Environment != "dev"', "value": True},
            ]
        },
        "Seen": {"a": None, "$unknown": "seen from outside"},
    }
    assert found["when"] == 'Environment = "dev"'
    assert found["location"] == {
        "path": "main.tf",
        "start": {"line": 1, "column": 1},
        "end": {"line": 1, "column": 11},
    }


def test_no_secret_is_written() -> None:
    secret = "hunter2-hunter2"
    resources = [
        resource("a", "AWS::RDS::DBInstance", {"MasterUserPassword": Known(secret)}),
        resource(
            "b",
            "AWS::X::Y",
            {"Any": Known(secret, sensitive=True), "List": ListValue((Known(secret),), sensitive=True)},
        ),
        resource("c", PARAMETER, {"NoEcho": Known(True), "Default": Known(secret), "Value": Known(secret)}),
        resource("d", "Template::Output", {"NoEcho": Known("true"), "Value": MapValue({"x": Known(secret)})}),
        resource("e", "AWS::X::Y", {"Env": MapValue({"DB_PASSWORD": Known(secret)})}),
        resource("f", "AWS::X::Y", {}, unmapped=MapValue({"password": Known(secret)})),
        resource("g", "AWS::X::Y", {"A": choose(((DEV, Known(secret, sensitive=True)), (negate(DEV), Known("x"))))}),
    ]
    text = json.dumps(to_json(Graph("terraform", ".", resources)))
    assert secret not in text
    assert text.count("$sensitive") >= len(resources)


def test_conditions_in_words() -> None:
    region = Is(Undecided("Region"), "us-east-1")
    both: Condition = all_of(DEV, any_of(region, negate(DEV)))
    assert condition_text(True) == "always"
    assert condition_text(negate(DEV)) == 'Environment != "dev"'
    assert condition_text(both) == 'Environment = "dev" and (Region = "us-east-1" or Environment != "dev")'


def connected(first: str, second: str, label: str) -> Graph:
    resources = [resource(first, "AWS::X::Y", {}), resource(second + "'", "AWS::X::Y", {})]
    return Graph("terraform", ".", resources, [Edge(first, second + "'", label)])


@given(st.text(), st.text(), st.text())
def test_no_name_breaks_out_of_a_mermaid_label(first: str, second: str, label: str) -> None:
    lines = to_mermaid(connected(first, second, label)).split("\n")
    assert lines[0] == "flowchart LR"
    node = re.compile(r'    n\d\["[^"\[\]<>]*<br/>[^"\[\]<>]*"\]')
    assert node.fullmatch(lines[1])
    assert node.fullmatch(lines[2])
    assert re.fullmatch(r'    n\d -->\|"[^"|\[\]<>]*"\| n\d', lines[3])
    assert lines[4:] == [""]


@given(st.text(), st.text(), st.text())
def test_no_name_breaks_out_of_a_dot_string(first: str, second: str, label: str) -> None:
    lines = to_dot(connected(first, second, label)).split("\n")
    quoted = r'"(?:[^"\\]|\\.)*"'
    assert re.fullmatch(rf"    {quoted} \[label={quoted}\];", lines[3])
    assert re.fullmatch(rf"    {quoted} \[label={quoted}\];", lines[4])
    assert re.fullmatch(rf"    {quoted} -> {quoted} \[label={quoted}\];", lines[5])
    assert lines[6:] == ["}", ""]
