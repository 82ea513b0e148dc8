"""`check --since REV`: only what the change since a revision brings."""

from __future__ import annotations

import os
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
    # A file that was not there yet belongs to what its directory was: a new file in an old module brings its own only.
    then = [path if path.is_dir() or tree.exists(Path(os.path.abspath(path))) else path.parent for path in paths]
    before = run(list(dict.fromkeys(then)), replace(options, report_unused=False), tree=tree)
    outcome.findings = introduced(outcome.findings, before.findings)
