"""What a team accepts is the same for check, fix, baseline and the editor, wherever the program is started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stanchion.discovery.walk import find
from stanchion.lsp.workspace import Folder

TRAIL = 'resource "aws_cloudtrail" "a" {\n  name           = "a"\n  s3_bucket_name = "logs"\n}\n'
COMMENT = "# stanchion: ignore[LOG101]\n"
BY_PATH = '[[ignore]]\npath = "main.tf"\npolicies = ["LOG101"]\nreason = "moved next week"\n'
GROUP = """\
resource "aws_security_group" "web" {{
  for_each    = toset({names})
  description = each.key
  ingress {{
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"""


def stanchion(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stanchion", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def ids(directory: Path, *arguments: str) -> set[str]:
    """The policies whose findings count, by `check`."""
    report = json.loads(stanchion(directory, "check", *arguments, "--format", "json").stdout)
    return {finding["policy"] for finding in report["findings"] if finding["suppressed"] is None}


def in_editor(directory: Path) -> set[str]:
    """The policies of which the editor shows a finding in main.tf."""
    folder = Folder(directory)
    for unit in find([directory], folder.tree).units:
        folder.judge(unit)
    return {finding.policy.id for finding in folder.findings_in(directory / "main.tf")}


def in_baseline(directory: Path) -> set[str]:
    """The policies of which `baseline` writes a finding down."""
    stanchion(directory, "baseline", "--output", "found.json")
    return {entry["policy"] for entry in json.loads((directory / "found.json").read_text())["findings"]}


def by_fix(directory: Path) -> bool:
    """Whether `--fix` mends the trail."""
    return "enable_log_file_validation" in stanchion(directory, "check", "--diff", "--select", "LOG101").stdout


@pytest.mark.parametrize(
    ("text", "configuration", "counted"),
    [
        (TRAIL, "", True),
        (COMMENT + TRAIL, "", False),
        (COMMENT + TRAIL, "require-reason = true\n", True),
        (COMMENT.replace("\n", " -- an old trail\n") + TRAIL, "require-reason = true\n", False),
        (TRAIL, BY_PATH, False),
        ("# trivy:ignore:AVD-AWS-0016\n" + TRAIL, "", False),
    ],
    ids=["nothing", "comment", "no reason", "reason", "configuration", "Trivy"],
)
def test_all_commands_accept_the_same(tmp_path: Path, text: str, configuration: str, counted: bool) -> None:
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    (tmp_path / ".stanchion.toml").write_text(configuration, encoding="utf-8")
    said = {
        "check": "LOG101" in ids(tmp_path),
        "editor": "LOG101" in in_editor(tmp_path),
        "baseline": "LOG101" in in_baseline(tmp_path),
        "fix": by_fix(tmp_path),
    }
    assert said == dict.fromkeys(said, counted)


def test_severity_info_is_a_severity(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL, encoding="utf-8")

    def asked(severity: str) -> int:
        told = stanchion(tmp_path, "check", "--profile", "audit", "--severity", severity, "--format", "json").stdout
        number: int = json.loads(told)["summary"]["policies"]
        return number

    everything = asked("info")
    assert asked("low") < everything
    (tmp_path / ".stanchion.toml").write_text('severity = "high"\n', encoding="utf-8")
    assert asked("info") == everything


def test_the_profile_default_is_a_profile(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL, encoding="utf-8")
    (tmp_path / ".stanchion.toml").write_text('profile = "audit"\n', encoding="utf-8")
    asked = [json.loads(stanchion(tmp_path, "check", *more, "--format", "json").stdout)["summary"]["policies"]
             for more in ((), ("--profile", "default"))]  # fmt: skip
    assert asked[0] > asked[1]


def test_fail_on_info_fails_for_information(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL, encoding="utf-8")
    information = ("check", "--severity", "info", "--select", "LOG108")
    assert stanchion(tmp_path, *information).returncode == 0
    assert stanchion(tmp_path, *information, "--fail-on", "info").returncode == 1
    (tmp_path / ".stanchion.toml").write_text('fail-on = "info"\n', encoding="utf-8")
    assert stanchion(tmp_path, *information).returncode == 1


def test_a_new_instance_is_new_and_the_old_ones_are_old(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(GROUP.format(names='["b"]'), encoding="utf-8")
    stanchion(tmp_path, "baseline", "--select", "NET101")
    check = ("check", "--select", "NET101", "--baseline", ".stanchion-baseline.json")
    assert stanchion(tmp_path, *check).returncode == 0
    (tmp_path / "main.tf").write_text(GROUP.format(names='["a", "b", "c"]'), encoding="utf-8")
    done = stanchion(tmp_path, *check, "--format", "json")
    new = [f["resources"] for f in json.loads(done.stdout)["findings"] if f["suppressed"] is None]
    assert (done.returncode, new) == (1, [['aws_security_group.web["a"]', 'aws_security_group.web["c"]']])


def test_a_new_module_call_is_new(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(GROUP.format(names='["x"]'), encoding="utf-8")
    call = 'module "{0}" {{\n  source = "./m"\n}}\n'
    (tmp_path / "main.tf").write_text(call.format("one"), encoding="utf-8")
    stanchion(tmp_path, "baseline", "--select", "NET101")
    (tmp_path / "main.tf").write_text(call.format("one") + call.format("two"), encoding="utf-8")
    done = stanchion(tmp_path, "check", "--select", "NET101", "--baseline", ".stanchion-baseline.json")
    assert done.returncode == 1
    assert "module.two" in done.stdout
    assert "module.one" not in done.stdout


def alerts(directory: Path, format_: str) -> set[str]:
    """The fingerprints of what a report tells."""
    report: Any = json.loads(stanchion(directory, "check", "--select", "NET101", "--format", format_).stdout)
    if format_ == "gitlab":
        return {entry["fingerprint"] for entry in report}
    return {result["partialFingerprints"]["stanchion/v1"] for result in report["runs"][0]["results"]}


@pytest.mark.parametrize("format_", ["sarif", "gitlab"])
def test_every_instance_is_an_alert_of_its_own(tmp_path: Path, format_: str) -> None:
    found = []
    for names in ('["b"]', '["a", "b"]', '["a", "z"]'):
        (tmp_path / "main.tf").write_text(GROUP.format(names=names), encoding="utf-8")
        found.append(alerts(tmp_path, format_))
    one, two, renamed = found
    assert (len(one), len(two), len(renamed)) == (1, 2, 2)
    assert one < two
    assert renamed & two == two - one


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=60)
    place = tmp_path / "infra" / "a"
    place.mkdir(parents=True)
    (place / "main.tf").write_text(TRAIL, encoding="utf-8")
    return tmp_path


def test_paths_and_fingerprints_are_the_repositorys(repository: Path) -> None:
    place = repository / "infra" / "a"
    told = []
    for directory, path in ((repository, "."), (place, "."), (place, "main.tf"), (Path(os.sep), str(place))):
        arguments = ("check", path, "--select", "LOG101", "--format", "sarif", "--no-config")
        (result,) = json.loads(stanchion(directory, *arguments).stdout)["runs"][0]["results"]
        where = result["locations"][0]["physicalLocation"]["artifactLocation"]
        told.append((where, result["partialFingerprints"]))
    assert told[0][0] == {"uri": "infra/a/main.tf", "uriBaseId": "SRCROOT"}
    assert all(each == told[0] for each in told)


def test_a_baseline_holds_in_every_directory(repository: Path) -> None:
    stanchion(repository, "baseline", "--select", "LOG101")
    place = repository / "infra" / "a"
    done = stanchion(place, "check", ".", "--select", "LOG101", "--baseline", "../../.stanchion-baseline.json")
    assert done.returncode == 0, done.stdout
    assert "no longer there" not in done.stdout


def test_globs_match_from_where_they_are_written(repository: Path) -> None:
    place = repository / "infra"
    assert ids(place, ".", "--exclude", "a/*") == set()
    (place / ".stanchion.toml").write_text('exclude = ["a/*"]\n', encoding="utf-8")
    assert ids(place / "a", ".") == ids(repository, "infra") == set()
    (place / ".stanchion.toml").write_text(BY_PATH.replace("main.tf", "a/main.tf"), encoding="utf-8")
    assert "LOG101" not in ids(place / "a", ".")
    assert "LOG101" not in ids(repository, "infra")


def test_a_diff_can_be_applied_from_anywhere(repository: Path) -> None:
    place = repository / "infra" / "a"
    patch = stanchion(Path(os.sep), "check", str(place), "--select", "LOG101", "--diff").stdout
    assert "--- a/infra/a/main.tf\n+++ b/infra/a/main.tf\n" in patch
    for directory in (repository, place):
        subprocess.run(["git", "apply", "--check"], input=patch, text=True, cwd=directory, check=True, timeout=60)


def test_a_diff_outside_any_repository_is_relative_too(tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "a", tmp_path / "b"
    place.mkdir()
    elsewhere.mkdir()
    (place / "main.tf").write_text(TRAIL, encoding="utf-8")
    patch = stanchion(elsewhere, "check", str(place), "--select", "LOG101", "--diff").stdout
    assert "--- a/main.tf\n" in patch
