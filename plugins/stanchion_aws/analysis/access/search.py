"""Whether a document lets a requester in, with the request that proves it, or a proof that it does not.

A request that a statement allows is narrowed by every Deny in turn: it must fall outside one of the Deny's action,
resource or tests, and each way to do so is followed, cut so that no two overlap. The first that is left is a witness;
when none is left there is no such request (IAM User Guide, "Policy evaluation logic": an explicit Deny always wins).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stanchion_aws.analysis.access.globs import Glob, TooManyStatesError, literal, member
from stanchion_aws.analysis.access.keys import Kind, Test, value_for
from stanchion_aws.analysis.access.requesters import Requester
from stanchion_aws.analysis.access.statements import Statement

#: How many narrowed sets of requests are looked at before the question is left open.
MAX_NODES = 10_000


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
class _Requests:
    """The requests that fit every one of some groups of patterns and tests."""

    actions: tuple[tuple[Glob, ...], ...]
    not_actions: tuple[Glob, ...]
    resources: tuple[tuple[Glob, ...], ...]
    not_resources: tuple[Glob, ...]
    tests: tuple[Test, ...] = ()


@dataclass(slots=True)
class _Budget:
    left: int = field(default=MAX_NODES)

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise UndecidedAccessError


def witness(
    document: Sequence[Statement],
    requester: Requester,
    actions: Sequence[str] = (),
    within: Sequence[Glob] | None = None,
    not_within: Sequence[Glob] = (),
) -> Request | None:
    """A request of the requester's that the document allows, or None where there is none.

    `actions` are those to look for, the most telling first; without them any. `within`, but for
    `not_within`, are the resources that those actions are for. Raises UndecidedAccessError when a bound is hit.
    """
    denies = [one for one in document if not one.allows and one.speaks_of(requester)]
    budget = _Budget()
    for allow in document:
        if not allow.allows or not allow.speaks_of(requester):
            continue
        everything = _requests(allow, within, not_within)
        starts = [
            replace(everything, actions=(*everything.actions, (literal(name, any_case=True),))) for name in actions
        ]
        for start in starts or [everything]:
            found = _search(start, denies, allow, requester, budget)
            if found is not None:
                return found
    return None


def _requests(allow: Statement, within: Sequence[Glob] | None, not_within: Sequence[Glob]) -> _Requests:
    resources = (allow.resources,) if within is None else (allow.resources, tuple(within))
    return _Requests((allow.actions,), allow.not_actions, resources, (*allow.not_resources, *not_within), allow.tests)


def _search(
    requests: _Requests, denies: Sequence[Statement], allow: Statement, requester: Requester, budget: _Budget
) -> Request | None:
    budget.spend()
    found = _one_of(requests, allow, requester)
    if found is None or not denies:
        return found
    for outside in _beyond(requests, denies[0]):
        kept = _search(outside, denies[1:], allow, requester, budget)
        if kept is not None:
            return kept
    return None


def _beyond(requests: _Requests, deny: Statement) -> Iterator[_Requests]:
    """The requests that a Deny does not hit, in parts that do not overlap."""
    inside = requests
    if not deny.not_actions:
        yield replace(inside, not_actions=(*inside.not_actions, *deny.actions))
        inside = replace(inside, actions=(*inside.actions, deny.actions))
    else:
        yield replace(inside, actions=(*inside.actions, deny.not_actions))
        inside = replace(inside, not_actions=(*inside.not_actions, *deny.not_actions))
    if not deny.not_resources:
        yield replace(inside, not_resources=(*inside.not_resources, *deny.resources))
        inside = replace(inside, resources=(*inside.resources, deny.resources))
    else:
        yield replace(inside, resources=(*inside.resources, deny.not_resources))
        inside = replace(inside, not_resources=(*inside.not_resources, *deny.not_resources))
    for one in deny.tests:
        yield replace(inside, tests=(*inside.tests, one.negated()))
        inside = replace(inside, tests=(*inside.tests, one))


def _one_of(requests: _Requests, allow: Statement, requester: Requester) -> Request | None:
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
    return None if context is None else Request(requester, action, resource, context, allow)


def _context(tests: Sequence[Test], requester: Requester) -> dict[str, str | None] | None:
    by_key: dict[str, list[Test]] = {}
    for each in tests:
        by_key.setdefault(each.key, []).append(each)
    context: dict[str, str | None] = {}
    for key, asked in by_key.items():
        only = requester.there.get(key)
        if not requester.lacks(key):
            value = value_for(asked, None if _free(asked) else only)
            if value is not None:
                context[key] = value
                continue
        if only is None and all(each.absent for each in asked):
            context[key] = None
            continue
        return None
    return context


def _free(tests: Sequence[Test]) -> bool:
    """Whether values are compared otherwise than as text, so that the texts a requester has say nothing."""
    return any(each.kind not in (Kind.TEXT, Kind.PRESENCE) for each in tests)
