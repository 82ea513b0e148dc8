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
_ARN = re.compile(r"arn:[^:]+:(?:iam|sts)::(\d{12}):(.+)", re.DOTALL)


@dataclass(slots=True, frozen=True)
class Identity:
    """Who makes a request: a principal of an account (`arn`, or "" for whichever of them), a service ("*" for
    whichever), one that an identity provider vouches for, or with nothing of these somebody anonymous."""

    account: str = ""
    arn: str = ""
    service: str = ""
    provider: str = ""


@dataclass(slots=True, frozen=True)
class Principals:
    """The principals of a statement. `unknown` are those that nobody knows; `negated` says all but these."""

    everybody: bool = False
    accounts: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    unknown: tuple[Hole, ...] = ()
    negated: bool = False

    def take(self, who: Identity, unknown: bool) -> bool:
        """Whether a requester is among them; `unknown` is the answer for what nobody knows."""
        if self.negated:
            # In all but these, what nobody knows may be the one that is left out.
            return not self._name(who, not unknown)
        return self._name(who, unknown)

    def _name(self, who: Identity, unknown: bool) -> bool:
        if self.everybody or (self.unknown and unknown):
            return True
        if who.service:
            return who.service in self.services or (who.service == "*" and bool(self.services))
        if who.provider:
            return who.provider in self.providers
        if not who.account:
            return False
        if who.account in self.accounts:
            return True
        return bool(who.arn) and who.arn in self.arns


#: A statement of an identity's own policy speaks of that identity.
ITSELF = Principals(everybody=True)
NOBODY = Principals()


def principals(statement: dict[str, Plain]) -> Principals:
    """The principals of a statement; nobody where it names none, as in a resource's policy without Principal."""
    negated = "NotPrincipal" in statement
    written = statement.get("NotPrincipal" if negated else "Principal")
    if written is None:
        return NOBODY
    found: dict[str, list[str]] = {kind: [] for kind in ("accounts", "arns", "services", "providers", "users")}
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
            if account:
                found["accounts"].append(account)
            elif "*" not in name and "?" not in name:
                found["arns"].append(name)
        else:
            words = {"Service": "services", "Federated": "providers", "CanonicalUser": "users"}
            found[words.get(kind, "users")].append(name.lower() if kind == "Service" else name)
    return Principals(everybody, unknown=tuple(holes), negated=negated, **{k: tuple(v) for k, v in found.items()})


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


def account_of(arn: str) -> str:
    """The account in a principal's ARN, or ""."""
    match = _ARN.fullmatch(arn)
    return match[1] if match else ""
