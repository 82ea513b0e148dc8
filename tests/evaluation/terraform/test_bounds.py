"""What would take for ever, or more memory than there is, is given up and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.evaluation.terraform.expressions.scope import MAX_INSTANCES, MAX_REPEATS
from stanchion.run import Outcome, RunOptions, graphs


def evaluated(directory: Path, text: str) -> tuple[Outcome, int]:
    (directory / "main.tf").write_text(text, encoding="utf-8")
    outcome = Outcome()
    made = sum(len(graph.resources) for graph in graphs([directory], RunOptions(), outcome))
    assert not [problem for problem in outcome.problems if problem.kind == "internal"]
    return outcome, made


def doubling(first: str, next_: str, times: int) -> str:
    lines = [f"l0 = {first}", *(f"l{n} = {next_.replace('@', f'local.l{n - 1}')}" for n in range(1, times))]
    return "locals {\n" + "\n".join(lines) + f'\n}}\nresource "aws_sns_topic" "t" {{\n  name = local.l{times - 1}\n}}\n'


GREEDY = {
    "loops in loops": 'resource "aws_sns_topic" "t" {\n'
    "  name = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]\n}\n",
    "texts that double": doubling('"x"', '"${@}${@}"', 60),
    "lists that double": doubling('["x"]', "concat(@, @)", 60),
    "structures that double": doubling('"x"', "[@, @]", 200) + 'output "o" {\n  value = jsonencode(local.l199)\n}\n',
    "products": 'output "o" {\n  value = setproduct(range(1000), range(1000), range(1000))\n}\n',
    "padding": 'output "o" {\n  value = format("%999999999d", 1)\n}\n',
    "powers": 'output "o" {\n  value = pow(pow(pow(10, 1000), 1000), 1000)\n}\n',
    "comparisons": 'variable "x" {}\noutput "o" {\n  value = distinct([for a in range(1000) : "${var.x}-${a}"])\n}\n',
}


@pytest.mark.parametrize("name", GREEDY)
def test_values_that_would_take_too_much_are_given_up(tmp_path: Path, name: str) -> None:
    evaluated(tmp_path, GREEDY[name])


def test_more_instances_than_any_configuration_has_are_left_out_and_said(tmp_path: Path) -> None:
    outcome, made = evaluated(tmp_path, 'resource "aws_sns_topic" "t" {\n  count = 1000000000\n}\n')
    assert made == MAX_REPEATS
    assert [problem.kind for problem in outcome.problems] == ["bound"]


def test_modules_that_multiply_are_left_out_and_said(tmp_path: Path) -> None:
    for number in range(8):
        directory = tmp_path / f"m{number}"
        directory.mkdir()
        inner = f'module "n" {{\n  source = "../m{number + 1}"\n  count = 20\n}}\n' if number < 7 else ""
        resource = 'resource "aws_sns_topic" "t" {\n  name = "n"\n}\n'
        (directory / "main.tf").write_text(inner + resource, encoding="utf-8")
    outcome, made = evaluated(tmp_path, 'module "n" {\n  source = "./m0"\n  count = 20\n}\n')
    assert made <= MAX_INSTANCES
    assert "bound" in {problem.kind for problem in outcome.problems}


def test_what_is_defined_by_itself_is_an_error_at_its_place(tmp_path: Path) -> None:
    text = (
        "locals {\n  a = local.b\n  b = [local.c]\n  c = { x = local.a }\n}\n"
        'resource "aws_sns_topic" "t" {\n  name = aws_sns_topic.t.policy\n  policy = aws_sns_topic.t.name\n}\n'
        'resource "aws_sns_topic" "u" {\n  count = length(aws_sns_topic.u)\n}\noutput "a" {\n  value = local.a\n}\n'
    )
    outcome, _ = evaluated(tmp_path, text)
    messages = [problem.message for problem in outcome.problems]
    assert any("local." in message and "defined by itself" in message for message in messages)
    assert any("aws_sns_topic.t" in message and "refers to itself" in message for message in messages)
    assert any("aws_sns_topic.u" in message for message in messages)
    assert all(problem.place is not None for problem in outcome.problems)


def test_a_chain_of_thousands_of_locals_is_followed_or_given_up(tmp_path: Path) -> None:
    evaluated(tmp_path, doubling('"x"', "upper(@)", 5000))


def test_an_expression_nested_thousands_deep_is_given_up(tmp_path: Path) -> None:
    for opening, closing in (("(", ")"), ("[", "]"), ("upper(", ")"), ("{a=", "}"), ("-", ""), ('"${', '}"')):
        evaluated(tmp_path, f'output "o" {{\n  value = {opening * 5000}1{closing * 5000}\n}}\n')
