"""The tables of other tools' checks: each names policies that there are, and checks that the tools have."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from stanchion.plugins.registry import load
from stanchion.policy.equivalents import Equivalents

ROOT = Path(__file__).parents[2]
TABLES = sorted((ROOT / "plugins" / "stanchion_aws" / "equivalents").glob("*.toml"))
PEERS = ROOT.parent / "shared" / "facts" / "peer_checks.json"


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_check_stands_beside_policies_that_there_are(table: Path) -> None:
    known = {policy.id for policy in load(search=[]).policies}
    for check, policies in tomllib.loads(table.read_text(encoding="utf-8")).items():
        assert policies, check
        assert set(policies) <= known, check


@pytest.mark.parametrize("tool", ["checkov", "trivy", "guard", "cfn_nag"])
@pytest.mark.skipif(not PEERS.is_file(), reason="the tools' own lists are not beside the project")
def test_every_check_is_one_of_its_tool(tool: str) -> None:
    (table,) = [table for table in TABLES if table.stem == tool]
    theirs = {check["id"] for check in json.loads(PEERS.read_text(encoding="utf-8")) if check["tool"] == tool}
    assert set(tomllib.loads(table.read_text(encoding="utf-8"))) <= theirs


def test_what_a_policy_says_itself_stands_beside_the_tables(tmp_path: Path) -> None:
    (tmp_path / "checkov.toml").write_text('A = ["X1", "X2"]\nB = ["X1"]\n')
    assert dict(Equivalents(str(tmp_path), "X1", {"trivy": ("T",)})) == {"checkov": ("A", "B"), "trivy": ("T",)}


def test_a_check_of_a_configuration_reads_no_table(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_kms_key" "k" {}\n')
    code = (
        "import sys; from stanchion.cli.main import main; main(['check', sys.argv[1]]); "
        "from stanchion.policy.equivalents import read_tables; sys.exit(40 + read_tables.cache_info().currsize)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 40
