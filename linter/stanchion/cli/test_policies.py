"""`stanchion test-policies`: hold policies to their fixtures."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stanchion.authoring.fixtures import Case, Expected, cases_in
from stanchion.cli.arguments import Parser, add_packs
from stanchion.cli.main import CLEAN, FINDINGS, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.options import RunOptions
from stanchion.outcome import Outcome
from stanchion.plugins.registry import Registry, load
from stanchion.reporting.escape import shown
from stanchion.run import run as judge
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    given = _parsed(arguments)
    registry = load(given.plugin, files=given.policies)
    for problem in registry.problems:
        complain(problem.message)
    if registry.problems:
        return USAGE if any(problem.kind == "configuration" for problem in registry.problems) else UNREAD
    known = frozenset(policy.id for policy in registry.policies)
    cases = [case for path in given.paths for case in cases_in(path, known)]
    if not cases:
        complain(f"no fixtures under {', '.join(map(str, given.paths))}: expected ID/bad* and ID/good* of a policy")
        return USAGE
    failed = 0
    for case in cases:
        lines = list(_differences(case, registry))
        failed += bool(lines)
        write("".join(f"{shown(line)}\n" for line in lines))
    policies = len({case.policy for case in cases})
    write(f"{len(cases)} fixtures of {policies} {'policies' if policies != 1 else 'policy'}, {failed} failed\n")
    return FINDINGS if failed else CLEAN


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    made = Parser("test-policies", "Hold policies to their fixtures: `# expect: ID` on the lines of the faults.")
    made.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="directories with ID/bad* and ID/good*")
    add_packs(made)
    return made.parse_args(arguments)


def _differences(case: Case, registry: Registry) -> Iterator[str]:
    """A line for each way in which a fixture is not as it says."""
    wanted, wrong = case.expected()
    yield from wrong
    outcome = _judged(case, registry)
    for problem in outcome.problems:
        place = problem.place
        at = f"{case.path}: {place.source.path}:{_line(place)}: " if place is not None else f"{case.path}: "
        yield f"{at}{problem.message}"
    found = {
        Expected(each.place.source.path, _line(each.place), each.policy.id, each.certainty) for each in outcome.findings
    }
    for missing in sorted(wanted - found):
        yield f"{_at(case, missing)}: expected {missing.policy} ({missing.certainty}); it was not found"
    for more in sorted(found - wanted):
        yield f"{_at(case, more)}: {more.policy} ({more.certainty}) was found; it is not expected"
    if not wanted and case.bad:
        yield f"{case.path}: a bad fixture expects something: `# expect: {case.policy}`"


def _judged(case: Case, registry: Registry) -> Outcome:
    """What the policy finds in a fixture by itself: its neighbours would be of the same Terraform module."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        if case.path.is_dir():
            shutil.copytree(case.path, root, dirs_exist_ok=True)
        else:
            shutil.copy(case.path, root / case.path.name)
        return judge([root], RunOptions((case.policy,)), tree=SourceTree(root, base=root), registry=registry)


def _line(place: Located) -> int:
    return place.source.position(place.start).line


def _at(case: Case, expected: Expected) -> str:
    path = case.path / expected.path if case.path.is_dir() else case.path
    return f"{path}:{expected.line}"
