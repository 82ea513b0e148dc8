"""Several environments in one run: each judged with its own values, the findings joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stanchion.cli.main import main
from stanchion.judging.variants import labels

UNIT = """\
variable "cidr" {
  type    = string
  default = "10.0.0.0/8"
}

variable "trail" {
  type = bool
}

variable "public" {
  type    = bool
  default = true
}

resource "aws_security_group" "web" {
  description = "web"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

resource "aws_security_group" "always" {
  description = "always"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_cloudtrail" "all" {
  name                       = "all"
  s3_bucket_name             = "logs"
  enable_log_file_validation = var.trail
}
"""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(UNIT, encoding="utf-8")
    (tmp_path / "dev.tfvars").write_text('cidr = "0.0.0.0/0"\ntrail = false\n', encoding="utf-8")
    (tmp_path / "test.tfvars").write_text('cidr = "0.0.0.0/0"\ntrail = true\n', encoding="utf-8")
    (tmp_path / "prod.tfvars").write_text("trail = true\n", encoding="utf-8")
    (tmp_path / "common.tfvars").write_text('cidr = "0.0.0.0/0"\ntrail = false\n', encoding="utf-8")
    return tmp_path


def checked(unit: Path, capsys: pytest.CaptureFixture[str], *files: str, select: str = "NET101,LOG101") -> Any:
    given = [argument for file in files for argument in ("--var-file", file)]
    main(["check", str(unit), "--select", select, "--no-config", "--format", "json", "--show", "possible", *given])
    return json.loads(capsys.readouterr().out)


def told(report: Any) -> list[tuple[str, str, str | None]]:
    return [(each["resources"][0], each["certainty"], each["when"]) for each in report["findings"]]


def test_what_only_some_environments_bring_names_them(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = checked(unit, capsys, *(str(unit / name) for name in ("dev.tfvars", "test.tfvars", "prod.tfvars")))
    assert told(report) == [
        ("aws_security_group.web", "conditional", "var-file = dev.tfvars or var-file = test.tfvars"),
        ("aws_security_group.always", "definite", None),
        ("aws_cloudtrail.all", "conditional", "var-file = dev.tfvars"),
    ]
    assert (report["summary"]["units"], report["summary"]["resources"]) == (1, 3)
    assert report["errors"] == []


def test_what_all_bring_is_definite_and_one_file_is_no_variant(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = checked(unit, capsys, str(unit / "dev.tfvars"), str(unit / "test.tfvars"), select="NET101")
    one = checked(unit, capsys, str(unit / "dev.tfvars"), select="NET101")
    assert told(both) == told(one)
    assert {certainty for _, certainty, _ in told(one)} == {"definite"}


def test_files_with_a_comma_between_them_are_layers_of_one_environment(
    unit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layered = f"{unit / 'common.tfvars'},{unit / 'prod.tfvars'}"
    assert told(checked(unit, capsys, layered)) == [
        ("aws_security_group.web", "definite", None),
        ("aws_security_group.always", "definite", None),
    ]
    report = checked(unit, capsys, layered, f"{unit / 'common.tfvars'},{unit / 'dev.tfvars'}", select="LOG101")
    assert told(report) == [("aws_cloudtrail.all", "conditional", "var-file = dev.tfvars")]


def test_a_condition_of_one_environment_stands_beside_its_name(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (unit / "more.tf").write_text(
        'variable "open" {\n  type = bool\n}\n'
        'resource "aws_security_group" "maybe" {\n  ingress {\n    from_port = 22\n'
        '    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = [var.open ? "0.0.0.0/0" : "10.0.0.0/8"]\n  }\n}\n',
        encoding="utf-8",
    )
    (unit / "open.tfvars").write_text("open = true\ntrail = true\n", encoding="utf-8")
    report = checked(unit, capsys, str(unit / "open.tfvars"), str(unit / "prod.tfvars"), select="NET101")
    found = {address: when for address, _, when in told(report)}
    assert found["aws_security_group.maybe"] == "var-file = open.tfvars or var-file = prod.tfvars and var.open = true"


def test_what_goes_wrong_in_one_environment_says_in_which(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (unit / "bad.tfvars").write_text('trail = "perhaps"\n', encoding="utf-8")
    report = checked(unit, capsys, str(unit / "bad.tfvars"), str(unit / "prod.tfvars"))
    (problem,) = report["errors"]
    assert problem["message"].endswith("(with var-file = bad.tfvars)")
    assert problem["location"]["path"].endswith("bad.tfvars")


def test_what_no_environment_decides_is_possible_and_counted_once(
    unit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (unit / "empty.tfvars").write_text("", encoding="utf-8")
    (unit / "other.tfvars").write_text("public = false\n", encoding="utf-8")
    report = checked(unit, capsys, str(unit / "empty.tfvars"), str(unit / "other.tfvars"), select="LOG101")
    assert told(report) == [("aws_cloudtrail.all", "possible", None)]
    assert report["summary"]["undecided"] == 1


def test_the_configuration_may_list_environments(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'var-files = ["dev.tfvars", "common.tfvars,prod.tfvars"]\nselect = ["LOG101"]\n'
    (unit / ".stanchion.toml").write_text(text, encoding="utf-8")
    main(["check", str(unit), "--format", "json"])
    assert told(json.loads(capsys.readouterr().out)) == [("aws_cloudtrail.all", "conditional", "var-file = dev.tfvars")]


def test_a_graph_is_of_one_environment(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", str(unit), "--var-file", "a.tfvars", "--var-file", "b.tfvars"]) == 2
    assert "one environment" in capsys.readouterr().err


def test_labels_leave_out_what_all_share_and_tell_equal_names_apart() -> None:
    base, prod, dev = Path("base.tfvars"), Path("prod/x.tfvars"), Path("dev/x.tfvars")
    assert labels([(base, Path("prod.tfvars")), (base, Path("dev.tfvars"))]) == ["prod.tfvars", "dev.tfvars"]
    assert labels([(prod,), (dev,)]) == ["prod/x.tfvars", "dev/x.tfvars"]
    assert labels([(base,), (base, dev)]) == ["base.tfvars", "x.tfvars"]
