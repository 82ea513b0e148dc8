"""Names in a stranger's repository are never options, and no report leaves the working directory unless told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
TRAIL = (
    'resource "aws_cloudtrail" "a" {\n  name = "a"\n  s3_bucket_name = "b"\n  enable_log_file_validation = false\n}\n'
)

posix = pytest.mark.skipif(os.name == "nt", reason="such names and links are not to be had there")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A directory with a finding in it, in a directory with a file that nobody may touch."""
    (tmp_path / "victim.json").write_text("keep me")
    directory = tmp_path / "work"
    directory.mkdir()
    (directory / "main.tf").write_text(TRAIL)
    return directory


def ran(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stanchion", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr
    return done


OPTIONS = [
    "--format=json:out.json",
    "--config=none.json",
    "--baseline=b.json",
    "--no-suppressions",
    "--fix",
    "-q",
    "--help",
    "--plugin=evil.py",
    "--exclude=*",
]


def hook(number: int) -> tuple[list[str], list[str]]:
    """The arguments of one of our hooks, and those that a user's `args:` may replace. The revision is left out: what
    is tried here is no repository."""
    entry = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[number]
    return [each for each in entry["entry"].split()[1:] if each not in ("--since", "HEAD")], entry["args"]


@posix
@pytest.mark.parametrize("name", OPTIONS)
def test_a_file_called_like_an_option_is_no_option(work: Path, name: str) -> None:
    arguments, separator = hook(0)
    (work / name).write_text("{}")
    before = sorted(path.name for path in work.iterdir())
    done = ran(work, *arguments, *separator, name, "main.tf")
    assert done.returncode == 1, done.stderr
    assert "LOG101" in done.stdout
    assert sorted(path.name for path in work.iterdir()) == before
    assert (work / "main.tf").read_text() == TRAIL


@posix
@pytest.mark.parametrize("name", OPTIONS)
def test_a_file_for_an_option_is_refused_where_args_replaced_the_separator(work: Path, name: str) -> None:
    (work / name).write_text("{}")
    done = ran(work, *hook(1)[0], name, "main.tf")
    assert done.returncode == 2
    assert f"{name}: an option, or the file of this name that is here?" in done.stderr
    assert (work / "main.tf").read_text() == TRAIL


@posix
@pytest.mark.parametrize("command", ["check", "baseline", "graph", "migrate", "policies", "explain"])
def test_every_command_refuses_a_file_for_an_option(work: Path, command: str) -> None:
    (work / "--with=cfn-lint").write_text("")
    assert ran(work, command, "--with=cfn-lint", ".").returncode == 2


def test_every_recipe_separates_names_from_options() -> None:
    """Whoever hands over names of files says where they begin."""
    for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        assert hook["args"][-1] == "--"
    steps = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (judging,) = [step["run"] for step in steps if "paths[@]" in step.get("run", "")]
    assert '-- "${paths[@]}"' in judging


@pytest.mark.parametrize("target", ["../victim.json", "link.json", "there/victim.json", "there/new.json"])
def test_a_relative_report_stays_in_the_working_directory(work: Path, target: str) -> None:
    (work / "link.json").symlink_to(work.parent / "victim.json")
    (work / "there").symlink_to(work.parent)
    for arguments in (
        ["check", ".", "--format", f"json:{target}"],
        ["check", ".", "--format", f"json:{work / target}"] if not target.startswith("..") else ["check", "x"],
        ["baseline", ".", "-o", target],
    ):
        assert ran(work, *arguments).returncode == 2
    assert (work.parent / "victim.json").read_text() == "keep me"
    assert not (work.parent / "new.json").exists()


def test_a_report_goes_where_an_absolute_path_says(work: Path) -> None:
    target = work.parent / "victim.json"
    assert ran(work, "check", ".", "--format", f"json:{target}").returncode == 1
    assert json.loads(target.read_text())["findings"]
    assert ran(work, "check", ".", "--format", "json:made/for/it.json").returncode == 1
    assert json.loads((work / "made" / "for" / "it.json").read_text())["findings"]


@posix
def test_a_report_replaces_a_file_and_keeps_its_mode(work: Path) -> None:
    (work / "out.json").write_text("old")
    (work / "out.json").chmod(0o640)
    assert ran(work, "check", ".", "--format", "json:out.json", "--format", "sarif:new.sarif").returncode == 1
    assert (work / "out.json").stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert (work / "new.sarif").stat().st_mode & 0o777 == 0o666 & ~mask


@posix
def test_a_pipe_in_the_tree_is_not_written_to_and_one_that_is_named_is(work: Path) -> None:
    os.mkfifo(work / "pipe.json")
    assert ran(work, "check", ".", "--format", "json:pipe.json").returncode == 2
    assert ran(work, "check", ".", "--format", "json:/dev/stdout").stdout.startswith("{")


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="files have no limit there")
def test_a_report_that_does_not_fit_leaves_the_old_one(work: Path) -> None:
    (work / "out.json").write_text("old")
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "import sys; from stanchion.cli.main import entry; sys.argv[1:] = ['check', '.', '--format', 'json:out.json']\n"
        "entry()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=work, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "out.json could not be written" in done.stderr
    assert (work / "out.json").read_text() == "old"
    assert sorted(path.name for path in work.iterdir()) == ["main.tf", "out.json"]
