"""`check --since`: on a real repository, exactly what a change brings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TRAIL = 'resource "aws_cloudtrail" "{name}" {{\n  name           = "{name}"\n  s3_bucket_name = "logs"\n}}\n'
GROUP = """\
variable "cidr" {{
  default = "{cidr}"
}}
"""
RULE = """\
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
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for n in range(10):
        (tmp_path / f"old{n}.tf").write_text(TRAIL.format(name=f"old{n}"), encoding="utf-8")
    (tmp_path / "variables.tf").write_text(GROUP.format(cidr="10.0.0.0/8"), encoding="utf-8")
    (tmp_path / "web.tf").write_text(RULE, encoding="utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=t", "-c", "user.email=t@example.net", "commit", "-q", "-m", "first")
    return tmp_path


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True, timeout=60)


def since(directory: Path, revision: str = "HEAD", *more: str, path: str = ".") -> list[tuple[str, str]]:
    command = [sys.executable, "-m", "stanchion", "check", path, "--select", "LOG101,NET101", "--format", "json"]
    done = subprocess.run(
        [*command, "--since", revision, *more], cwd=directory, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == (1 if findings else 0)
    return [(finding["policy"], finding["location"]["path"]) for finding in findings]


def test_nothing_changed_brings_nothing(repository: Path) -> None:
    assert since(repository) == []


def test_one_new_fault_among_old_ones(repository: Path) -> None:
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    assert since(repository) == [("LOG101", "new.tf")]


def test_a_new_file_named_alone_does_not_make_its_module_new(repository: Path) -> None:
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    assert since(repository, path="new.tf") == [("LOG101", "new.tf")]


def test_a_moved_block_is_no_new_finding(repository: Path) -> None:
    text = (repository / "old3.tf").read_text(encoding="utf-8")
    (repository / "old3.tf").unlink()
    (repository / "old4.tf").write_text("# moved\n\n" + text + (repository / "old4.tf").read_text(), encoding="utf-8")
    assert since(repository) == []


def test_a_change_elsewhere_is_felt_in_an_untouched_file(repository: Path) -> None:
    (repository / "variables.tf").write_text(GROUP.format(cidr="0.0.0.0/0"), encoding="utf-8")
    assert since(repository) == [("NET101", "web.tf")]


def test_the_work_tree_is_not_touched(repository: Path) -> None:
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in repository.glob("*.tf")}
    since(repository)
    assert {path.name: path.read_bytes() for path in repository.glob("*.tf")} == before


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=x", ""])
def test_a_revision_that_is_none_is_a_usage_error(repository: Path, revision: str) -> None:
    command = [sys.executable, "-m", "stanchion", "check", ".", f"--since={revision}", "--select", "LOG101"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == (2 if revision else 1)
    assert "Traceback" not in done.stderr
