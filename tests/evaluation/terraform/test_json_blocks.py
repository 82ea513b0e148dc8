"""Blocks of the JSON syntax that Terraform reads itself: `dynamic`, `validation`, `lifecycle`."""

from __future__ import annotations

import json
from pathlib import Path

from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Value, plain
from stanchion.graph.resource import Graph
from stanchion.run import Outcome, RunOptions, graphs


def graph_of(directory: Path, document: object) -> Graph:
    (directory / "main.tf.json").write_text(json.dumps(document), encoding="utf-8")
    outcome = Outcome()
    (graph,) = graphs([directory], RunOptions(), outcome)
    assert outcome.problems == []
    return graph


def at(value: Value, *path: str | int) -> Value:
    for step in path:
        if isinstance(step, int):
            assert isinstance(value, ListValue)
            value = value.items[step]
        else:
            assert isinstance(value, MapValue)
            value = value.entries[step]
    return value


def test_dynamic_blocks_stand_beside_written_ones(tmp_path: Path) -> None:
    rule = {"description": "x", "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"]}
    made = {**rule, "from_port": "${p.value}", "to_port": "${p.value}"}
    group = {
        "ingress": [{**rule, "from_port": 1, "to_port": 1}],
        "dynamic": {"ingress": {"for_each": [22, 80], "iterator": "p", "content": made}},
    }
    graph = graph_of(tmp_path, {"resource": {"aws_security_group": {"web": group}}})
    rules = graph.by_address["aws_security_group.web"].properties.entries["SecurityGroupIngress"]
    assert isinstance(rules, ListValue)
    assert [plain(at(each, "FromPort")) for each in rules.items] == [1, 22, 80]


def test_dynamic_blocks_are_made_at_any_depth(tmp_path: Path) -> None:
    forward = {"dynamic": {"target_group": [{"for_each": ["a", "b"], "content": {"arn": "${target_group.value}"}}]}}
    action = {"type": "forward", "forward": forward}
    graph = graph_of(tmp_path, {"resource": {"aws_lb_listener": {"web": {"default_action": action}}}})
    actions = graph.by_address["aws_lb_listener.web"].properties.entries["DefaultActions"]
    groups = at(actions, 0, "ForwardConfig", "TargetGroups")
    assert isinstance(groups, ListValue)
    assert [list(plain(each).values()) for each in groups.items] == [["a"], ["b"]]  # type: ignore[attr-defined]


def test_validation_lists_what_a_variable_may_be(tmp_path: Path) -> None:
    validation = [{"condition": '${contains(["a", "b"], var.name)}', "error_message": "a or b"}]
    graph = graph_of(
        tmp_path,
        {
            "variable": {"name": {"type": "string", "validation": validation}},
            "resource": {"aws_sns_topic": {"t": {"name": "${var.name}", "lifecycle": {"prevent_destroy": True}}}},
        },
    )
    topic = graph.by_address["aws_sns_topic.t"]
    name = topic.properties.entries["TopicName"]
    assert isinstance(name, Choice)
    assert [plain(arm) for _, arm in name.arms] == ["a", "b"]
    assert isinstance(topic.attributes.entries["lifecycle"], MapValue)
    assert isinstance(at(topic.attributes, "lifecycle", "prevent_destroy"), Known)
