"""Where modules come from: installed ones, OpenTofu's files, and those that are nowhere to be seen."""

from __future__ import annotations

import json
from pathlib import Path

from stanchion.run import Outcome, RunOptions, graphs, run

GROUP = """
variable "cidr" {
  type = string
}

resource "aws_security_group" "this" {
  description = "of a module"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

output "id" {
  value = aws_security_group.this.id
}

output "shown" {
  value = "in ${var.cidr}"
}
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def install(root: Path, modules: dict[str, str]) -> None:
    entries = [{"Key": key, "Source": "x", "Dir": directory} for key, directory in modules.items()]
    entries.append({"Key": "", "Source": "", "Dir": "."})
    write(root / ".terraform" / "modules" / "modules.json", json.dumps({"Modules": entries}))


def test_registry_and_git_modules_are_read_where_init_put_them(tmp_path: Path) -> None:
    write(
        tmp_path / "main.tf",
        'module "web" {\n  source  = "terraform-aws-modules/security-group/aws"\n  version = "5.0"\n'
        '  for_each = { a = "0.0.0.0/0" }\n  cidr = each.value\n}\n'
        'module "git" {\n  source = "git::https://example.net/net.git//sub?ref=v1"\n  cidr = "10.0.0.0/8"\n}\n',
    )
    write(tmp_path / ".terraform" / "modules" / "web" / "main.tf", GROUP)
    outer = 'variable "cidr" {}\nmodule "inner" {\n  source = "app.terraform.io/x/y/aws"\n  cidr = "0.0.0.0/0"\n}\n'
    write(tmp_path / ".terraform" / "modules" / "git" / "sub" / "main.tf", outer)
    write(tmp_path / ".terraform" / "modules" / "git.inner" / "main.tf", GROUP)
    folder = ".terraform/modules"
    install(tmp_path, {"web": f"{folder}/web", "git": f"{folder}/git/sub", "git.inner": f"{folder}/git.inner"})
    outcome = run([tmp_path], RunOptions(select=("NET101",)))
    assert (outcome.problems, outcome.unseen, outcome.units) == ([], [], 1)
    assert [finding.resources[0] for finding in outcome.findings] == [
        'module.web["a"].aws_security_group.this',
        "module.git.module.inner.aws_security_group.this",
    ]


def test_a_finding_in_a_module_carries_its_calls(tmp_path: Path) -> None:
    write(tmp_path / "main.tf", 'module "a" {\n  source = "./a"\n  count = 1\n}\n')
    write(tmp_path / "a" / "main.tf", 'module "b" {\n  source = "../b"\n  cidr = "0.0.0.0/0"\n}\n')
    write(tmp_path / "b" / "main.tf", GROUP)
    (finding,) = run([tmp_path], RunOptions(select=("NET101",))).findings
    steps = [(step.message, step.place.source.path.rpartition("/")[2]) for step in finding.trace]
    assert ("called as module.a[0]", "main.tf") in steps
    assert ("called as module.a[0].module.b", "main.tf") in steps
    paths = [Path(step.place.source.path).parent.name for step in finding.trace]
    assert paths[-2:] == [tmp_path.name, "a"]


def test_a_module_that_is_not_there_is_told_once_and_gives_unknowns(tmp_path: Path) -> None:
    write(
        tmp_path / "main.tf",
        'module "far" {\n  source = "somebody/far/aws"\n  count = 3\n}\n'
        'module "also" {\n  source = "somebody/far/aws"\n}\n'
        'resource "aws_sns_topic" "t" {\n  name = module.far[0].name\n  display_name = module.also.other.deep[1]\n}\n',
    )
    outcome = Outcome()
    (graph,) = graphs([tmp_path], RunOptions(), outcome)
    assert outcome.problems == []
    assert [name for name, _ in graph.unseen] == ["somebody/far/aws"]
    properties = graph.by_address["aws_sns_topic.t"].properties.entries
    assert [value.reason for value in properties.values()] == ["module somebody/far/aws is not on disk"] * 2  # type: ignore[union-attr]


def test_a_source_that_leads_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "secret" / "main.tf", GROUP)
    write(tmp_path / "root" / "main.tf", 'module "m" {\n  source = "../secret"\n  cidr = "0.0.0.0/0"\n}\n')
    install(tmp_path / "root", {"n": "../secret"})
    outcome = run([tmp_path / "root"], RunOptions(root=tmp_path / "root", select=("NET101",)))
    assert outcome.findings == []
    assert [problem.kind for problem in outcome.problems] == ["module"]


def test_a_manifest_that_is_broken_is_a_problem_and_the_rest_is_judged(tmp_path: Path) -> None:
    write(tmp_path / "main.tf", 'module "m" {\n  source = "a/b/aws"\n}\n' + GROUP.replace("var.cidr]", '"0.0.0.0/0"]'))
    write(tmp_path / ".terraform" / "modules" / "modules.json", '{"Modules": [{"Key": 1')
    outcome = run([tmp_path], RunOptions(select=("NET101",)))
    assert len(outcome.findings) == 1
    assert [problem.kind for problem in outcome.problems] == ["module"]


def test_files_of_opentofu_take_the_place_of_terraforms(tmp_path: Path) -> None:
    write(tmp_path / "main.tf", GROUP.replace("var.cidr]", '"10.0.0.0/8"]'))
    write(tmp_path / "main.tofu", GROUP.replace("var.cidr]", '"0.0.0.0/0"]'))
    write(tmp_path / "more.tofu", 'module "m" {\n  source = "./m"\n  cidr = "0.0.0.0/0"\n}\n')
    write(
        tmp_path / "m" / "main.tofu.json", json.dumps({"variable": {"cidr": {}}, "module": {"n": {"source": "../n"}}})
    )
    write(
        tmp_path / "n" / "main.tofu",
        GROUP.replace("var.cidr]", '"0.0.0.0/0"]').replace("type = string", 'default = ""'),
    )
    write(tmp_path / "override.tofu", 'resource "aws_security_group" "this" {\n  name = "over"\n}\n')
    outcome = run([tmp_path], RunOptions(select=("NET101",)))
    assert outcome.problems == []
    assert [finding.resources[0] for finding in outcome.findings] == [
        "aws_security_group.this",
        "module.m.module.n.aws_security_group.this",
    ]
    assert outcome.findings[0].place.source.path.endswith("main.tofu")
