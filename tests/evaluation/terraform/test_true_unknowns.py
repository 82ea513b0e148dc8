"""What is left undecided is what nobody can know before the plan runs, and it is said once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value
from stanchion.reporting.text import report
from stanchion.run import Outcome, RunOptions, graphs, run

VPC = Path(__file__).parents[4] / "shared" / "corpus" / "terraform-aws-vpc"
#: What only AWS, the apply, or the user knows.
TRUE = re.compile(
    r"(module\.\S+\.)*("
    r"data\.\S+ is read during plan|aws_\S+ is known only after apply|"
    r"var\.\w+ has no default|module \S+ is not on disk)"
)
#: A real mistake of one example, which Terraform refuses too: there are no private subnets to take route tables from.
REFUSED = "coalescelist: no non-null, non-empty arguments"


def unknowns(value: Value) -> Iterator[Unknown]:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, Unknown):
            yield each
        elif isinstance(each, ListValue):
            pending.extend(each.items)
        elif isinstance(each, MapValue):
            pending.extend(each.entries.values())
        elif isinstance(each, Choice):
            pending.extend(arm for _, arm in each.arms)


@pytest.mark.skipif(not VPC.is_dir(), reason="the corpus is not here")
def test_every_unknown_of_the_vpc_module_and_its_examples_is_a_true_one() -> None:
    outcome = Outcome()
    resources, false = 0, set()
    for graph in graphs([VPC], RunOptions(), outcome):
        resources += len(graph.resources)
        for resource in graph.resources:
            for value in resource.properties.entries.values():
                false |= {each.reason for each in unknowns(value) if not TRUE.fullmatch(each.reason)}
        false |= {each.reason for each in graph.unknowns if not TRUE.fullmatch(each.reason)}
    assert resources > 7000
    assert false == {REFUSED}
    assert {problem.message.partition(";")[0] for problem in outcome.problems} == {REFUSED}


@pytest.mark.skipif(not VPC.is_dir(), reason="the corpus is not here")
def test_no_question_about_the_vpc_module_is_left_open() -> None:
    outcome = run([VPC], RunOptions())
    assert [(note.policy, note.resource, note.reason) for note in outcome.undecided] == []


UNIT = """
data "aws_availability_zones" "here" {}

variable "port" {
  type = number
}

locals {
  zones = slice(data.aws_availability_zones.here.names, 0, 3)
}

module "net" {
  source  = "./net"
  zones   = local.zones
  subnets = [for index, zone in local.zones : cidrsubnet("10.0.0.0/16", 8, index)]
  all     = data.aws_availability_zones.here.names
}

resource "aws_security_group" "open" {
  count = 2
  ingress {
    from_port   = var.port
    to_port     = var.port
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
NET = """
variable "zones" {}
variable "subnets" {}
variable "all" {}

resource "aws_subnet" "this" {
  count             = length(var.subnets)
  cidr_block        = var.subnets[count.index]
  availability_zone = element(var.zones, count.index)
}

resource "aws_eip" "each" {
  for_each = toset(var.all)
}

resource "aws_eip" "count" {
  count = length(var.all)
}
"""


def test_how_many_zones_are_taken_is_known_though_not_which(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "main.tf").write_text(NET, encoding="utf-8")
    (tmp_path / "main.tf").write_text(UNIT, encoding="utf-8")
    (graph,) = graphs([tmp_path], RunOptions(), Outcome())
    subnets = graph.by_type["AWS::EC2::Subnet"]
    assert [subnet.address for subnet in subnets] == [f"module.net.aws_subnet.this[{n}]" for n in range(3)]
    blocks = [subnet.properties.entries["CidrBlock"] for subnet in subnets]
    assert [each.value for each in blocks if isinstance(each, Known)] == ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
    zone = subnets[1].properties.entries["AvailabilityZone"]
    assert isinstance(zone, Unknown)
    assert zone.reason == "data.aws_availability_zones.here is read during plan"


def test_each_cause_is_told_once_with_what_hangs_on_it(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "main.tf").write_text(NET, encoding="utf-8")
    (tmp_path / "main.tf").write_text(UNIT, encoding="utf-8")
    outcome = run([tmp_path], RunOptions(select=("NET100", "NET191")))
    text = report(outcome, outcome.findings, explain=True)
    explained = (
        text[text.index("What could not be decided") :].split("\n\n")[0].replace(f"{tmp_path}/", "").splitlines()[1:]
    )
    assert explained == [
        "  data.aws_availability_zones.here is read during plan",
        "    how many there are of module.net.aws_eip.each, module.net.aws_eip.count",
        "  var.port has no default",
        "    NET100, NET191 on aws_security_group.open[0] (main.tf:25)",
        "    NET100, NET191 on aws_security_group.open[1] (main.tf:25)",
    ]
