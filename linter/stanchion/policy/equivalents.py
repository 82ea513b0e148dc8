"""The checks of other tools that policies stand for: tables beside a plugin, one a tool, read when somebody asks.

# checkov.toml
CKV_AWS_7 = ["KEY101"]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

#: Checks by tool, by the id of a policy.
Tables = Mapping[str, Mapping[str, tuple[str, ...]]]


class Equivalents(Mapping[str, tuple[str, ...]]):
    """The checks that one policy stands for, by tool. A plain check of a configuration never reads the tables."""

    __slots__ = ("_folder", "_own", "_policy")

    def __init__(self, folder: str, policy: str, own: Mapping[str, tuple[str, ...]]) -> None:
        self._folder = folder
        self._policy = policy
        self._own = own

    def _held(self) -> Mapping[str, tuple[str, ...]]:
        tables = read_tables(self._folder).get(self._policy, {})
        return {**tables, **self._own} if self._own else tables

    def __getitem__(self, tool: str) -> tuple[str, ...]:
        return self._held()[tool]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __len__(self) -> int:
        return len(self._held())


@cache
def read_tables(folder: str) -> Tables:
    """All tables of a folder, turned around."""
    import tomllib

    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        for check, policies in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for policy in policies:
                checks = found.setdefault(policy, {})
                checks[path.stem] = (*checks.get(path.stem, ()), check)
    return found
