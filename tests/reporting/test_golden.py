"""The reports for people, word for word; UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "reporting"
#: A fixed set of policies, so that a new policy changes no report that is about how reports read.
POLICIES = (
    *("BAK701", "BAK704", "BAK706", "ENC101", "ENC201", "ENC202", "ENC301", "ENC701", "GOV701", "IAM701", "LOG101"),
    *("LOG104", "LOG105", "LOG701", "LOG703", "NET101", "NET103", "NET104", "NET140", "NET401", "NET503", "NET505"),
    "TEN105",
)


@pytest.mark.parametrize(("form", "name"), [("text", "example.txt"), ("markdown", "example.md")])
def test_the_example_reads_as_before(form: str, name: str) -> None:
    command = [sys.executable, "-m", "stanchion", "check", "fixtures/example", "--format", form, "--no-config"]
    command += ["--profile", "audit", "--severity", "low", "--select", ",".join(POLICIES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(done.stdout, encoding="utf-8")
    assert done.stdout == (GOLDEN / name).read_text(encoding="utf-8")


def test_findings_at_one_place_share_their_notes(tmp_path: Path) -> None:
    text = 'resource "aws_cloudtrail" "a" {\n  name           = "a"\n  s3_bucket_name = "b"\n}\n'
    (tmp_path / "main.tf").write_text(text)
    command = [sys.executable, "-m", "stanchion", "check", ".", "--select", "LOG101,LOG102"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    notes = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("= ")]
    assert notes == [
        "= LOG101: mend: enable_log_file_validation = true",
        "= LOG102: mend: is_multi_region_trail = true",
    ]


def test_a_name_with_digits_on_the_line_of_a_setting_is_shown_whole(tmp_path: Path) -> None:
    text = 'resource "aws_rds_cluster" "app2-rds-cluster" {\n  engine = "aurora-mysql"\n'
    text += '  master_password = "Hx82kfLq90sm"\n}\n'
    (tmp_path / "main.tf").write_text(text)
    command = [sys.executable, "-m", "stanchion", "check", ".", "--select", "ENC702,ENC301"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert 'resource "aws_rds_cluster" "app2-rds-cluster" {' in done.stdout
    assert "ENC301" in done.stdout
    assert "Hx82kfLq90sm" not in done.stdout
