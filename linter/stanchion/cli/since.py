"""`check --since REV`: only what the change since a revision brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stanchion.discovery.walk import boundary
from stanchion.policy.since import introduced
from stanchion.run import Outcome, RunOptions, run
from stanchion.syntax.git import GitFiles
from stanchion.syntax.reading import SourceTree


def keep_introduced(outcome: Outcome, paths: Sequence[Path], options: RunOptions, revision: str) -> None:
    """Take out of an outcome the findings that the revision already had, judged by the same options.

    The revision is read through git; the work tree is not touched. Raises RevisionError.
    """
    root = options.root or boundary(paths)
    tree = SourceTree(root, files=GitFiles(root, revision))
    before = run(paths, replace(options, report_unused=False), tree=tree)
    outcome.findings = introduced(outcome.findings, before.findings)
