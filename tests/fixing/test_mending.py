"""Fixes on the bad fixtures of all policies: the finding is gone, no other came, the file says the rest as before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import hcl2
import pytest
import yaml

from stanchion.fixing.mending import Mended, mend
from stanchion.plugins.registry import Registry
from stanchion.policy.policy import Severity, require
from stanchion.run import Keep, Outcome, RunOptions, run
from stanchion.syntax.comments import hcl_comments, yaml_comments
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Source

ROOT = Path(__file__).parents[2] / "fixtures" / "policies"
#: Policies whose mending is one obvious change, in at least one of the languages.
MENDED = {
    "ENC": (104, 201, 202, 203, 204),
    "LOG": (101, 102, 103, 106, 107, 120, 122),
    "TLS": (601, 602),
    "TEN": (105,),
}
POLICIES = {f"{family}{number}" for family, numbers in MENDED.items() for number in numbers}
CASES = sorted(case for policy in POLICIES for case in ROOT.glob(f"*/{policy}/bad*"))


def mended(root: Path, policy: str, unsafe: bool = True) -> tuple[Mended, SourceTree]:
    tree = SourceTree(root, base=root)

    def judge(texts: SourceTree) -> Outcome:
        return run([root], RunOptions((policy,), keep=Keep.FIXABLE), None, texts)

    return mend(tree, judge, unsafe), tree


def copied(case: Path, target: Path) -> Path:
    if case.is_dir():
        shutil.copytree(case, target, dirs_exist_ok=True)
    else:
        shutil.copy(case, target / case.name)
    return target


def comments(path: Path, text: str) -> Counter[str]:
    source = Source(str(path), text)
    if path.suffix == ".json":
        return Counter()
    found = hcl_comments(source) if path.suffix == ".tf" else yaml_comments(source)
    return Counter(comment.text for comment in found)


class Loader(yaml.CSafeLoader):
    """Any tag as its text."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix}")


def parses(path: Path, text: str) -> bool:
    if path.suffix == ".tf":
        return isinstance(hcl2.loads(text), dict)
    return isinstance(json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=Loader), dict)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_fix_mends_and_keeps_the_rest(case: Path, tmp_path: Path) -> None:
    policy = case.parent.name
    root = copied(case, tmp_path)
    result, tree = mended(root, policy)
    healed = {fix.finding.policy.id for fix in result.made}
    assert healed <= {policy}
    assert len(result.outcome.problems) == 0
    for path, text in result.texts.items():
        assert parses(path, text)
        assert not comments(path, result.before[path]) - comments(path, text)
        changed = [line for line in text.splitlines() if line not in result.before[path].splitlines()]
        assert len(changed) <= 12 * len(result.made)
    again = mend(tree, lambda texts: run([root], RunOptions((policy,), keep=Keep.FIXABLE), None, texts), True)
    assert not again.made


def test_most_findings_of_these_policies_are_mended(tmp_path: Path) -> None:
    """What is left comes from values that are the author's say: variables, conditions, other modules."""
    found = made = 0
    policies = set()
    for number, case in enumerate(CASES):
        target = tmp_path / str(number)
        target.mkdir()
        root = copied(case, target)
        before = len(run([root], RunOptions((case.parent.name,))).findings)
        result, _ = mended(root, case.parent.name)
        found += before
        made += len(result.made)
        if result.made:
            policies.add(case.parent.name)
    assert policies == POLICIES
    assert made / found > 0.6, f"{made} of {found}"


