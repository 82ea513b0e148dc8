"""Input that is broken, hostile or not meant for us: a clear error with its place, and everything else still judged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOOD = 'resource "aws_cloudtrail" "good" {\n  name           = "good"\n  s3_bucket_name = "logs"\n}\n'
TEMPLATE = 'AWSTemplateFormatVersion: "2010-09-09"\n'
TRAIL = "Resources:\n  Good:\n    Type: AWS::CloudTrail::Trail\n    Properties: {S3BucketName: b, IsLogging: true}\n"
DEEP = 10_000
BRACKETS = '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": ' + "[" * DEEP
CIRCLE = f"""{TEMPLATE}Resources:
  Again:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: other.yaml}}
"""


def check(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own, held to a minute and a gigabyte."""
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); "
        "from stanchion.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", limited, "check", *(arguments or (".",))]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def report(directory: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = check(directory, *(arguments or (".",)), "--select", "LOG101", "--format", "json")
    return done.returncode, json.loads(done.stdout)


def aliases() -> str:
    lines = ['a: &a ["x", "x", "x", "x", "x", "x", "x", "x", "x"]\n']
    for number in range(12):
        before, name = chr(97 + number), chr(98 + number)
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n")
    return "".join(lines)


def link(path: Path, target: str) -> None:
    path.symlink_to(target)


def looping(path: Path) -> None:
    path.mkdir()
    link(path / "loop", str(path))


#: What stands beside a good file: name, content (or what makes it), and the error with its file and line.
BESIDE: dict[str, tuple[str, bytes | str | Callable[[Path], None], str, int | None]] = {
    "latin-1": ("other.tf", b'resource "aws_vpc" "l\xe9" {}\n', "is not UTF-8", None),
    "binary": ("other.tf", bytes(range(256)) * 50, "is not UTF-8", None),
    "broken": ("other.tf", 'resource "aws_vpc" "x" {\n  cidr_block =\n}\n', "expected an expression", 2),
    "unclosed": ("other.tf", 'resource "aws_vpc" "x" {\n', "expected a closing brace", 1),
    "null byte": ("other.tf", b'resource "aws_vpc" "n" {\n  \x00 = 1\n}\n', "expected", 2),
    "a directory with the name of a file": ("other.tf", lambda path: path.mkdir(), "", None),
    "a dangling link": ("other.tf", lambda path: link(path, "nowhere.tf"), "no such file", None),
    "a link out of the root": ("other.tf", lambda path: link(path, "/etc/hostname"), "leads outside", None),
    "a pipe": ("other.tf", lambda path: os.mkfifo(path), "no regular file", None),
    "brackets without end": ("other.tf", f"locals {{\n  x = {'[' * DEEP}\n}}\n", "nested more than 200 levels deep", 2),
    "negations without end": ("other.tf", f"locals {{\n  x = {'!' * DEEP}true\n}}\n", "nested more than 200", 2),
    "conditions without end": ("other.tf", f"locals {{\n  x = {'a ? b : ' * DEEP}c\n}}\n", "nested more than 200", 2),
    "blocks without end": ("other.tf", "b {\n" * DEEP, "nested more than 200 levels deep", 201),
    "JSON without end": ("other.tf.json", '{"locals":' + '{"a":' * DEEP, "nested deeper than 200 levels", 1),
    "JSON template without end": ("other.json", BRACKETS, "nested deeper than 200", 1),
    "YAML without end": ("other.yaml", TEMPLATE + "Resources: " + "[" * DEEP, "nested deeper than", 2),
    "aliases that multiply": ("other.yaml", TEMPLATE + aliases() + "Resources: {}\n", "more than 250000 nodes", None),
    "broken YAML": ("other.yaml", TEMPLATE + "Resources:\n  A: {\n  B: ]\n", "expected", None),
    "a plan that breaks off": ("plan.json", '{"format_version": "1", "planned_values": {"r', "expected a closing", 1),
    "a missing module": ("other.tf", 'module "m" {\n  source = "./nowhere"\n}\n', "no such file or directory", 2),
    "a module outside": ("other.tf", 'module "m" {\n  source = "../../../etc"\n}\n', "lies outside", 2),
    "a module at the root": ("other.tf", 'module "m" {\n  source = "./../../../../etc"\n}\n', "lies outside", 2),
    "a module of itself": ("other.tf", 'module "m" {\n  source = "./."\n}\n', "calls itself", 2),
    "a billion of them": ("other.tf", 'resource "t" "x" {\n  count = 1000000000\n}\n', "instances of one block", 2),
    "a template of itself": ("other.yaml", CIRCLE, "nest", None),
}  # fmt: skip


@pytest.mark.parametrize("case", BESIDE)
def test_the_error_has_its_place_and_the_rest_is_judged(case: str, tmp_path: Path) -> None:
    name, content, message, line = BESIDE[case]
    (tmp_path / "good.tf").write_text(GOOD, encoding="utf-8")
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    elif isinstance(content, str):
        (tmp_path / name).write_text(content, encoding="utf-8")
    else:
        content(tmp_path / name)
    code, said = report(tmp_path)
    assert "aws_cloudtrail.good" in [address for finding in said["findings"] for address in finding["resources"]]
    if not message:
        assert code == 1
        return
    assert code == 3
    errors = [error for error in said["errors"] if message in error["message"]]
    assert errors, said["errors"]
    place = errors[0]["location"]
    assert place["path"] == name
    if line is not None:
        assert place["start"]["line"] == line


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_fault(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "main.tf").write_text(GOOD, encoding=encoding)
    (tmp_path / "stack.yaml").write_text(TEMPLATE + TRAIL, encoding=encoding)
    code, said = report(tmp_path)
    assert code == 1
    assert said["errors"] == []
    assert {finding["location"]["start"]["column"] for finding in said["findings"]} == {1, 3}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "no Terraform files and no CloudFormation template under"),
        (lambda path: path.write_text("hello"), "is neither Terraform nor a CloudFormation template"),
        (lambda path: path.write_text("a: 1\n"), "is neither Terraform nor a CloudFormation template"),
        (looping, "no Terraform files and no CloudFormation"),
    ],
    ids=["an empty directory", "a text", "other YAML", "a loop of links"],
)
def test_nothing_to_judge_never_passes(tmp_path: Path, make: Callable[[Path], object], message: str) -> None:
    make(tmp_path / "it")
    code, said = report(tmp_path, "it")
    assert code == 3
    assert [message in error["message"] for error in said["errors"]] == [True]


