"""Whom a statement names, and whether a requester is among them.

Rules from the IAM User Guide, "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stanchion_aws.analysis.access.globs import Hole
from stanchion_aws.analysis.access.texts import Plain, Text

_ACCOUNT = re.compile(r"\d{12}")
_ACCOUNT_ARN = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


@dataclass(slots=True, frozen=True)
class Principals:
    """The principals of a statement that are accounts or their roles and users; services and identity providers are
    none of them. `unknown` are those that nobody knows; `negated` says all but these."""

    everybody: bool = False
    accounts: tuple[str, ...] = ()
    unknown: tuple[Hole, ...] = ()
    negated: bool = False

    def take(self, account: str, unknown: bool) -> bool:
        """Whether whoever asks from an account ("" for anonymous) is among them; `unknown` is the answer for what
        nobody knows."""
        # In all but these, what nobody knows may be the one that is left out.
        asked = unknown is not self.negated
        named = self.everybody or account in self.accounts or (asked and bool(self.unknown))
        return named is not self.negated


def principals(statement: dict[str, Plain]) -> Principals:
    """The principals of a statement; nobody where it names none, as in a resource's policy without Principal."""
    negated = "NotPrincipal" in statement
    written = statement.get("NotPrincipal" if negated else "Principal")
    accounts: list[str] = []
    holes: list[Hole] = []
    everybody = False
    for kind, one in _named(written):
        if len(one) == 1 and isinstance(one[0], Hole):
            holes.append(one[0])
            continue
        # Known in part it is somebody in particular: a wildcard within a principal's ARN is refused.
        name = "".join(piece if isinstance(piece, str) else f"{{{piece.name}}}" for piece in one)
        if name == "*" and kind != "Service":
            everybody = True
        elif kind == "AWS":
            account = account_named(name)
            accounts += [account] if account else []
    return Principals(everybody, tuple(accounts), tuple(holes), negated and written is not None)


def _named(written: Plain) -> Iterator[tuple[str, Text]]:
    if isinstance(written, dict):
        for kind, names in written.items():
            for one in names if isinstance(names, list) else [names]:
                if isinstance(one, tuple):
                    yield kind, one
    else:
        for one in written if isinstance(written, list) else [written]:
            if isinstance(one, tuple):
                yield "AWS", one


def account_named(name: str) -> str:
    """The account that a principal is, written as its id or as its root's ARN; "" where it is none."""
    if _ACCOUNT.fullmatch(name):
        return name
    match = _ACCOUNT_ARN.fullmatch(name)
    return match[1] if match else ""
