"""The only way to git. A repository may be a stranger's: git is asked so that it runs and fetches nothing of it.

What a repository's own configuration names (a transport, a proxy, a hook, a file system monitor, a pager, a filter) is
a command of whoever wrote it. Options on the command line do not switch all of them off: the environment does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_GIT = (
    *("git", "--no-optional-locks", "--no-pager", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.attributesFile="),
    *("-c", "advice.graftFileDeprecated=false"),
    *("-c", "protocol.allow=never"),
    # A directory that merely looks like a repository can be committed into another one.
    *("-c", "safe.bareRepository=explicit"),
)
_ENVIRONMENT: Mapping[str, str] = {
    "GIT_NO_LAZY_FETCH": "1",  # git 2.39.4, 2.45 and later: an object that is missing stays missing
    "GIT_ALLOW_PROTOCOL": "",  # any git: no transport may be used, whatever the configuration allows
    "GIT_NO_REPLACE_OBJECTS": "1",  # refs/replace would show another commit than the one that is named
    "GIT_GRAFT_FILE": os.devnull,  # and grafts other parents
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "LC_ALL": "C",
}
#: What a hook is given for the repository that it runs in, and what would lead astray in any other.
_OF_ONE_REPOSITORY = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CONFIG", "GIT_SHALLOW_FILE"),
)
_SECONDS = 60


class RevisionError(ValueError):
    """A revision that git does not know, an object that is not there, or a directory that is no repository."""


def ask(directory: Path, *arguments: str, other: bool = False) -> bytes:
    """What git answers about the repository that holds a directory. Raises RevisionError with git's own reason.

    `other`: the repository is not the one whose hook may be running.
    """
    environment = {**os.environ, **_ENVIRONMENT}
    for name in _OF_ONE_REPOSITORY if other else ():
        environment.pop(name, None)
    try:
        done = subprocess.run(  # noqa: S603 - git itself, asked for by the user, with what could make it run more switched off
            [*_GIT, "-C", str(directory), *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise RevisionError(f"git could not be asked: {error}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RevisionError(said[-1] if said else f"git {arguments[0]} failed")
    return done.stdout
