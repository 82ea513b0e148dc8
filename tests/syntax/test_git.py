"""Git in a stranger's repository: one module asks it, nothing of the repository runs, nothing is fetched."""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import pytest

from stanchion.syntax.files import RefusedError
from stanchion.syntax.git import RevisionError, ask
from stanchion.syntax.revision import GitFiles

SOURCES = [Path(__file__).parents[2] / "linter", Path(__file__).parents[2] / "plugins"]
#: Modules and functions that start other programs.
STARTERS = {"subprocess", "pty", "multiprocessing", "popen2", "commands"}
CALLS = {
    "system",
    "popen",
    "execv",
    "execve",
    "execvp",
    "execl",
    "execlp",
    "spawnv",
    "spawnl",
    "spawnlp",
    "posix_spawn",
}
CALLS |= {"startfile", "fork", "create_subprocess_exec", "create_subprocess_shell"}


def test_one_module_is_the_only_way_to_other_programs() -> None:
    starting = set()
    for path in (file for source in SOURCES for file in source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in STARTERS for name in names):
                starting.add(path.name)
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in CALLS:
                starting.add(path.name)
    assert starting == {"git.py"}


class Hostile:
    """A repository one object of which is missing, with a command of its own that leaves a trace when it runs."""

    def __init__(self, directory: Path) -> None:
        self.work = directory / "work"
        self.canary = directory / "canary"
        self.script = directory / "bite"
        self.script.write_text(f"#!/bin/sh\necho ran >> {self.canary}\nexit 1\n")
        self.script.chmod(0o755)
        self.work.mkdir()
        git(self.work, "init", "-q", "-b", "main")
        (self.work / "a.tf").write_text("locals {\n}\n")
        (self.work / "gone.tf").write_text("locals {\n  gone = 1\n}\n")
        commit(self.work)
        blob = output(self.work, "rev-parse", "HEAD:gone.tf")
        (self.work / ".git/objects" / blob[:2] / blob[2:]).unlink()

    def promise(self, **settings: str) -> None:
        """Make it a partial clone of a remote that is reached by what the settings say."""
        git(self.work, "config", "core.repositoryFormatVersion", "1")
        git(self.work, "config", "extensions.partialClone", "origin")
        git(self.work, "config", "remote.origin.promisor", "true")
        for name, value in settings.items():
            git(self.work, "config", name.replace("__", "."), value)


def git(directory: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(directory), *arguments], check=True, capture_output=True, timeout=60)


