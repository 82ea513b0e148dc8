"""Whether policies let a requester in, with the request that proves it, or a proof that they do not.

A request that a statement allows is narrowed by every Deny in turn: it must fall outside one of the Deny's action,
resource or tests, and each way to do so is followed, cut so that no two overlap. The first that is left is a witness;
when none is left there is no such request (IAM User Guide, "Policy evaluation logic": an explicit Deny always wins).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stanchion_aws.analysis.access.globs import ANYTHING, Glob, OpenGlob, TooManyStatesError, closed, literal, member
from stanchion_aws.analysis.access.keys import Kind, Test, value_for
from stanchion_aws.analysis.access.requesters import Requester
from stanchion_aws.analysis.access.statements import Reading, Statement, settled

#: How many narrowed sets of requests are looked at before the question is left open.
MAX_NODES = 10_000
Document = Sequence[Statement]


class UndecidedAccessError(Exception):
    """A bound was hit before the question was decided."""


@dataclass(slots=True, frozen=True)
class Request:
    """A request that is allowed. `context` has the keys that matter, None where the key is absent; `allowed_by` is the
    statement that lets it through."""

    requester: Requester
    action: str
    resource: str
    context: Mapping[str, str | None]
    allowed_by: Statement


@dataclass(slots=True, frozen=True)
class Ask:
    """What is asked for: one of some actions, the most telling first, on resources `within` some patterns but for
    others."""

    actions: Sequence[str]
    within: Sequence[Glob] = (ANYTHING,)
    not_within: Sequence[Glob] = ()


@dataclass(slots=True, frozen=True)
class _Requests:
    """The requests that fit every one of some groups of patterns and tests."""

    actions: tuple[tuple[Glob, ...], ...]
    not_actions: tuple[Glob, ...]
    resources: tuple[tuple[Glob, ...], ...]
    not_resources: tuple[Glob, ...]
    tests: tuple[Test, ...] = ()


@dataclass(slots=True)
class _Search:
    """One search: who asks, and how much may still be looked at."""

    requester: Requester
    left: int = field(default=MAX_NODES)

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UndecidedAccessError


def witness(
    document: Document, requester: Requester, asks: Sequence[Ask], reading: Reading = Reading.CERTAIN
) -> Request | None:
    """A request of the requester's that a document allows and does not deny, or None where there is none.

    Raises UndecidedAccessError when a bound is hit.
    """
    met = [one for one in (settled(s, requester, reading) for s in document) if one is not None]
    allows = [one for one in met if one.allows]
    if not allows:
        return None
    denies = [one for one in met if not one.allows]
    for ask in asks:
        search = _Search(requester)
        for name in ask.actions:
            for allow in allows:
                found = _beyond_all(_allowed(allow, name, ask), denies, allow, search)
                if found is not None:
                    return replace(found, action=name)
    return None


def _allowed(allow: Statement, action: str, ask: Ask) -> _Requests:
    """The requests for an action that a statement allows."""
    return _Requests(
        ((literal(action.lower()),), _closed(allow.actions)),
        _closed(allow.not_actions),
        (tuple(ask.within), _closed(allow.resources)),
        (*ask.not_within, *_closed(allow.not_resources)),
        allow.tests,
    )


def _closed(globs: Sequence[OpenGlob]) -> tuple[Glob, ...]:
    return tuple(closed(glob) for glob in globs)


def _beyond_all(requests: _Requests, denies: Sequence[Statement], by: Statement, search: _Search) -> Request | None:
    search.spend()
    found = _one_of(requests, by, search.requester)
    if found is None or not denies:
        return found
    for outside in _beyond(requests, denies[0]):
        kept = _beyond_all(outside, denies[1:], by, search)
        if kept is not None:
            return kept
    return None


def _beyond(requests: _Requests, deny: Statement) -> Iterator[_Requests]:
    """The requests that a Deny does not hit, in parts that do not overlap."""
    inside = requests
    actions, not_actions = _closed(deny.actions), _closed(deny.not_actions)
    resources, not_resources = _closed(deny.resources), _closed(deny.not_resources)
    if not not_actions:
        yield replace(inside, not_actions=(*inside.not_actions, *actions))
        inside = replace(inside, actions=(*inside.actions, actions))
    else:
        yield replace(inside, actions=(*inside.actions, not_actions))
        inside = replace(inside, not_actions=(*inside.not_actions, *not_actions))
    if not not_resources:
        yield replace(inside, not_resources=(*inside.not_resources, *resources))
        inside = replace(inside, resources=(*inside.resources, resources))
    else:
        yield replace(inside, resources=(*inside.resources, not_resources))
        inside = replace(inside, not_resources=(*inside.not_resources, *not_resources))
    for one in deny.tests:
        yield replace(inside, tests=(*inside.tests, one.negated()))
        inside = replace(inside, tests=(*inside.tests, one))


def _one_of(requests: _Requests, by: Statement, requester: Requester) -> Request | None:
    """One of the requests that the requester can make, or None where there is none."""
    try:
        action = member(requests.actions, requests.not_actions)
        if action is None:
            return None
        resource = member(requests.resources, requests.not_resources)
        if resource is None:
            return None
        context = _context(requests.tests, requester)
    except TooManyStatesError:
        raise UndecidedAccessError from None
    return None if context is None else Request(requester, action, resource, context, by)


def _context(tests: Sequence[Test], requester: Requester) -> dict[str, str | None] | None:
    by_key: dict[str, list[Test]] = {}
    for each in tests:
        by_key.setdefault(each.key, []).append(each)
    context: dict[str, str | None] = {}
    for key, asked in by_key.items():
        only = requester.there.get(key)
        if not requester.lacks(key):
            value = value_for(asked, None if _compares_otherwise(asked) else only)
            if value is not None:
                context[asked[0].written] = value
                continue
        if only is None and all(each.absent for each in asked):
            context[asked[0].written] = None
            continue
        return None
    return context


def _compares_otherwise(tests: Sequence[Test]) -> bool:
    """Whether values are compared otherwise than as text, so that the texts a requester has say nothing."""
    return any(each.kind not in (Kind.TEXT, Kind.PRESENCE) for each in tests)
