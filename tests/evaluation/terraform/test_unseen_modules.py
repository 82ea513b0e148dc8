"""What a module that is not on disk is given stays in sight."""

from __future__ import annotations

from pathlib import Path

from stanchion.run import Outcome, RunOptions, graphs

UNIT = """
variable "open" {
  type = bool
}

resource "aws_security_group" "web" {
  count       = 2
  description = "web servers"
}

locals {
  groups = aws_security_group.web[*].id
}

module "far" {
  source   = "example/elsewhere/aws"
  count    = var.open ? 1 : 0
  name     = "far-${count.index}"
  groups   = local.groups
  nothing  = []
}
"""


def test_the_call_of_an_unseen_module_refers_to_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(UNIT)
    (graph,) = graphs([tmp_path], RunOptions(), Outcome())
    (call,) = graph.by_type["Template::Module"]
    assert call.address == "module.far[0]"
    assert call.exists is not True
    assert set(call.properties.entries) == {"name", "groups", "nothing"}
    assert {edge.target for edge in graph.outgoing[call.address]} == {
        "aws_security_group.web[0]",
        "aws_security_group.web[1]",
    }
