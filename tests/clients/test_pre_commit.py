"""The real pre-commit on a scratch repository: a bad commit is stopped, a good one passes, a module runs once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TRAIL = 'resource "aws_cloudtrail" "{name}" {{\n  s3_bucket_name             = "logs"\n  name = "{name}"\n{more}}}\n'
GOOD = (
    "  enable_log_file_validation = true\n  is_multi_region_trail = true\n"
    '  kms_key_id = "alias/audit"\n  cloud_watch_logs_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:a:*"\n'
)

#: The one that was installed with this Python, whether or not it is on the path.
BESIDE = Path(sys.executable).parent
PATH = os.pathsep.join([str(BESIDE), os.environ.get("PATH", "")])

pytestmark = pytest.mark.skipif(shutil.which("pre-commit", path=PATH) is None, reason="pre-commit is not installed")


def ran(directory: Path, *command: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": PATH,
        "PRE_COMMIT_HOME": str(home),
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@example.net",
    }
    environment |= {"GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.net"}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository with the hook installed from a clone of this project as it stands, and pre-commit's own cache."""
    base = tmp_path_factory.mktemp("pre-commit")
    home, source, work = base / "home", base / "stanchion", base / "work"
    keep = shutil.ignore_patterns(
        ".git", ".venv", "__pycache__", ".*_cache", "build", "dist", "node_modules", "fixtures"
    )
    shutil.copytree(PROJECT, source, ignore=keep)
    work.mkdir()
    for directory in (source, work):
        ran(directory, "git", "init", "-q", "-b", "main", home=home)
        (directory / ".gitkeep").touch()
        ran(directory, "git", "add", "-A", home=home)
        ran(directory, "git", "commit", "-q", "-m", "first", home=home)
    revision = ran(source, "git", "rev-parse", "HEAD", home=home).stdout.strip()
    hook = f"repos:\n- repo: {source}\n  rev: {revision}\n  hooks:\n  - id: stanchion\n    verbose: true\n"
    (work / ".pre-commit-config.yaml").write_text(hook, encoding="utf-8")
    installed = ran(work, "pre-commit", "install", "--install-hooks", home=home)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return work, home


def commit(work: Path, home: Path, message: str) -> subprocess.CompletedProcess[str]:
    ran(work, "git", "add", "-A", home=home)
    return ran(work, "git", "commit", "-m", message, home=home)


def test_commits_are_judged_by_what_they_bring(repository: tuple[Path, Path]) -> None:
    work, home = repository
    (work / "trail.tf").write_text(TRAIL.format(name="a", more=""), encoding="utf-8")
    bad = commit(work, home, "bad")
    assert bad.returncode != 0
    assert "LOG101" in bad.stdout + bad.stderr

    (work / "trail.tf").write_text(TRAIL.format(name="a", more=GOOD), encoding="utf-8")
    good = commit(work, home, "good")
    assert good.returncode == 0, good.stdout + good.stderr

    # Ten files of one module are one unit, and run once.
    for n in range(10):
        (work / f"more{n}.tf").write_text(TRAIL.format(name=f"m{n}", more=GOOD), encoding="utf-8")
    ten = commit(work, home, "ten files")
    assert ten.returncode == 0, ten.stdout + ten.stderr
    assert (ten.stdout + ten.stderr).count(" 1 unit") == 1

    # An old fault that was let in is not held against a commit that does not touch it.
    (work / "old.tf").write_text(TRAIL.format(name="old", more=""), encoding="utf-8")
    ran(work, "git", "add", "-A", home=home)
    assert ran(work, "git", "commit", "--no-verify", "-m", "let in", home=home).returncode == 0
    (work / "trail.tf").write_text("# a word\n" + TRAIL.format(name="a", more=GOOD), encoding="utf-8")
    untouched = commit(work, home, "a word")
    assert untouched.returncode == 0, untouched.stdout + untouched.stderr

    # Files that are no configuration pass.
    (work / "values.yaml").write_text("a: 1\n", encoding="utf-8")
    other = commit(work, home, "other yaml")
    assert other.returncode == 0, other.stdout + other.stderr


def test_the_fixing_hook_mends_what_a_commit_brings(repository: tuple[Path, Path]) -> None:
    work, home = repository
    plain = (work / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (work / ".pre-commit-config.yaml").write_text(plain.replace("id: stanchion\n", "id: stanchion-fix\n"))
    try:
        unvalidated = GOOD.replace("validation = true", "validation = false")
        (work / "fresh.tf").write_text(TRAIL.format(name="fresh", more=unvalidated))
        stopped = commit(work, home, "fresh")
        assert stopped.returncode != 0
        assert "files were modified by this hook" in stopped.stdout + stopped.stderr
        assert "enable_log_file_validation = true" in (work / "fresh.tf").read_text()
        passed = commit(work, home, "fresh, mended")
        assert passed.returncode == 0, passed.stdout + passed.stderr
        assert "enable_log_file_validation" not in (work / "old.tf").read_text()
    finally:
        (work / ".pre-commit-config.yaml").write_text(plain)


@pytest.mark.skipif(os.name == "nt", reason="no file has such a name there")
def test_a_file_called_like_an_option_is_judged_and_not_obeyed(repository: tuple[Path, Path]) -> None:
    work, home = repository
    victim = work.parent / "victim.json"
    victim.write_text("keep me", encoding="utf-8")
    (work / "named.tf").write_text(TRAIL.format(name="named", more=""), encoding="utf-8")
    (work / "--format=json:..").mkdir()
    for name in ("--format=json:../victim.json", "--exclude=*.tf", "--no-suppressions.json", "--help.tf"):
        (work / name).write_text("{}" if name.endswith("json") else "", encoding="utf-8")
    try:
        stopped = commit(work, home, "named")
        assert stopped.returncode != 0
        assert "LOG101" in stopped.stdout + stopped.stderr
        assert victim.read_text(encoding="utf-8") == "keep me"
    finally:
        ran(work, "git", "rm", "-rfq", "--", "named.tf", ":(glob)--*", ":(glob)--*/**", home=home)
