"""How the time of a check grows with the size of what it reads: ten times the work should take ten times the time.

    python benchmarks/evaluation_growth.py [--runs 3] [--only NAME]

Whole processes, each the median of the runs, with `python -c pass` run in turn. The time per item is what a step takes
more than the step before, divided by how many items it has more (the first step is held against two items). The last
column is that as a multiple of the step before: near 1 where growth is linear, 10 where it is quadratic; it is left
out where a step is too short to be told from start-up. Exit status 1 above the bar.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

#: How much dearer an item may become while their number grows tenfold.
BAR = 2.0
#: Seconds that a step must take more than the one before for the next to be held against it.
TELLING = 0.03

CHILD = """
variable "name" {
  type = string
}

variable "cidrs" {
  type    = list(string)
  default = ["10.0.0.0/8"]
}

locals {
  tags = merge({ Name = var.name }, { for cidr in var.cidrs : replace(cidr, "/", "-") => "yes" })
}

resource "aws_security_group" "this" {
  name        = "${var.name}-group"
  description = "of ${var.name}"
  tags        = local.tags

  dynamic "ingress" {
    for_each = var.cidrs
    content {
      description = "HTTPS"
      from_port   = 443
      to_port     = 443
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}

output "id" {
  value = aws_security_group.this.id
}
"""
GROUP = """
resource "aws_security_group" "g{n}" {{
  name        = "group-{n}"
  description = "group ${{local.prefix}} {n}"

  ingress {{
    description = "HTTPS"
    from_port   = {port}
    to_port     = {port}
    protocol    = "tcp"
    cidr_blocks = [cidrsubnet("10.0.0.0/8", 16, {n})]
  }}
}}
"""
RULE = """
resource "aws_security_group_rule" "r{n}" {{
  type              = "ingress"
  security_group_id = aws_security_group.all.id
  description       = "rule {n}"
  from_port         = {port}
  to_port           = {port}
  protocol          = "tcp"
  cidr_blocks       = ["10.0.0.0/8"]
}}
"""
CALL = 'module "m{n}" {{\n  source = "./child"\n  name   = "m{n}"\n  cidrs  = ["10.{octet}.0.0/16"]\n}}\n'


def module_calls(directory: Path, count: int) -> None:
    """Calls of one module, each written out."""
    child(directory)
    calls = "".join(CALL.format(n=n, octet=n % 256) for n in range(count))
    write(directory, calls + 'output "last" {\n  value = module.m0.id\n}\n')


def module_instances(directory: Path, count: int) -> None:
    """One call of a module with for_each."""
    child(directory)
    call = 'module "m" {{\n  source   = "./child"\n  for_each = toset([for n in range({0}) : "n${{n}}"])\n'
    write(
        directory,
        call.format(count) + '  name     = each.key\n}\noutput "ids" {\n  value = values(module.m)[*].id\n}\n',
    )


def resources(directory: Path, count: int) -> None:
    """Resource blocks, each written out."""
    locals_ = 'locals {\n  prefix = "p"\n}\n'
    write(directory, locals_ + "".join(GROUP.format(n=n, port=1024 + n % 60000) for n in range(count)))


def resource_instances(directory: Path, count: int) -> None:
    """One resource block with count, and one that refers to each instance."""
    counted = (
        f'resource "aws_sns_topic" "t" {{\n  count = {count // 2}\n  name  = "topic-${{count.index}}"\n}}\n'
        f'resource "aws_sqs_queue" "q" {{\n  count = {count // 2}\n  name  = aws_sns_topic.t[count.index].name\n}}\n'
    )
    write(directory, counted)


def satellites(directory: Path, count: int) -> None:
    """Rules that all fold into one security group."""
    group = 'resource "aws_security_group" "all" {\n  description = "all"\n}\n'
    write(directory, group + "".join(RULE.format(n=n, port=1024 + n % 60000) for n in range(count)))


#: By name: what makes the input, and with how many items.
GROWTHS: dict[str, tuple[Callable[[Path, int], None], tuple[int, ...]]] = {
    "module calls": (module_calls, (10, 100, 1000)),
    "module instances": (module_instances, (10, 100, 1000)),
    "resources": (resources, (100, 1000, 10_000)),
    "resource instances": (resource_instances, (40, 400, 4000)),
    "rules of one group": (satellites, (50, 500, 5000)),
}


def child(directory: Path) -> None:
    """The module that is called."""
    (directory / "child").mkdir()
    (directory / "child" / "main.tf").write_text(CHILD, encoding="utf-8")


def write(directory: Path, text: str) -> None:
    """The root module's only file."""
    (directory / "main.tf").write_text(text, encoding="utf-8")


def seconds(command: list[str]) -> float:
    """The time of one process on the wall."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    start = time.perf_counter()
    code = subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return time.perf_counter() - start


def measured(program: str, make: Callable[[Path, int], None], count: int, runs: int) -> tuple[float, float]:
    """Medians of a check of so many items, and of the floor."""
    with tempfile.TemporaryDirectory() as scratch:
        make(Path(scratch), count)
        seconds([program, "check", "-q", scratch])
        floors, times = [], []
        for _ in range(runs):
            floors.append(seconds([sys.executable, "-c", "pass"]))
            times.append(seconds([program, "check", "-q", scratch]))
    return statistics.median(times), statistics.median(floors)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=tuple(GROWTHS))
    options = parser.parse_args()
    program = shutil.which("stanchion", path=str(Path(sys.executable).parent)) or shutil.which("stanchion")
    if program is None:
        raise SystemExit("stanchion is not installed beside this Python")
    print("| what grows | items | time | `python -c pass` | ratio | per item | of the step before |")
    print("|---|---|---|---|---|---|---|")
    worst = 0.0
    for name, (make, counts) in GROWTHS.items():
        if options.only not in (None, name):
            continue
        whole, _ = measured(program, make, 2, options.runs)
        last, before = (2, whole), 0.0
        for count in counts:
            whole, floor = measured(program, make, count, options.runs)
            more = whole - last[1]
            each = max(more, 0.0) / (count - last[0])
            growth = f"{each / before:.2f}x" if before else ""
            worst = max(worst, each / before if before else 0.0)
            last, before = (count, whole), each if more > TELLING else 0.0
            print(
                f"| {name} | {count:,} | {whole * 1000:.0f} ms | {floor * 1000:.1f} ms | {whole / floor:.1f}x | "
                f"{each * 1e6:.0f} µs | {growth} |",
                flush=True,
            )
    return 1 if worst > BAR else 0


if __name__ == "__main__":
    sys.exit(main())