def test_a_path_that_is_not_there_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    done = check(tmp_path, "nowhere")
    assert done.returncode == 2
    assert done.stderr == "stanchion: nowhere: there is no such file or directory\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    (tmp_path / "good.tf").write_text(GOOD)
    (tmp_path / "other.tf").write_text(GOOD)
    (tmp_path / "other.tf").chmod(0)
    code, said = report(tmp_path)
    assert code == 3
    assert "permission denied" in said["errors"][0]["message"].lower()


def test_nothing_outside_the_root_is_read(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "secret.txt").write_text("hunter2-of-the-neighbour")
    (outside / "main.tf").write_text(GOOD)
    (root / "link").symlink_to(outside)
    reads = [
        'file("../outside/secret.txt")',
        f'file("{outside}/secret.txt")',
        'file("link/secret.txt")',
        'templatefile("../outside/secret.txt", {})',
        'filebase64("../outside/secret.txt")',
        'join(",", fileset("../outside", "*"))',
        'filesha256("../outside/secret.txt")',
    ]
    lines = "".join(f"  t{number} = {read}\n" for number, read in enumerate(reads))
    (root / "main.tf").write_text(
        f'resource "aws_instance" "x" {{\n  tags = {{\n{lines}  }}\n}}\nmodule "m" {{\n  source = "./link"\n}}\n'
    )
    command = [sys.executable, "-m", "stanchion", "graph", ".", "--format", "json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert "hunter2" not in done.stdout + done.stderr
    assert 'secret.txt"' not in done.stdout.replace("../outside/secret.txt", "")
    assert "aws_cloudtrail.good" not in done.stdout
    assert "aws_instance.x" in done.stdout


@pytest.mark.parametrize(
    "value",
    [
        "range(1000000000)",
        "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]",
        'join("", [for a in range(1000) : join("", [for b in range(1000) : "xxxxxxxxxx${a}${b}"])])',
        'format("%999999999d", 1)',
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "/(a+)+$/", "b")',
        "pow(10, 1000000000)",
        "setproduct(range(1000), range(1000), range(1000))",
    ],
)
def test_what_would_never_end_is_given_up(tmp_path: Path, value: str) -> None:
    (tmp_path / "main.tf").write_text(f'{GOOD}resource "aws_instance" "x" {{\n  user_data = jsonencode({value})\n}}\n')
    _, said = report(tmp_path)
    assert [finding["policy"] for finding in said["findings"]] == ["LOG101"]


HOSTILE = "x\\u001b[31m\\r\\n::error::set-output<script>alert(1)</script>[x](http://evil.example)`|\\u202e"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_hostile_names_stay_names(tmp_path: Path, form: str) -> None:
    trail = {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "b", "IsLogging": True}}
    name = json.loads(f'"{HOSTILE}"')
    text = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {name: trail}})
    (tmp_path / "stack.json").write_text(text)
    done = check(tmp_path, ".", "--select", "LOG101", "--format", form)
    assert done.returncode == 1
    assert "LOG101" in done.stdout
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stdout.replace("\r\n", "\n"))
    assert not any(line.startswith("::error::set-output") for line in done.stdout.splitlines())
    if form in ("markdown", "junit"):
        assert "<script>" not in done.stdout
    if form == "markdown":
        assert "](http" not in done.stdout
