"""What a resource's own policy gives to those outside: to whom, by which statement, with the request that proves it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from stanchion_aws.analysis.access.globs import OpenGlob, closed, fits
from stanchion_aws.analysis.access.held import Held
from stanchion_aws.analysis.access.keys import value_fits
from stanchion_aws.analysis.access.principals import Identity, account_of
from stanchion_aws.analysis.access.requesters import (
    THE_PUBLIC,
    Requester,
    federated,
    of_account,
    of_organization,
    of_service,
)
from stanchion_aws.analysis.access.search import Ask, Request, UndecidedAccessError, witness
from stanchion_aws.analysis.access.statements import Reading, Statement, settled
from stanchion_aws.analysis.access.texts import OWN_ACCOUNT

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{3,32}")
#: Keys whose values name an account or organisation that a statement for everybody is narrowed to.
_NAMING = (
    "aws:principalaccount",
    "aws:principalarn",
    "kms:calleraccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
)


class Grant(NamedTuple):
    """Somebody outside who is let in: by which statement, with which request. `certain` is False where it hangs on
    something that nobody knows; `undecided` where a bound was hit before there was an answer."""

    requester: Requester
    statement: Statement
    request: Request | None
    certain: bool

    @property
    def reading(self) -> Reading:
        """How what nobody knows was read."""
        return Reading.CERTAIN if self.certain else Reading.POSSIBLE

    @property
    def undecided(self) -> bool:
        """Whether the search was given up."""
        return self.request is None

    @property
    def hangs_on(self) -> tuple[str, ...]:
        """What nobody knows that the answer hangs on."""
        return () if self.certain else self.statement.holes


def grants(held: Held, among: Iterable[str] | None = None) -> Iterator[Grant]:
    """Everybody outside whom a resource's own policy lets in; of the public the widest only.

    `among` are the actions to look for; without them all of the resource's.
    """
    denies = [one for one in held.statements if not one.allows]
    asks = _narrowed(list(held.asks()), among)
    for allow in held.statements:
        if not allow.allows:
            continue
        for group in candidates(allow, held.statements):
            for requester in group:
                found = _grant(allow, denies, requester, asks)
                if found is not None:
                    yield found
                    break


def _narrowed(asks: list[Ask], among: Iterable[str] | None) -> list[Ask]:
    if among is None:
        return asks
    wanted = {name.lower() for name in among}
    kept = (replace(ask, actions=[a for a in ask.actions if a.lower() in wanted]) for ask in asks)
    return [ask for ask in kept if ask.actions]


def _grant(allow: Statement, denies: Sequence[Statement], requester: Requester, asks: Sequence[Ask]) -> Grant | None:
    for reading in Reading:
        if settled(allow, requester, reading) is None:
            continue
        try:
            for ask in asks:
                found = witness([[allow, *denies]], requester, ask, reading)
                if found is not None:
                    return Grant(requester, allow, found, reading is Reading.CERTAIN)
        except UndecidedAccessError:
            return Grant(requester, allow, None, False)
    return None


def candidates(allow: Statement, document: Sequence[Statement]) -> Iterator[Sequence[Requester]]:
    """Who outside may be meant by a statement: in each group, the first that gets in says all."""
    named = allow.principals
    if named.everybody or named.negated or named.unknown:
        yield THE_PUBLIC
        for name in dict.fromkeys(_named_by_keys(document)):
            yield (of_organization(name) if name.startswith("o-") else of_account(name),)
    if named.negated:
        return
    for account in named.accounts:
        if account != OWN_ACCOUNT:
            yield (of_account(account),)
    for arn in named.arns:
        account = account_of(arn)
        if account != OWN_ACCOUNT:
            outside = of_account(account or "000000000000")
            yield (replace(outside, words=arn, identity=Identity(account or arn, arn)),)
    for service in named.services:
        yield (of_service(service),)
    for provider in named.providers:
        yield (federated(provider),)


def _named_by_keys(document: Sequence[Statement]) -> Iterator[str]:
    """Accounts and organisations that the conditions name."""
    for one in document:
        for test in one.tests:
            if test.key in _NAMING:
                for glob in test.globs:
                    text = "".join(token for token in glob if isinstance(token, str))
                    yield from (a for a in _ACCOUNT.findall(text) if a != OWN_ACCOUNT)
                    yield from _ORGANIZATION.findall(text)


def escapes(
    request: Request, denies: Iterable[Statement], reading: Reading = Reading.CERTAIN
) -> Iterator[tuple[Statement, str]]:
    """Of every Deny, why it does not hit a request."""
    for deny in denies:
        if deny.allows:
            continue
        met = settled(deny, request.requester, reading)
        yield deny, "it does not speak of this principal" if met is None else _why_not(met, request)


def _why_not(deny: Statement, request: Request) -> str:
    action = request.action.lower()
    if not _among(action, deny.actions, deny.not_actions):
        return f"it does not take in {request.action}"
    if not _among(request.resource, deny.resources, deny.not_resources):
        return f"it does not take in {request.resource}"
    context = {key.lower(): value for key, value in request.context.items()}
    for test in deny.tests:
        value = context.get(test.key)
        passes = test.absent if value is None else value_fits(test, value)
        if not passes:
            return f"{test.written} is absent" if value is None else f"{test.written} is {value}"
    return "its conditions do not hold"


def _among(text: str, globs: Sequence[OpenGlob], but: Sequence[OpenGlob]) -> bool:
    if but:
        return not any(fits(text, closed(glob)) for glob in but)
    return any(fits(text, closed(glob)) for glob in globs)
