"""What stands for an unknown number of instances or blocks is there only when there are any."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.judging.finding import Finding
from stanchion.run import RunOptions, run

RULE = """
    description = "x"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
"""


def findings(directory: Path, text: str, policy: str = "NET101") -> list[Finding]:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    outcome = run([directory], RunOptions(select=(policy,)))
    assert outcome.problems == []
    return outcome.findings


@pytest.mark.parametrize(
    ("type_", "repeat", "when"),
    [
        ("number", "count = var.x", "var.x != 0"),
        ("number", "count = var.x * 2", "var.x * 2 != 0"),
        ("set(string)", "for_each = var.x", "length(var.x) != 0"),
        ("bool", "count = var.x ? 1 : 0", "var.x = true"),
    ],
)
def test_a_resource_that_may_not_be_made_is_faulty_under_that_condition(
    tmp_path: Path, type_: str, repeat: str, when: str
) -> None:
    text = (
        f'variable "x" {{ type = {type_} }}\nresource "aws_security_group" "a" {{\n{repeat}\ningress {{{RULE}}}\n}}\n'
    )
    (finding,) = findings(tmp_path, text)
    assert (finding.certainty, finding.when) == ("conditional", when)


def test_so_is_a_dynamic_block(tmp_path: Path) -> None:
    block = f'dynamic "ingress" {{\nfor_each = var.x\ncontent {{{RULE}}}\n}}'
    text = f'variable "x" {{ type = list(string) }}\nresource "aws_security_group" "a" {{\n{block}\n}}\n'
    (finding,) = findings(tmp_path, text)
    assert (finding.certainty, finding.when) == ("conditional", "length(var.x) != 0")


@pytest.mark.parametrize(
    ("chosen", "when"),
    [("var.x", 'var.x = "ingress"'), ('var.x == "in" ? "ingress" : "egress"', 'var.x = "in"')],
)
def test_a_rule_whose_direction_is_open_is_inbound_under_that_condition(tmp_path: Path, chosen: str, when: str) -> None:
    group = 'resource "aws_security_group" "a" {}\n'
    rule = f"type = {chosen}\nsecurity_group_id = aws_security_group.a.id\n{RULE}"
    text = f'variable "x" {{ type = string }}\n{group}resource "aws_security_group_rule" "r" {{\n{rule}}}\n'
    (finding,) = findings(tmp_path, text)
    assert (finding.certainty, finding.when) == ("conditional", when)
