"""The reports for machines, held to their schemas on real inputs: the example, every bad fixture, a plan, bad input."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stanchion.fixing.fixes import fixer
from stanchion.judging.finding import Finding
from stanchion.plugins.registry import load
from stanchion.reporting import json as json_report
from stanchion.reporting import sarif
from stanchion.reporting.joining import apart, joined
from stanchion.run import Keep, Outcome, RunOptions, run
from stanchion.syntax.reading import SourceTree

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
POLICIES = load(search=[]).policies
EVERY = tuple(sorted({policy.family for policy in POLICIES}))
SERVICES = sorted({policy.service for policy in POLICIES})


@cache
def schema(path: Path) -> Draft202012Validator:
    document = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def contract() -> Draft202012Validator:
    return schema(Path(str(files("stanchion.reporting").joinpath("report.schema.json"))))


def judged(path: Path) -> tuple[Outcome, list[Finding], SourceTree]:
    tree = SourceTree(path if path.is_dir() else path.parent, base=ROOT)
    outcome = run([path], RunOptions(EVERY, keep=Keep.FIXABLE), None, tree)
    return outcome, joined(outcome.findings), tree


def broken(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(
        'resource "aws_vpc" "x" {\n  cidr_block =\n}\nmodule "m" {\n  source = "a/b/aws"\n}\n'
    )
    (tmp_path / "latin.tf").write_bytes(b"# \xe9\n")
    (tmp_path / "odd.json").write_text('{"Resources": {"\\ud800\\u202e": {"Type": "AWS::EC2::VPC", "Properties": {}}}}')
    return tmp_path


INPUTS = ["example", "plan/sources", "plan/alone", *(f"policies/{name}" for name in SERVICES), "broken"]


@pytest.mark.parametrize("name", INPUTS)
def test_reports_keep_to_their_schemas(name: str, tmp_path: Path) -> None:
    outcome, findings, tree = judged(broken(tmp_path) if name == "broken" else FIXTURES / name)
    assert findings or name == "broken"
    fix = fixer(outcome.graphs, tree)
    document = json.loads(json_report.report(outcome, findings, fix))
    contract().validate(document)
    assert len(document["findings"]) == len(findings)
    log = json.loads(sarif.report(outcome, findings, ROOT, fix))
    schema(FIXTURES / "reporting" / "sarif-2.1.0.json").validate(log)
    (one,) = log["runs"]
    assert len(one["results"]) == len(list(apart(findings))) >= len(findings)
    for result in one["results"]:
        assert one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def logs(directory: Path) -> list[dict[str, Any]]:
    tree = SourceTree(directory, base=directory)
    outcome = run([directory], RunOptions(("LOG101", "LOG121", "NET101", "NET502"), keep=Keep.FIXABLE), None, tree)
    report = json.loads(sarif.report(outcome, joined(outcome.findings), directory, fixer(outcome.graphs, tree)))
    results: list[dict[str, Any]] = report["runs"][0]["results"]
    return results


MODULE = """\
variable "group" {}
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  security_group_id = var.group
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
"""
MAIN = """\
resource "aws_security_group" "web" {}
module "ssh" {
  source = "./ssh"
  group  = aws_security_group.web.id
}
resource "aws_cloudtrail" "a" {
  name           = "a"
  s3_bucket_name = "b"
}
"""


def test_a_trace_is_a_code_flow_and_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    (tmp_path / "ssh").mkdir()
    (tmp_path / "ssh" / "main.tf").write_text(MODULE)
    (tmp_path / "main.tf").write_text(MAIN)
    before = logs(tmp_path)
    (flow,) = [result["codeFlows"] for result in before if result["ruleId"] == "NET101"]
    steps = flow[0]["threadFlows"][0]["locations"]
    (called,) = [step["location"] for step in steps if step["location"]["message"]["text"] == "called as module.ssh"]
    assert called["physicalLocation"]["region"]["startLine"] == 2
    (tmp_path / "main.tf").write_text("# a word\n\n\n" + MAIN)
    (tmp_path / "ssh" / "main.tf").write_text("\n\n" + MODULE)
    after = logs(tmp_path)

    def prints(results: list[dict[str, Any]]) -> list[str]:
        return sorted(result["partialFingerprints"]["stanchion/v1"] for result in results)

    assert prints(before) == prints(after)
    lines = [[r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in each] for each in (before, after)]
    assert lines[0] != lines[1]
