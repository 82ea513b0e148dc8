"""What a reference sees of nested blocks, and of what the provider's schema says."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value
from stanchion.run import Outcome, RunOptions, graphs

UNIT = """
resource "aws_eks_cluster" "c" {
  vpc_config {
    subnet_ids = ["subnet-1"]
  }
}
resource "google_bigquery_connection" "scan" {
  cloud_resource {}
}
resource "made_up_thing" "t" {
  outer {
    name = "x"
    inner {}
  }
}
resource "aws_security_group" "g" {
  ingress {
    from_port = 22
  }
}
resource "aws_db_instance" "d" {
  password = "not a real one"
}
data "aws_secretsmanager_secret_version" "v" {
  secret_id = "s"
}
output "o" {
  sensitive = true
  value     = %s
}
"""


def output(directory: Path, expression: str) -> tuple[Value, Outcome]:
    (directory / "main.tf").write_text(UNIT % expression, encoding="utf-8")
    outcome = Outcome()
    (graph,) = graphs([directory], RunOptions(), outcome)
    (resource,) = graph.by_type["Template::Output"]
    return resource.properties.entries["Value"], outcome


@pytest.mark.parametrize(
    "expression",
    [
        "aws_eks_cluster.c.vpc_config[0].cluster_security_group_id",
        "one(aws_eks_cluster.c.vpc_config).cluster_security_group_id",
        "google_bigquery_connection.scan.cloud_resource[0].service_account_id",
        "made_up_thing.t.outer[0].inner[0].id",
    ],
)
def test_what_a_provider_computes_in_a_block_is_known_after_apply(tmp_path: Path, expression: str) -> None:
    value, outcome = output(tmp_path, expression)
    assert outcome.problems == []
    assert isinstance(value, Unknown)
    assert value.reason.endswith("is known only after apply")


def test_what_is_written_in_a_block_is_seen(tmp_path: Path) -> None:
    value, outcome = output(tmp_path, "[made_up_thing.t.outer[0].name, aws_security_group.g.ingress[*].from_port]")
    assert outcome.problems == []
    assert isinstance(value, ListValue)
    name, ports = value.items
    assert isinstance(name, Known)
    assert name.value == "x"
    assert isinstance(ports, ListValue)
    assert [port.value for port in ports.items if isinstance(port, Known)] == [22]


def test_blocks_of_a_set_have_no_index(tmp_path: Path) -> None:
    _, outcome = output(tmp_path, "aws_security_group.g.ingress[0].from_port")
    assert [problem.message.partition(";")[0] for problem in outcome.problems] == ["elements of a set have no index"]


@pytest.mark.parametrize(
    ("expression", "sensitive"),
    [
        ("data.aws_secretsmanager_secret_version.v.secret_string", True),
        ("data.aws_secretsmanager_secret_version.v.arn", False),
        ("aws_db_instance.d.password", True),
        ("aws_db_instance.d.endpoint", False),
    ],
)
def test_sensitive_attributes_stay_so(tmp_path: Path, expression: str, sensitive: bool) -> None:
    value, outcome = output(tmp_path, f"{{ x = {expression} }}")
    assert outcome.problems == []
    assert isinstance(value, MapValue)
    assert value.entries["x"].sensitive is sensitive