def output(directory: Path, *arguments: str) -> str:
    command = ["git", "-C", str(directory), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def commit(directory: Path, message: str = "first") -> None:
    git(directory, "add", "-A")
    git(directory, "-c", "user.name=t", "-c", "user.email=t@example.net", "commit", "-q", "-m", message)


def bare(directory: Path) -> Path:
    git(directory.parent, "init", "-q", "--bare", str(directory))
    return directory


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port, and what connected to it."""
    taken: list[object] = []
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def accept() -> None:
            while True:
                try:
                    connection, address = listening.accept()
                except OSError:
                    return
                taken.append(address)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], taken


def asked(hostile: Hostile, root: Path | None = None) -> None:
    """All that `--since` asks of git, the missing file included: an error with its reason, or nothing."""
    try:
        files = GitFiles(root or hostile.work, "HEAD")
        for path, _ in files.files():
            files.is_file(path)
            with contextlib.suppress(RefusedError):
                files.read(path)
    except RevisionError:
        return


def bites(hostile: Hostile) -> bool:
    """Whether plain git would have run the command: a test of the trap itself."""
    subprocess.run(["git", "-C", str(hostile.work), "ls-tree", "-r", "--long", "HEAD"], capture_output=True, timeout=60)
    found = hostile.canary.exists()
    hostile.canary.unlink(missing_ok=True)
    return found


TRANSPORTS = {
    "uploadpack": {"remote__origin__url": "{bare}", "remote__origin__uploadpack": "{script}"},
    "ext": {"remote__origin__url": "ext::{script}", "protocol__ext__allow": "always"},
    "ext, all allowed": {"remote__origin__url": "ext::{script}", "protocol__allow": "always"},
    "ssh command": {"remote__origin__url": "ssh://example.invalid/x", "core__sshCommand": "{script}"},
    "ssh command, short url": {"remote__origin__url": "example.invalid:x", "core__sshCommand": "{script}"},
    "git proxy": {"remote__origin__url": "git://example.invalid/x", "core__gitProxy": "{script}"},
    "instead of": {
        "remote__origin__url": "https://example.invalid/x",
        "url__ext::{script} .insteadOf": "https://example.invalid/",
        "protocol__ext__allow": "always",
    },
    "vcs helper": {"remote__origin__url": "x", "remote__origin__vcs": "ext", "protocol__ext__allow": "always"},
    "file url": {"remote__origin__url": "file://{bare}", "remote__origin__uploadpack": "{script}"},
}


@pytest.mark.parametrize("kind", TRANSPORTS)
def test_a_promisor_remote_runs_nothing(hostile: Hostile, kind: str, tmp_path: Path) -> None:
    values = {"script": str(hostile.script), "bare": str(bare(tmp_path / "bare.git"))}
    hostile.promise(**{name.format(**values): value.format(**values) for name, value in TRANSPORTS[kind].items()})
    asked(hostile)
    assert not hostile.canary.exists()


def test_the_trap_works(hostile: Hostile, tmp_path: Path) -> None:
    hostile.promise(
        remote__origin__url=str(bare(tmp_path / "bare.git")), remote__origin__uploadpack=str(hostile.script)
    )
    assert bites(hostile)


@pytest.mark.parametrize("file", ["include.path", "config.worktree"])
def test_configuration_elsewhere_runs_nothing(hostile: Hostile, file: str, tmp_path: Path) -> None:
    hostile.promise()
    text = f'[remote "origin"]\n\turl = {bare(tmp_path / "bare.git")}\n\tuploadpack = {hostile.script}\n'
    if file == "include.path":
        (hostile.work / ".git/more").write_text(text)
        git(hostile.work, "config", "include.path", "more")
    else:
        git(hostile.work, "config", "extensions.worktreeConfig", "true")
        (hostile.work / ".git/config.worktree").write_text(text)
    assert bites(hostile)
    asked(hostile)
    assert not hostile.canary.exists()


def test_a_git_file_that_leads_to_a_hostile_directory_runs_nothing(hostile: Hostile, tmp_path: Path) -> None:
    hostile.promise(
        remote__origin__url=str(bare(tmp_path / "bare.git")), remote__origin__uploadpack=str(hostile.script)
    )
    (hostile.work / ".git").rename(hostile.work / "planted")
    (hostile.work / ".git").write_text("gitdir: planted\n")
    assert bites(hostile)
    asked(hostile)
    assert not hostile.canary.exists()


def test_a_planted_bare_repository_is_not_taken_for_one(hostile: Hostile) -> None:
    planted = hostile.work / "sub"
    (hostile.work / ".git").rename(planted)
    git(planted, "config", "core.bare", "true")
    git(planted, "config", "core.fsmonitor", str(hostile.script))
    with pytest.raises(RevisionError):
        GitFiles(planted, "HEAD")
    assert not hostile.canary.exists()


@pytest.mark.parametrize(
    "setting",
    [
        *("core.fsmonitor", "core.pager", "pager.ls-tree", "core.editor", "diff.external", "core.askPass"),
        *(
            "credential.helper",
            "gpg.program",
            "core.alternateRefsCommand",
            "alias.ls-tree",
            "uploadpack.packObjectsHook",
        ),
        *(
            "filter.x.smudge",
            "filter.x.clean",
            "filter.x.process",
            "diff.x.textconv",
            "diff.x.command",
            "merge.x.driver",
        ),
    ],
)
def test_no_command_of_the_configuration_runs(hostile: Hostile, setting: str) -> None:
    value = f"!{hostile.script}" if setting.startswith("alias") else str(hostile.script)
    git(hostile.work, "config", setting, value)
    (hostile.work / ".git/info").mkdir(exist_ok=True)
    (hostile.work / ".git/info/attributes").write_text("* filter=x diff=x merge=x\n")
    (hostile.work / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    asked(hostile)
    assert not hostile.canary.exists()


def test_no_hook_runs(hostile: Hostile) -> None:
    hooks = hostile.work / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout", "pre-auto-gc"):
        (hooks / name).write_text(hostile.script.read_text())
        (hooks / name).chmod(0o755)
    git(hostile.work, "config", "core.hooksPath", str(hooks))
    asked(hostile)
    assert not hostile.canary.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/x", "git://127.0.0.1:{port}/x", "ssh://127.0.0.1:{port}/x"])
def test_nothing_connects(hostile: Hostile, listener: tuple[int, list[object]], url: str) -> None:
    port, taken = listener
    hostile.promise(remote__origin__url=url.format(port=port))
    asked(hostile)
    assert taken == []


@pytest.mark.parametrize(
    "revision", ["--upload-pack=touch x", "--output=x", "-h", "HEAD;touch x", "$(touch x)", "@{-1}", ":/gone"]
)
def test_a_revision_is_never_an_option_or_a_command(hostile: Hostile, revision: str) -> None:
    with pytest.raises(RevisionError):
        GitFiles(hostile.work, revision)
    assert not (hostile.work / "x").exists()


def test_a_missing_object_is_told_and_not_fetched(hostile: Hostile) -> None:
    files = GitFiles(hostile.work, "HEAD")
    assert files.read(hostile.work / "a.tf") == b"locals {\n}\n"
    with pytest.raises(Exception, match="its object is not in the repository"):
        files.read(hostile.work / "gone.tf")
    assert files.missing == ["gone.tf"]


def test_replaced_objects_and_grafts_count_for_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a.tf").write_text("locals {\n}\n")
    commit(tmp_path)
    first = output(tmp_path, "rev-parse", "HEAD")
    (tmp_path / "a.tf").write_text("locals {\n  b = 1\n}\n")
    commit(tmp_path, "second")
    second = output(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "replace", first, second)
    (tmp_path / ".git/info").mkdir(exist_ok=True)
    (tmp_path / ".git/info/grafts").write_text(f"{second}\n")
    assert GitFiles(tmp_path, first).read(tmp_path / "a.tf") == b"locals {\n}\n"
    assert ask(tmp_path, "rev-list", "--count", "HEAD").strip() == b"2"


def test_the_environment_of_a_hook_is_kept_and_not_handed_to_submodules(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    git(elsewhere, "init", "-q", "-b", "other")
    monkeypatch.setenv("GIT_DIR", str(hostile.work / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(hostile.work / ".git/index"))
    assert ask(hostile.work, "symbolic-ref", "HEAD").strip() == b"refs/heads/main"
    assert ask(elsewhere, "symbolic-ref", "HEAD", other=True).strip() == b"refs/heads/other"
    assert os.environ["GIT_DIR"]
