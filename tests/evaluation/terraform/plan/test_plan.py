"""Plans: judged by what will be there after the apply, traced to the sources where these are at hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.terraform.plan.unit import evaluate_plan
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value
from stanchion.run import Outcome, RunOptions, run
from stanchion.syntax.reading import SourceTree

FIXTURES = Path(__file__).parents[4] / "fixtures" / "plan"
EXPECTED = re.compile(r"# expect: (\w+)")


def judged(path: Path, *select: str) -> Outcome:
    return run([path], RunOptions(select=select))


def declarations(path: Path) -> dict[str, Declaration]:
    evaluated = evaluate_plan(path, SourceTree(path.parent))
    assert not evaluated.problems
    return {declaration.address: declaration for declaration in evaluated.declarations}


def test_findings_of_a_plan_lie_in_the_sources_beside_it() -> None:
    outcome = judged(FIXTURES / "sources" / "plan.json", "NET101", "NET112", "LOG101")
    expected = {
        (path.name, number, policy)
        for path in (FIXTURES / "sources").rglob("*.tf")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for policy in EXPECTED.findall(line)
    }
    assert len(expected) == 3
    found = {
        (os.path.basename(f.place.source.path), f.place.source.position(f.place.start).line, f.policy.id)
        for f in outcome.findings
    }
    assert found == expected
    assert {(finding.certainty, finding.framework) for finding in outcome.findings} == {("definite", "terraform-plan")}


def test_a_finding_in_a_module_tells_how_the_module_is_called() -> None:
    [finding] = judged(FIXTURES / "sources" / "plan.json", "NET112").findings
    assert finding.resources[0] == 'module.web["a"].aws_vpc_security_group_ingress_rule.database'
    assert finding.resources[1] == "aws_security_group.web"
    assert [step.message for step in finding.trace][-1] == 'called as module.web["a"]'


def test_without_sources_a_plan_is_judged_alike_and_the_plan_itself_is_the_place() -> None:
    beside = judged(FIXTURES / "sources" / "plan.json").findings
    alone = judged(FIXTURES / "alone" / "plan.json").findings
    assert sorted((f.policy.id, *f.resources) for f in beside) == sorted((f.policy.id, *f.resources) for f in alone)
    for finding in alone:
        line = finding.place.source.position(finding.place.start).line
        written = finding.place.source.line(line)
        where = {"LOG101": '"enable_log_file_validation": false', "NET101": '"0.0.0.0/0"', "NET112": '"0.0.0.0/0"'}
        assert where.get(finding.policy.id, '"address": ') in written


def test_what_nobody_set_and_only_aws_fills_in_is_left_out() -> None:
    bucket = declarations(FIXTURES / "alone" / "plan.json")["aws_s3_bucket.logs"].properties.entries
    assert "versioning" not in bucket  # computed: after_unknown, and not in the configuration
    trail = declarations(FIXTURES / "alone" / "plan.json")["aws_cloudtrail.all"].properties.entries
    unknown = trail["s3_bucket_name"]
    assert isinstance(unknown, Unknown)
    assert unknown.reason == "aws_cloudtrail.all.s3_bucket_name is known only after apply"
    assert [(r.address, r.attribute) for r in unknown.references] == [("aws_s3_bucket.logs", "id")]


def test_a_mention_is_followed_out_of_a_module() -> None:
    rule = declarations(FIXTURES / "alone" / "plan.json")[
        'module.web["a"].aws_vpc_security_group_ingress_rule.database'
    ]
    group = rule.properties.entries["security_group_id"]
    assert [(r.address, r.attribute) for r in group.references] == [("aws_security_group.web", "id")]


def test_variables_and_providers_come_from_the_plan_when_there_are_no_sources() -> None:
    found = declarations(FIXTURES / "alone" / "plan.json")
    password = found["var.password"].properties.entries
    assert isinstance(password["value"], Unknown)
    assert password["value"].sensitive
    region = found["aws.default"].properties.entries["region"]
    assert isinstance(region, Known)
    assert region.value == "eu-central-1"


def test_other_sources_in_the_same_directory_are_not_taken_for_the_plans_own(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "alone" / "plan.json", tmp_path / "plan.json")
    (tmp_path / "main.tf").write_text('resource "aws_vpc" "other" {}\n')
    for finding in judged(tmp_path / "plan.json").findings:
        assert finding.place.source.path.endswith("plan.json")


@pytest.mark.parametrize("length", [1, 40, 900, 3000, -2])
def test_a_plan_that_breaks_off_is_told_and_judged_as_far_as_it_goes(tmp_path: Path, length: int) -> None:
    text = (FIXTURES / "alone" / "plan.json").read_text()
    path = tmp_path / "plan.json"
    path.write_text(text[:length])
    evaluated = evaluate_plan(path, SourceTree(tmp_path))
    assert any(problem.grave for problem in evaluated.problems)


def test_a_version_nobody_knows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"format_version": "7.0", "planned_values": {"root_module": {}}}')
    problems = [problem.message for problem in evaluate_plan(path, SourceTree(tmp_path)).problems]
    assert problems == ["expected format_version 1.x of a plan, not 7.0; it is read as if it were 1.2"]


def _mutated(node: Any, draw: Any, depth: int = 0) -> Any:
    if draw(st.integers(0, 30)) == 0:
        return draw(st.sampled_from([None, True, [], {}, "x", 1, [None], {"x": {"x": True}}, "module.a.", 'a["']))
    if isinstance(node, dict):
        return {key: _mutated(value, draw, depth + 1) for key, value in node.items()}
    return [_mutated(value, draw, depth + 1) for value in node] if isinstance(node, list) else node


@given(st.data())
def test_no_plan_however_odd_ends_in_an_error(data: st.DataObject) -> None:
    plan = json.loads((FIXTURES / "sources" / "plan.json").read_text())
    odd = json.dumps(_mutated(plan, data.draw))
    path = FIXTURES / "alone" / "plan.json"
    outcome = run([path], RunOptions(), tree=SourceTree(FIXTURES, overlay={path: odd}))
    assert not [problem.message for problem in outcome.problems if problem.kind == "internal"]


CONFIGURATION = """
variable "sizes" { default = [1, 2.5] }
locals { names = toset(["a", "b]\\"c"]) }
resource "terraform_data" "first" {
  for_each = local.names
  input    = { name = each.key, sizes = var.sizes, nothing = null, flag = true }
}
resource "terraform_data" "second" {
  count = 2
  input = [terraform_data.first["a"].id, "x-${count.index}", [for d in terraform_data.first : d.output]]
}
module "inner" {
  source   = "./inner"
  for_each = local.names
  id       = terraform_data.second[0].id
  secret   = sensitive("hush")
}
"""
INNER = """
variable "id" {}
variable "secret" {}
resource "terraform_data" "third" {
  input            = { id = var.id, secret = var.secret }
  triggers_replace = [var.id, "known"]
}
"""


@pytest.mark.skipif(shutil.which("terraform") is None, reason="the terraform binary is not installed")
@pytest.mark.parametrize("with_sources", [True, False])
def test_a_plan_by_terraform_itself_is_read_value_by_value(tmp_path: Path, with_sources: bool) -> None:
    sources = tmp_path / "sources"
    (sources / "inner").mkdir(parents=True)
    (sources / "main.tf").write_text(CONFIGURATION)
    (sources / "inner" / "main.tf").write_text(INNER)
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    for command in (["init", "-backend=false"], ["plan", "-out", "plan.bin"]):
        subprocess.run(["terraform", *command], cwd=sources, env=environment, check=True, capture_output=True)
    shown = subprocess.run(
        ["terraform", "show", "-json", "plan.bin"], cwd=sources, env=environment, check=True, capture_output=True
    ).stdout
    path = (sources if with_sources else tmp_path) / "plan.json"
    path.write_bytes(shown)
    found = {each.address: each for each in declarations(path).values() if each.kind == "resource"}
    changes = {change["address"]: change["change"] for change in json.loads(shown)["resource_changes"]}
    assert set(found) == set(changes)
    assert len(found) == 6
    for address, change in changes.items():
        entries = found[address].properties.entries
        assert _same(entries["input"], change["after"].get("input"), change["after_unknown"].get("input")), address
        place = found[address].header.source.path
        assert place.endswith(".tf" if with_sources else "plan.json")
    third = found['module.inner["a"].terraform_data.third']
    identity = _part(third.properties.entries["input"], "id")
    assert isinstance(identity, Unknown)
    assert ("terraform_data.second[0]", "id") in [(r.address, r.attribute) for r in identity.references]
    assert _part(third.properties.entries["input"], "secret").sensitive


def _part(value: Value, name: str) -> Value:
    assert isinstance(value, MapValue)
    return value.entries[name]


def _same(value: Value, after: Any, unknown: Any) -> bool:
    if unknown is True:
        return isinstance(value, Unknown)
    if isinstance(value, MapValue):
        unknowns = unknown if isinstance(unknown, dict) else {}
        names = set(after) | {name for name, flag in unknowns.items() if flag is True}
        return set(value.entries) == names and all(
            _same(part, after.get(name), unknowns.get(name)) for name, part in value.entries.items()
        )
    if isinstance(value, ListValue):
        flags = unknown if isinstance(unknown, list) else [False] * len(after)
        return len(value.items) == len(after) and all(map(_same, value.items, after, flags))
    if isinstance(value, Known):
        return value.value == (Decimal(str(after)) if isinstance(after, float) else after)
    return False
