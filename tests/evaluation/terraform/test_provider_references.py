"""The keys of `providers` are provider references, and `resource.TYPE.NAME` names what `TYPE.NAME` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.run import Outcome, RunOptions, graphs, run

ROOT = """
provider "aws" {
  alias = "far"
}
module "inner" {
  source = "./inner"
  %s
}
"""
INNER = """
resource "aws_vpc" "v" {
  provider = aws.peer
}
"""


@pytest.mark.parametrize(
    "providers",
    [
        "providers = {\n    aws.peer = aws.far\n    aws = aws\n  }",
        "providers = { aws.peer = aws.far, aws = aws }",
        "providers = { aws.peer : aws.far }",
        'providers = { "aws.peer" = "aws.far" }',
    ],
)
def test_providers_are_passed_on_in_every_form(tmp_path: Path, providers: str) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "main.tf").write_text(ROOT % providers, encoding="utf-8")
    (tmp_path / "inner" / "main.tf").write_text(INNER, encoding="utf-8")
    outcome = Outcome()
    (graph,) = graphs([tmp_path], RunOptions(), outcome)
    assert outcome.problems == []
    assert graph.by_address["module.inner.aws_vpc.v"].provider == "aws.far"


@pytest.mark.parametrize(
    "block", ["locals {\n  x = { a.b = 1 }\n}\n", 'module "m" {\n  source = "./m"\n  x = { a.b = 1 }\n}\n']
)
def test_other_keys_that_look_like_references_are_still_refused(tmp_path: Path, block: str) -> None:
    (tmp_path / "main.tf").write_text(block, encoding="utf-8")
    outcome = Outcome()
    list(graphs([tmp_path], RunOptions(), outcome))
    assert any("this key can be a reference or a name" in problem.message for problem in outcome.problems)


def test_resource_may_stand_in_front_of_a_reference(tmp_path: Path) -> None:
    text = """
    resource "aws_security_group" "db" {
      count       = 2
      description = "db"
    }
    resource "aws_vpc_security_group_ingress_rule" "db" {
      security_group_id = resource.aws_security_group.db[1].id
      ip_protocol       = "tcp"
      from_port         = 3306
      to_port           = 3306
      cidr_ipv4         = "0.0.0.0/0"
    }
    """
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    outcome = run([tmp_path], RunOptions(select=("NET111",)))
    assert outcome.problems == []
    (finding,) = outcome.findings
    assert set(finding.resources) == {"aws_vpc_security_group_ingress_rule.db", "aws_security_group.db[1]"}
