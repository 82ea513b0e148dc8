"""How long the program takes as its users start it: whole processes, beside `python -c pass` in the same run.

    python benchmarks/whole_process.py [--runs 10] [--corpus ../shared/corpus]

Each figure is the median of the runs; the floor is run in turn with the command, so that a machine that is slow for a
while is slow for both. Exit status 1 when a budget is missed. Peak memory is the largest of one command's runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
MEMORY_BUDGET_MB = 150.0


@dataclass(frozen=True, slots=True)
class Task:
    """A command line to time: its name, arguments after `stanchion`, and the budget as a multiple of the floor."""

    name: str
    arguments: tuple[str, ...]
    budget: float


@dataclass(frozen=True, slots=True)
class Result:
    """Medians in milliseconds and peak memory in MB."""

    task: Task
    floor: float
    median: float
    memory: float

    @property
    def ratio(self) -> float:
        """The command's median as a multiple of the floor's."""
        return self.median / self.floor


def hundred_lines(directory: Path) -> Path:
    """A Terraform file of exactly 100 lines: ten blocks of ten lines, as people write them."""
    block = """resource "aws_security_group" "app_{n}" {{
  description = "Traffic of application {n}"
  ingress {{
    description = "HTTPS"
    from_port   = {port}
    to_port     = {port}
    protocol    = "tcp"
    cidr_blocks = ["10.{n}.0.0/16"]
  }}
}}
"""
    target = directory / "hundred"
    target.mkdir()
    text = "".join(block.format(n=n, port=443 + n) for n in range(10))
    (target / "main.tf").write_text(text, encoding="utf-8")
    return target


def hundred_lines_of_yaml(directory: Path) -> Path:
    """A template of exactly 100 lines: nine groups, each open in one of two environments."""
    head = """AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Environment: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  Prod: !Equals [!Ref Environment, prod]
Resources:
"""
    block = """  Group{n}:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Traffic of application {n}
      SecurityGroupIngress:
        - CidrIp: !If [Prod, 10.{n}.0.0/16, 0.0.0.0/0]
          IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          Description: SSH
"""
    target = directory / "hundred-yaml"
    target.mkdir()
    lines = (head + "".join(block.format(n=n) for n in range(9))).splitlines()
    lines += ["Outputs:", "  Environment:", "    Value: !Ref Environment", "    Description: where this is"]
    (target / "stack.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def spawn(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end, output thrown away: seconds on the wall, peak memory in MB."""
    sink = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment, file_actions=sink)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 3):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return seconds, usage.ru_maxrss / 1024


def measure(task: Task, program: str, runs: int) -> Result:
    """The median of `runs` cold processes of a task, beside as many of the floor."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [program, *task.arguments]
    floor_command = [sys.executable, "-c", "pass"]
    spawn(command, environment)
    floors, times, memory = [], [], 0.0
    for _ in range(runs):
        floors.append(spawn(floor_command, environment)[0])
        seconds, peak = spawn(command, environment)
        times.append(seconds)
        memory = max(memory, peak)
    return Result(task, statistics.median(floors) * 1000, statistics.median(times) * 1000, memory)


def tasks(corpus: Path, scratch: Path) -> list[Task]:
    """What is timed; inputs of the corpus only where it is there."""
    found = [
        Task("--version", ("--version",), 5),
        Task("check, 100 lines of Terraform", ("check", str(hundred_lines(scratch))), 12),
        Task("check, 100 lines of CloudFormation", ("check", str(hundred_lines_of_yaml(scratch))), 12),
    ]
    terragoat, vpc = corpus / "terragoat-aws", corpus / "terraform-aws-vpc"
    if terragoat.is_dir():
        found.append(Task("check, TerraGoat AWS, 1,528 lines", ("check", str(terragoat)), 25))
    if vpc.is_dir():
        found.append(Task("check, vpc module with examples, 12,800 lines", ("check", str(vpc)), 100))
    return found


def row(result: Result) -> str:
    """One line of the Markdown table."""
    return (
        f"| {result.task.name} | {result.median:.0f} ms | {result.floor:.1f} ms | {result.ratio:.1f}x | "
        f"{result.task.budget:g}x | {result.memory:.0f} MB |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--corpus", type=Path, default=HERE.parent.parent / "shared" / "corpus")
    options = parser.parse_args()
    program = shutil.which("stanchion", path=str(Path(sys.executable).parent)) or shutil.which("stanchion")
    if program is None:
        raise SystemExit("stanchion is not installed beside this Python")
    print("| command | median | `python -c pass` | ratio | budget | peak memory |\n|---|---|---|---|---|---|")
    missed = False
    with tempfile.TemporaryDirectory() as scratch:
        for task in tasks(options.corpus, Path(scratch)):
            result = measure(task, program, options.runs)
            print(row(result), flush=True)
            missed = missed or result.ratio > task.budget or result.memory > MEMORY_BUDGET_MB
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
