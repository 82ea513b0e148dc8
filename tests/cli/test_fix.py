"""`check --fix`: what is written to disk, what is left alone, and what is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stanchion.fixing.writing import write_all
from stanchion.syntax.reading import SourceTree

TRAIL = """\
resource "aws_cloudtrail" "a" {
  name                       = "a"
  s3_bucket_name             = "b" # elsewhere
  enable_log_file_validation = false
}
"""
MENDED = TRAIL.replace("= false", "= true")
SECRET = 'variable "db_password" {\n  default   = "hunter2-and-more"\n  sensitive = true\n}\n'


def check(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stanchion", "check", ".", "--select", "LOG101,ENC202", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)


def test_safe_fixes_are_written_and_the_rest_is_reported(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL + SECRET)
    done = check(tmp_path, "--fix")
    assert (tmp_path / "main.tf").read_text() == MENDED + SECRET
    assert done.returncode == 1
    assert "ENC202" in done.stdout
    assert "LOG101" not in done.stdout
    assert "mended main.tf:4: LOG101 CloudTrail trail does not validate its log files" in done.stderr
    assert "not mended main.tf:7: ENC202: asks for a value wherever none is given (--unsafe" in done.stderr
    assert check(tmp_path, "--unsafe-fixes").returncode == 0
    assert "default" not in (tmp_path / "main.tf").read_text()


def test_a_diff_writes_nothing_and_can_be_applied(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL)
    done = check(tmp_path, "--fix", "--diff")
    assert (tmp_path / "main.tf").read_text() == TRAIL
    assert done.returncode == 1
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, text=True, check=True)
    assert (tmp_path / "main.tf").read_text() == MENDED
    assert check(tmp_path, "--fix", "--diff").returncode == 0


def test_mode_mark_and_line_ends_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_bytes(b"\xef\xbb\xbf" + TRAIL.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert check(tmp_path, "--fix").returncode == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["main.tf"]


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text("# somebody was faster\n")
    tree = SourceTree(tmp_path, base=tmp_path)
    written, problems = write_all({path: TRAIL}, {path: MENDED}, tree)
    assert written == 0
    assert [p.message for p in problems] == ["main.tf was changed by somebody else meanwhile; it was left as it is"]
    assert path.read_text() == "# somebody was faster\n"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_a_link_out_of_the_root_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside.tf"
    outside.write_text(TRAIL)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "main.tf").symlink_to(outside)
    check(inside, "--fix")
    assert outside.read_text() == TRAIL


def test_what_the_configuration_or_a_baseline_accepts_is_not_mended(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL)
    (tmp_path / ".stanchion.toml").write_text('[[ignore]]\npolicies = ["LOG101"]\nreason = "an exercise"\n')
    assert check(tmp_path, "--fix").returncode == 0
    assert (tmp_path / "main.tf").read_text() == TRAIL


def test_a_report_for_machines_tells_how_to_mend(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL + SECRET)
    found = {each["policy"]: each["fix"] for each in json.loads(check(tmp_path, "--format", "json").stdout)["findings"]}
    assert found["LOG101"]["applicability"] == "safe"
    assert found["LOG101"]["edits"] == [
        {
            "location": {
                "path": "main.tf",
                "start": {"line": 4, "column": 32},
                "end": {"line": 4, "column": 37},
            },
            "text": "true",
        }
    ]
    assert found["ENC202"]["applicability"] == "unsafe"
    results = json.loads(check(tmp_path, "--format", "sarif").stdout)["runs"][0]["results"]
    replacement = {each["ruleId"]: each["fixes"][0]["artifactChanges"][0] for each in results}["LOG101"]["replacements"]
    assert replacement[0]["insertedContent"] == {"text": "true"}


def test_only_what_a_change_brings_is_mended_when_asked_so(tmp_path: Path) -> None:
    (tmp_path / "old.tf").write_text(TRAIL)
    name = ["-c", "user.name=t", "-c", "user.email=t@example.net"]
    for command in (["init", "-q"], ["add", "."], [*name, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    (tmp_path / "new.tf").write_text(TRAIL.replace('"a"', '"new"'))
    assert check(tmp_path, "--fix", "--since", "HEAD").returncode == 0
    assert (tmp_path / "old.tf").read_text() == TRAIL
    assert (tmp_path / "new.tf").read_text() == MENDED.replace('"a"', '"new"')
