"""`check --since REV`: only what the change since a revision brings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stanchion.discovery.walk import boundary
from stanchion.policy.since import introduced
from stanchion.run import Outcome, RunOptions, run
from stanchion.syntax.git import RevisionError
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.revision import GitFiles

#: How many files that cannot be read are named.
_NAMED = 3


def keep_introduced(outcome: Outcome, paths: Sequence[Path], options: RunOptions, revision: str) -> None:
    """Take out of an outcome the findings that the revision already had, judged by the same options.

    The revision is read through git; the work tree is not touched. Raises RevisionError.
    """
    root = options.root or boundary(paths)
    files = GitFiles(root, revision)
    tree = SourceTree(root, files=files)
    # A file that was not there yet belongs to what its directory was: a new file in an old module brings its own only.
    then = [path if path.is_dir() or tree.exists(Path(os.path.abspath(path))) else path.parent for path in paths]
    before = run(list(dict.fromkeys(then)), replace(options, report_unused=False), tree=tree)
    if files.missing:
        missing = list(dict.fromkeys(files.missing))
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise RevisionError(
            f"the content of {', '.join(missing[:_NAMED])}{more} is not in this clone (a partial clone, or a broken "
            "repository), and nothing is fetched here; clone without --filter"
        )
    outcome.findings = introduced(outcome.findings, before.findings)
