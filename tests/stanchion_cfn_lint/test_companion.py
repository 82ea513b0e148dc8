"""cfn-lint's rules beside ours: spans, selection, suppressions; off unless asked for; steered by nobody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stanchion.run import Outcome, RunOptions, run

TEMPLATE = """\
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: all-our-logs
      IsLogging: maybe
      NoSuch: 1 # stanchion: ignore[cfn-lint/E3002] -- planned
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref Nowhere
"""


def linted(tmp_path: Path, text: str, *select: str, name: str = "stack.yaml") -> Outcome:
    (tmp_path / name).write_text(text)
    return run([tmp_path], RunOptions(select, plugins=("cfn-lint",)))


def test_rules_are_policies_with_exact_places(tmp_path: Path) -> None:
    outcome = linted(tmp_path, TEMPLATE, "cfn-lint")
    found = {
        (f.policy.id, f.place.source.position(f.place.start).line, f.resources, f.suppressed is not None)
        for f in outcome.findings
    }
    assert {
        ("cfn-lint/E3012", 6, ("Trail",), False),
        ("cfn-lint/E3002", 7, ("Trail",), True),
        ("cfn-lint/E1020", 11, ("Bucket",), False),
    } <= found
    (type_,) = [finding for finding in outcome.findings if finding.policy.id == "cfn-lint/E3012"]
    assert type_.place.source.text[type_.place.start : type_.place.end] == "IsLogging"
    assert (type_.certainty, type_.policy.severity.word) == ("definite", "high")


def test_it_is_selected_like_all_others(tmp_path: Path) -> None:
    outcome = linted(tmp_path, TEMPLATE, "cfn-lint/E3012", "LOG101")
    assert {finding.policy.id for finding in outcome.findings} == {"cfn-lint/E3012", "LOG101"}
    outcome = run([tmp_path], RunOptions(plugins=("cfn-lint",), ignore=("cfn-lint",)))
    assert not [finding for finding in outcome.findings if finding.policy.family == "cfn-lint"]


def test_terraform_is_not_its_business(tmp_path: Path) -> None:
    assert not linted(tmp_path, 'resource "aws_vpc" "a" {}\n', "cfn-lint", name="main.tf").findings


def test_it_is_off_and_not_even_imported_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(TEMPLATE)
    program = "import sys; from stanchion.cli.main import main; main(['check', '.']); print('cfnlint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
    assert "no policy is called" not in done.stdout  # the suppression waits for it


def command(directory: Path, *arguments: str) -> dict[str, Any]:
    program = [sys.executable, "-m", "stanchion", "check", ".", "--format", "json", *arguments]
    done = subprocess.run(program, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_the_command_line_and_the_configuration_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(TEMPLATE)
    by_option = command(tmp_path, "--with", "cfn-lint")["findings"]
    (tmp_path / ".stanchion.toml").write_text('with = ["cfn-lint"]\n')
    assert [f["policy"] for f in command(tmp_path)["findings"]] == [f["policy"] for f in by_option]
    assert "cfn-lint/E3012" in {finding["policy"] for finding in by_option}


def test_the_linted_tree_does_not_steer_it(tmp_path: Path) -> None:
    """`append_rules` of a `.cfnlintrc`, or of a template's metadata, would run a stranger's code."""
    (tmp_path / "stack.yaml").write_text(
        "Metadata: {cfn-lint: {config: {append_rules: [rules], ignore_checks: [E3012]}}}\n" + TEMPLATE
    )
    (tmp_path / ".cfnlintrc").write_text("append_rules: [rules]\nignore_checks: [E]\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "Evil.py").write_text("open('ran', 'w').close()\n")
    found = {finding["policy"] for finding in command(tmp_path, "--with", "cfn-lint")["findings"]}
    assert "cfn-lint/E1020" in found
    assert not (tmp_path / "ran").exists()


def test_when_it_fails_that_is_one_problem_and_ours_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stanchion_cfn_lint import plugin

    def broken(text: str) -> list[object]:
        raise RecursionError(text[:1])

    monkeypatch.setattr(plugin, "remarks", broken)
    outcome = linted(tmp_path, TEMPLATE, "cfn-lint", "LOG101")
    assert [problem.kind for problem in outcome.problems if "cfn-lint failed" in problem.message] == ["plugin"]
    assert {finding.policy.id for finding in outcome.findings} == {"LOG101"}
