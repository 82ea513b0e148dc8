"""What a resource's own policy gives to the public: by which statement, with the request that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from stanchion_aws.analysis.access.globs import OpenGlob, closed, fits
from stanchion_aws.analysis.access.held import Held
from stanchion_aws.analysis.access.keys import value_fits
from stanchion_aws.analysis.access.requesters import Requester
from stanchion_aws.analysis.access.search import Ask, Request, UndecidedAccessError, witness
from stanchion_aws.analysis.access.statements import Reading, Statement, settled


class Grant(NamedTuple):
    """One of the public who is let in: by which statement, with which request. `certain` is False where it hangs on
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


def grants(held: Held) -> Iterator[Grant]:
    """Every statement of a resource's own policy that lets the public in, with the widest public that it does."""
    denies = [one for one in held.statements if not one.allows]
    ask = held.ask
    for allow in held.statements:
        if allow.allows:
            tried = (_grant(allow, denies, requester, ask) for requester in held.kind.public)
            yield from islice((found for found in tried if found is not None), 1)


def _grant(allow: Statement, denies: Sequence[Statement], requester: Requester, ask: Ask) -> Grant | None:
    for reading in Reading:
        try:
            found = witness([allow, *denies], requester, (ask,), reading)
        except UndecidedAccessError:
            return Grant(requester, allow, None, False)
        if found is not None:
            return Grant(requester, allow, found, reading is Reading.CERTAIN)
    return None


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
