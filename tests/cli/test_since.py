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


def commit(directory: Path, message: str = "more") -> None:
    git(directory, "add", "-A")
    git(directory, "-c", "user.name=t", "-c", "user.email=t@example.net", "commit", "-q", "-m", message)


def refused(directory: Path, revision: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stanchion", "check", ".", "--since", revision, "--select", "LOG101", *more]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)


def test_it_is_compared_with_where_the_histories_parted(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "change")
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    commit(repository)
    git(repository, "checkout", "-q", "main")
    (repository / "old3.tf").unlink()  # others mend a fault meanwhile: the change does not bring it back
    commit(repository)
    git(repository, "checkout", "-q", "change")
    assert since(repository, "main") == [("LOG101", "new.tf")]


def test_a_shallow_clone_gets_the_sentence_that_helps(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    git(repository, "checkout", "-q", "-b", "change")
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    commit(repository)
    git(repository, "checkout", "-q", "main")
    (repository / "other.tf").write_text(TRAIL.format(name="other"), encoding="utf-8")
    commit(repository)
    shallow = tmp_path_factory.mktemp("clones") / "shallow"
    git(repository, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository}", str(shallow))
    git(shallow, "checkout", "-q", "change")
    for revision in ("origin/main", "HEAD~1"):
        done = refused(shallow, revision)
        assert done.returncode == 2
        assert "fetch-depth: 0" in done.stderr
        assert "::error" not in done.stdout
    annotated = refused(shallow, "origin/main", "--format", "github")
    assert annotated.stdout.startswith("::error title=Stanchion::--since origin/main")
    assert "fetch-depth: 0" in annotated.stdout
    assert annotated.stdout.count("\n") == 1


def test_histories_without_a_common_beginning_are_compared_as_they_are(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    (repository / "new.tf").write_text(TRAIL.format(name="new"), encoding="utf-8")
    commit(repository)
    assert since(repository, "main") == [("LOG101", "new.tf")]


def test_a_missing_object_is_an_error_with_its_reason(repository: Path) -> None:
    done = subprocess.run(
        ["git", "rev-parse", "HEAD:old3.tf"], cwd=repository, capture_output=True, text=True, check=True
    )
    blob = done.stdout.strip()
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = refused(repository, "HEAD")
    assert done.returncode == 2
    assert "the content of old3.tf is not in this clone" in done.stderr


def test_a_submodule_is_compared_with_its_recorded_commit(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = tmp_path_factory.mktemp("inner")
    (inner / "main.tf").write_text(TRAIL.format(name="inner"), encoding="utf-8")
    git(inner, "init", "-q", "-b", "main")
    commit(inner)
    git(repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    commit(repository)
    assert since(repository) == []
    (repository / "sub" / "more.tf").write_text(TRAIL.format(name="more"), encoding="utf-8")
    assert since(repository) == [("LOG101", "sub/more.tf")]
    commit(repository / "sub")  # the commit that the repository records is still the first
    assert since(repository) == [("LOG101", "sub/more.tf")]
    commit(repository)
    assert since(repository) == []
