"""Grants in plain words: the request that is allowed, the statement that allows it, and why no Deny holds."""

from __future__ import annotations

from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource
from stanchion_aws.analysis.access.grants import Grant, escapes
from stanchion_aws.analysis.access.held import Held
from stanchion_aws.analysis.access.search import MAX_NODES, Request
from stanchion_aws.analysis.access.statements import Statement

#: Keys that every request carries or that say nothing to a reader.
_PLAIN_KEYS = frozenset(
    {"aws:sourceip", "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:userid"}
)


def named(statement: Statement) -> str:
    """A statement by its Sid, or by its number from one."""
    return f'statement "{statement.sid}"' if statement.sid else f"statement {statement.number + 1}"


def sentence(grant: Grant, held: Held) -> str:
    """What a grant lets somebody do: "anyone on the internet can sqs:SendMessage on aws_sqs_queue.q (statement 1)"."""
    who, address = grant.requester.words, held.resource.address
    if grant.request is None:
        return f"{who} may have access to {address} ({named(grant.statement)})"
    can = "can" if grant.certain else "may be able to do"
    remarks = [named(grant.statement), *_escaped(grant, held)]
    return f"{who} {can} {grant.request.action} on {address}{_with(grant.request)} ({'; '.join(remarks)})"


def _with(request: Request) -> str:
    chosen = [f"{key} {value}" for key, value in request.context.items() if value and key.lower() not in _PLAIN_KEYS]
    return f" with {', '.join(chosen)}" if chosen else ""


def _escaped(grant: Grant, held: Held) -> list[str]:
    """Denials that look as if they closed it and do not, with the reason: those that speak of such a request."""
    if grant.request is None:
        return []
    denials = escapes(grant.request, held.statements, grant.reading)
    near = [(deny, why) for deny, why in denials if not why.startswith("it ")]
    return [f"the Deny in {named(deny)} does not apply: {why}" for deny, why in near[:2]]


def steps(grant: Grant, held: Held) -> list[Step]:
    """The statements that decide it, with their places."""
    found: list[Step] = []
    if grant.statement.written is not None:
        found.append(Step(f"{named(grant.statement)} allows it", grant.statement.written.place))
    if grant.request is not None:
        for deny, why in escapes(grant.request, held.statements, grant.reading):
            if deny.written is not None:
                found.append(Step(f"{named(deny)} denies nothing of it: {why}", deny.written.place))
    return found


def report(grant: Grant, held: Held) -> Fault:
    """A finding for a grant, at the statement that gives it."""
    resource: DecidedResource = held.resource
    doubt = ""
    if grant.undecided:
        doubt = f"its policy was not decided within {MAX_NODES} steps"
    elif not grant.certain:
        doubt = f"nobody knows {', '.join(grant.hangs_on)}" if grant.hangs_on else "part of its policy is not known"
    at = grant.statement.written
    return resource.finding(
        sentence(grant, held),
        at=at,
        trace=steps(grant, held),
        subject=f"{held.kind.path}[{grant.statement.number}] {grant.requester.name}",
        doubt=doubt,
    )