@pytest.mark.skipif(shutil.which("terraform") is None, reason="the terraform binary is not installed")
def test_terraform_reads_what_was_mended(tmp_path: Path) -> None:
    """And where something was added, it is laid out as `terraform fmt` would: that has no more to say than before."""
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    old, new = tmp_path / "old", tmp_path / "new"
    taking_out = {"ENC202", "ENC204"}  # what was aligned with the line that is gone stays as it was
    cases = [case for case in CASES if case.suffix == ".tf"]
    for number, case in enumerate(cases):
        root = tmp_path / "work" / str(number)
        root.mkdir(parents=True)
        result, _ = mended(copied(case, root), case.parent.name)
        for path, text in result.texts.items():
            for directory, content in ((old, result.before[path]), (new, text)):
                directory.mkdir(exist_ok=True)
                (directory / f"{number}-{path.name}").write_text(content, encoding="utf-8")
    said = {}
    for directory in (old, new):
        command = ["terraform", "fmt", "-check", "-list=true", str(directory)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert not done.stderr
        said[directory] = {os.path.basename(line) for line in done.stdout.splitlines()}
    untidy = {n for n, case in enumerate(cases) if case.parent.name in taking_out}
    assert {name for name in said[new] - said[old] if int(name.split("-")[0]) not in untidy} == set()
    assert len(list(new.iterdir())) >= 10


def test_safe_alone_leaves_what_changes_behaviour(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "db_password" {\n  default = "hunter2-and-more"\n}\n')
    result, _ = mended(tmp_path, "ENC202", unsafe=False)
    assert not result.made
    assert [fix.effect for fix in result.unsafe] == ["asks for a value wherever none is given"]


def test_what_replaces_the_resource_is_unsafe_and_says_so(tmp_path: Path) -> None:
    encrypted = require(
        "ENC901",
        "Cluster is not encrypted",
        type="AWS::RDS::DBCluster",
        prop="StorageEncrypted",
        equals=True,
        severity=Severity.HIGH,
        message="{resource} is not encrypted",
        why="Copies can be read.",
        mend="storage_encrypted = true",
        docs="Amazon Aurora User Guide",
    )
    (tmp_path / "main.tf").write_text('resource "aws_rds_cluster" "a" {\n  engine = "aurora-mysql"\n}\n')
    tree, registry = SourceTree(tmp_path), Registry((encrypted,))
    result = mend(tree, lambda texts: run([tmp_path], RunOptions(keep=Keep.FIXABLE), None, texts, registry), True)
    (fix,) = result.made
    assert fix.effect == "replaces the resource: StorageEncrypted can be set only when it is made"
    assert fix.applicability == "unsafe"
    (text,) = result.texts.values()
    assert (
        text
        == 'resource "aws_rds_cluster" "a" {\n  engine            = "aurora-mysql"\n  storage_encrypted = true\n}\n'
    )


def test_a_fix_that_brings_another_finding_is_withdrawn(tmp_path: Path) -> None:
    text = 'variable "db_password" {}\n\noutput "shown" {\n  value = var.db_password\n}\n'
    (tmp_path / "main.tf").write_text(text)
    tree = SourceTree(tmp_path)
    result = mend(tree, lambda texts: run([tmp_path], RunOptions(("ENC201", "ENC203"), keep=Keep.FIXABLE), None, texts))
    assert not result.made
    assert not result.texts
    assert "another finding would have come: ENC203" in result.withdrawn[0].reason
    source = tree.source(tmp_path / "main.tf")
    assert isinstance(source, Source)
    assert source.text == text


def test_suppressed_findings_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "db_password" {} # stanchion: ignore[ENC201] -- shown on purpose\n')
    assert not mended(tmp_path, "ENC201")[0].made


@pytest.mark.parametrize("value", ["var.on", 'var.environment == "prod"', "local.on", 'tobool("false")', '"${var.on}"'])
def test_what_the_author_works_out_is_not_overwritten(tmp_path: Path, value: str) -> None:
    (tmp_path / "main.tf").write_text(
        f"""variable "on" {{
  default = false
}}
variable "environment" {{
  default = "dev"
}}
locals {{
  on = var.on
}}
resource "aws_cloudtrail" "a" {{
  name                       = "a"
  s3_bucket_name             = "b"
  enable_log_file_validation = {value}
}}
"""
    )
    assert len(run([tmp_path], RunOptions(("LOG101",))).findings) == 1
    assert not mended(tmp_path, "LOG101")[0].made
