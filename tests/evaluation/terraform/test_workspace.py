"""The workspace is open unless somebody says which one; worlds in which Terraform fails are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stanchion.cli.main import main
from stanchion.run import Outcome, RunOptions, run

GROUP = 'resource "aws_security_group" "a" {}\n'
RULE = """
resource "aws_vpc_security_group_ingress_rule" "r" {
  %s
  security_group_id = aws_security_group.a.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = %s
}
"""
MAPS = """
locals {
  cidrs = { dev = "10.0.0.0/8", test = "10.1.0.0/16", prod = "0.0.0.0/0" }
  env   = terraform.workspace
}
"""


def judged(directory: Path, text: str, **options: object) -> Outcome:
    (directory / "main.tf").write_text(GROUP + text, encoding="utf-8")
    return run([directory], RunOptions(select=("NET101",), **options))  # type: ignore[arg-type]


def told(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(finding.certainty, finding.when) for finding in outcome.findings]


PROD = ("conditional", 'terraform.workspace = "prod"')


@pytest.mark.parametrize(
    ("cidr", "expected"),
    [
        ("local.cidrs[terraform.workspace]", PROD),
        ("local.cidrs[local.env]", PROD),
        ('lookup(local.cidrs, terraform.workspace, "10.0.0.0/8")', PROD),
        ('try(local.cidrs[terraform.workspace], "10.0.0.0/8")', PROD),
        ('terraform.workspace == "prod" ? "0.0.0.0/0" : "10.0.0.0/8"', PROD),
        ('{ "live-prod" = "0.0.0.0/0", "live-dev" = "10.0.0.0/8" }["live-${terraform.workspace}"]', PROD),
        ('contains(["prod"], terraform.workspace) ? "0.0.0.0/0" : "10.0.0.0/8"', PROD),
        (
            'contains(keys(local.cidrs), terraform.workspace) ? "10.0.0.0/8" : "0.0.0.0/0"',
            (
                "conditional",
                'terraform.workspace != "dev" and terraform.workspace != "prod" and terraform.workspace != "test"',
            ),
        ),
    ],
)
def test_every_way_of_asking_for_the_workspace_decides_it(
    tmp_path: Path, cidr: str, expected: tuple[str, str | None]
) -> None:
    outcome = judged(tmp_path, MAPS + RULE % ("", cidr))
    assert outcome.problems == []
    assert told(outcome) == [expected]


def test_the_choice_is_the_same_in_modules(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text('variable "env" { type = string }\noutput "e" { value = var.env }\n')
    call = 'module "m" {\n  source = "./m"\n  env = terraform.workspace\n}\n'
    outcome = judged(tmp_path, MAPS + call + RULE % ("", "local.cidrs[module.m.e]"))
    assert outcome.problems == []
    assert told(outcome) == [PROD]


def test_a_world_in_which_terraform_fails_is_none(tmp_path: Path) -> None:
    """No prod rule is made, and in every other workspace that there is the range is private."""
    settings = "locals {\n  range = local.cidrs[terraform.workspace]\n}\n"
    count = 'count = terraform.workspace == "prod" ? 0 : 1'
    outcome = judged(tmp_path, MAPS + settings + RULE % (count, 'try(local.range, "0.0.0.0/0")'))
    assert outcome.problems == []
    assert told(outcome) == []


def test_so_is_one_in_which_another_resource_fails(tmp_path: Path) -> None:
    other = 'resource "aws_vpc" "v" {\n  cidr_block = local.cidrs[terraform.workspace]\n}\n'
    open_elsewhere = 'contains(keys(local.cidrs), terraform.workspace) ? "10.0.0.0/8" : "0.0.0.0/0"'
    assert told(judged(tmp_path, MAPS + other + RULE % ("", open_elsewhere))) == []


def test_where_all_worlds_fail_that_is_an_error(tmp_path: Path) -> None:
    text = """
    locals {
      one   = { dev = "0.0.0.0/0" }
      other = { prod = "0.0.0.0/0" }
    }
    resource "aws_vpc" "v" {
      cidr_block = local.one[terraform.workspace]
    }
    """
    outcome = judged(tmp_path, text + RULE % ("", "local.other[terraform.workspace]"))
    (problem,) = outcome.problems
    assert problem.grave
    assert problem.message.startswith("Terraform makes no plan of this")


def test_a_named_workspace_is_no_choice(tmp_path: Path) -> None:
    text = MAPS + RULE % ("", "local.cidrs[terraform.workspace]")
    assert told(judged(tmp_path, text, workspaces=("prod",))) == [("definite", None)]
    assert told(judged(tmp_path, text, workspaces=("dev",))) == []
    outcome = judged(tmp_path, text, workspaces=("default",))
    assert [problem.message.partition(";")[0] for problem in outcome.problems] == ['there is no key "default" here']


def test_the_environment_names_one_where_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_WORKSPACE", "prod")
    text = MAPS + RULE % ("", "local.cidrs[terraform.workspace]")
    assert told(judged(tmp_path, text)) == [PROD]
    assert told(judged(tmp_path, text, use_environment=True)) == [("definite", None)]


def report(directory: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str | None]]:
    main(["check", str(directory), "--select", "NET101", "--format", "json", *arguments])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return [(finding["certainty"], finding["when"]) for finding in findings]


def test_several_workspaces_are_variants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(GROUP + MAPS + RULE % ("", "local.cidrs[terraform.workspace]"))
    assert report(tmp_path, capsys, "--workspace", "dev", "--workspace", "prod") == [PROD]
    (tmp_path / ".stanchion.toml").write_text('workspaces = ["dev", "test"]\n')
    assert report(tmp_path, capsys) == []
    assert report(tmp_path, capsys, "--workspace", "prod") == [("definite", None)]


def test_workspaces_and_variable_files_are_combined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cidr = 'terraform.workspace == "prod" ? var.cidr : "10.0.0.0/8"'
    variable = 'variable "cidr" {\n  type = string\n}\n'
    (tmp_path / "main.tf").write_text(GROUP + variable + RULE % ("", cidr))
    for name, range_ in (("open", "0.0.0.0/0"), ("closed", "10.0.0.0/8")):
        (tmp_path / f"{name}.tfvars").write_text(f'cidr = "{range_}"\n')
    files = [word for name in ("open", "closed") for word in ("--var-file", str(tmp_path / f"{name}.tfvars"))]
    spaces = ["--workspace", "dev", "--workspace", "prod"]
    when = 'var-file = open.tfvars and terraform.workspace = "prod"'
    assert report(tmp_path, capsys, *files, *spaces) == [("conditional", when)]


@pytest.mark.parametrize(
    ("order", "found"),
    [("file var", []), ("var file", [("definite", None)]), ("var file var", []), ("file var file2", None)],
)
def test_values_and_files_count_in_the_order_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], order: str, found: list[tuple[str, str | None]] | None
) -> None:
    variable = 'variable "cidr" {\n  type = string\n}\n'
    (tmp_path / "main.tf").write_text(GROUP + variable + RULE % ("", "var.cidr"))
    words: list[str] = []
    for name in order.split():
        if name == "var":
            words += ["--var", "cidr=10.0.0.0/8"]
        else:
            (tmp_path / f"{name}.tfvars").write_text('cidr = "0.0.0.0/0"\n')
            words += ["--var-file", str(tmp_path / f"{name}.tfvars")]
    expected = found if found is not None else [("conditional", "var-file = file2.tfvars")]
    assert report(tmp_path, capsys, *words) == expected


def test_a_null_of_one_world_is_replaced_where_null_is_not_allowed(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    variable = 'variable "c" {\n  type     = string\n  nullable = false\n  default  = "0.0.0.0/0"\n}\n'
    (tmp_path / "m" / "main.tf").write_text(variable + 'output "c" { value = var.c }\n')
    given = 'c = var.s == "x" ? "10.0.0.0/8" : null'
    call = f'variable "s" {{\n  type = string\n}}\nmodule "m" {{\n  source = "./m"\n  {given}\n}}\n'
    outcome = judged(tmp_path, call + RULE % ("", "module.m.c"))
    assert outcome.problems == []
    assert told(outcome) == [("conditional", 'var.s != "x"')]
