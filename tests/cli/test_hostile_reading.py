"""Whatever a name leads to, reading ends: regular files within a limit, and what is left out is said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stanchion.syntax.files import DiskFiles, RefusedError, read_bytes

MAIN = 'variable "a" {\n  default = 1\n}\n'
TEMPLATE = {"Resources": {"Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"IsLogging": True}}}}


def check(directory: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stanchion", "check", ".", *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60, check=False, **more)  # type: ignore[call-overload]
    assert "Traceback" not in done.stderr
    assert "internal" not in done.stderr + done.stdout
    return done  # type: ignore[no-any-return]


def sparse(path: Path, size: int = 600_000_000) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def named(directory: Path, key: str, name: str) -> None:
    """A tree whose own configuration names a file under a key."""
    (directory / "main.tf").write_text(MAIN)
    (directory / "stack.json").write_text(json.dumps(TEMPLATE))
    (directory / ".stanchion.toml").write_text(f'{key} = ["{name}"]\n')


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("key", ["var-files", "parameters", "policies"])
def test_a_pipe_named_by_the_tree_is_not_opened(tmp_path: Path, key: str) -> None:
    named(tmp_path, key, "pipe")
    os.mkfifo(tmp_path / "pipe")
    done = check(tmp_path)
    assert "is no regular file; it was not opened" in done.stdout + done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("key", ["var-files", "parameters", "policies"])
def test_a_huge_file_named_by_the_tree_is_not_read(tmp_path: Path, key: str) -> None:
    named(tmp_path, key, "huge")
    sparse(tmp_path / "huge")
    done = check(tmp_path)
    assert "MB; it was not read" in done.stdout + done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("key", ["var-files", "parameters", "policies"])
def test_a_name_with_a_nul_is_an_error(tmp_path: Path, key: str) -> None:
    named(tmp_path, key, "a\\u0000b")
    done = check(tmp_path)
    assert done.returncode == 2
    assert "no file can have this name" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_pipes_as_configuration_and_baseline_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN)
    os.mkfifo(tmp_path / "pipe")
    assert check(tmp_path, "--baseline", "pipe").returncode == 2
    assert check(tmp_path, "--config", "pipe").returncode == 2
    os.mkfifo(tmp_path / ".stanchion.toml")
    assert check(tmp_path).returncode == 2


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="descriptors have no names here")
def test_what_the_shell_pipes_to_the_command_line_is_read(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "cidr" {}\nresource "aws_vpc" "v" {\n  cidr_block = var.cidr\n}\n')
    reading, writing = os.pipe()
    os.write(writing, b'nobody = "10.0.0.0/8"\n')
    os.close(writing)
    done = check(tmp_path, "--var-file", f"/dev/fd/{reading}", pass_fds=[reading])
    os.close(reading)
    assert done.returncode != 2, done.stderr


def test_links_among_policies_do_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("hunter2: [\n")
    tree = tmp_path / "tree"
    (tree / "policies").mkdir(parents=True)
    named(tree, "policies", "policies")
    (tree / "policies" / "a.yaml").symlink_to(tmp_path / "secret.yaml")
    done = check(tree)
    assert "leads outside" in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_parameters_that_grow_when_shown_are_not_shown(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    (tmp_path / "stack.json").write_text(json.dumps(TEMPLATE))
    done = check(tmp_path, "--parameters", "bomb.yaml")
    assert done.returncode == 2
    assert len(done.stdout + done.stderr) < 5_000


def assembly(directory: Path, artifacts: dict[str, object]) -> None:
    (directory / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    (directory / "cdk.out").write_text('{"version": "36.0.0"}')


def stack(template: str) -> dict[str, object]:
    return {"type": "aws:cloudformation:stack", "properties": {"templateFile": template}}


def test_an_assembly_that_names_itself_is_judged_once(tmp_path: Path) -> None:
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
    assembly(tmp_path, {f"again{n}": nested for n in range(10)} | {"one": stack("one.json")})
    (tmp_path / "one.json").write_text(json.dumps(TEMPLATE))
    done = check(tmp_path, "--select", "LOG101", "--format", "json")
    assert len(json.loads(done.stdout)["findings"]) == 1
    assert "is read already; it is judged once" in done.stdout


def test_one_template_of_a_thousand_stacks_is_judged_a_few_times(tmp_path: Path) -> None:
    assembly(tmp_path, {f"stack{n}": stack("one.json") for n in range(1000)})
    many = {f"Trail{n}": TEMPLATE["Resources"]["Trail"] for n in range(300)}
    (tmp_path / "one.json").write_text(json.dumps({"Resources": many}))
    done = check(tmp_path, "--select", "LOG101", "--format", "json")
    assert "stacks name the template one.json" in done.stdout


def test_a_nul_in_a_template_name_loses_that_stack_only(tmp_path: Path) -> None:
    assembly(tmp_path, {"bad": stack("a\0b"), "one": stack("one.json")})
    (tmp_path / "one.json").write_text(json.dumps(TEMPLATE))
    done = check(tmp_path, "--select", "LOG101", "--format", "json")
    assert len(json.loads(done.stdout)["findings"]) == 1
    assert "no file can have this name" in done.stdout
    assert done.returncode == 3


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices_are_never_opened(device: str) -> None:
    if os.path.exists(device):
        with pytest.raises(RefusedError, match="no regular file"):
            read_bytes(device)


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    for name in ("a\0b", "\udcff\0"):
        assert not files.is_file(tmp_path / name)
        with pytest.raises(RefusedError):
            files.read(tmp_path / name)
        with pytest.raises(RefusedError):
            files.listing(tmp_path / name)
