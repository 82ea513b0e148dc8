"""Policies about whom a resource's own policy lets in, made for a type at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stanchion.policy.policy import Policy, Severity, policy
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

DOCS = "IAM User Guide: Identity-based policies and resource-based policies"
CLOSE = (
    'Name the accounts or roles in Principal instead of "*", or add a condition that ties it to them: '
    "aws:PrincipalOrgID, aws:SourceAccount, aws:SourceArn, aws:SourceVpce."
)


def not_public(
    id: str,  # noqa: A002 - the word of every report
    title: str,
    types: str | tuple[str, ...],
    *,
    why: str,
    severity: Severity = Severity.HIGH,
    mend: str = CLOSE,
    unless: Callable[[DecidedResource], bool] | None = None,
) -> Policy:
    """A policy that no statement of a resource's own policy lets the public in.

    `unless` tells resources whose policy the public cannot reach.
    """

    def check(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        from stanchion_aws.analysis.access.grants import grants
        from stanchion_aws.analysis.access.held import held_by
        from stanchion_aws.analysis.access.wording import report

        if unless is not None and unless(resource):
            return
        held = held_by(resource, graph)
        if held is None:
            return
        for grant in grants(held):
            yield report(grant, held)

    return policy(id, title, types=types, severity=severity, why=why, mend=mend, docs=DOCS)(check)
