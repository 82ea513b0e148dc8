"""What a role, user or group has: the policies attached to it in any way, its boundary, and whom it trusts.

IAM User Guide: "Policies and permissions in IAM", "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.access.managed import is_managed, managed_policy
from stanchion_aws.analysis.access.requesters import Requester, of_unit
from stanchion_aws.analysis.access.statements import Statement, statements
from stanchion_aws.analysis.access.texts import arn_of, name_of

ROLE, USER, GROUP, POLICY = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::ManagedPolicy"
IDENTITIES = (ROLE, USER, GROUP)
_ATTACHED_TO = {ROLE: "Roles", USER: "Users", GROUP: "Groups"}


class Permissions(NamedTuple):
    """What an identity has: the statements of all its policies, those of its boundary (None where it has none), and
    policies that are attached and cannot be seen, by name."""

    statements: tuple[Statement, ...]
    boundary: tuple[Statement, ...] | None
    unseen: tuple[str, ...]

    @property
    def layers(self) -> list[tuple[Statement, ...]]:
        """What must allow, each for itself."""
        return [self.statements] if self.boundary is None else [self.statements, self.boundary]


def permissions(identity: DecidedResource, graph: GraphView) -> Permissions:
    """Everything that an identity of the unit may do, in one world."""
    found: list[Statement] = []
    unseen: list[str] = []
    for holder in (identity, *groups_of(identity, graph)):
        found += inline(holder, graph)
        for attached in _attached(holder, graph):
            seen = attached_policy(attached, graph)
            if seen is None:
                unseen.append(attached.text if not attached.unknown else attached.reason or "a policy")
            else:
                found += seen
        for policy in _naming(holder, graph):
            found += _of(policy["PolicyDocument"], policy, graph)
    boundary: tuple[Statement, ...] | None = None
    limit = identity["PermissionsBoundary"]
    if limit.unknown or limit.present:
        seen = attached_policy(limit, graph)
        if seen is None:
            unseen.append("the permissions boundary")
        else:
            boundary = tuple(seen)
    return Permissions(tuple(found), boundary, tuple(dict.fromkeys(unseen)))


def inline(holder: DecidedResource, graph: GraphView) -> Iterator[Statement]:
    """The statements of the policies that are written into a role, user or group."""
    for policy in holder["Policies"]:
        yield from _of(policy["PolicyDocument"], holder, graph)


def _of(document: Decided, holder: DecidedResource, graph: GraphView) -> Iterator[Statement]:
    for one in statements(document, graph, of_resource=False):
        yield replace(one, source=holder.address)


def _attached(holder: DecidedResource, graph: GraphView) -> Iterator[Decided]:
    for arn in holder["ManagedPolicyArns"]:
        if arn.unknown or arn.present:
            yield arn


def attached_policy(arn: Decided, graph: GraphView) -> list[Statement] | None:
    """The statements of a policy that is attached by ARN: one of the unit, or of AWS's own; None where it is unseen."""
    for resource in graph.named_by(arn):
        if resource.type == POLICY:
            return list(_of(resource["PolicyDocument"], resource, graph))
    pieces = arn.pieces
    text = "".join(piece if piece is not None else "aws" for piece in pieces)
    return managed_policy(text) if is_managed(text + ":" * (5 - min(5, text.count(":")))) else None


def groups_of(user: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    """The groups of the unit that a user is in."""
    for group in user["Groups"]:
        for resource in graph.named_by(group):
            if resource.type == GROUP:
                yield resource
                break
        else:
            if not group.unknown:
                yield from (g for g in graph.of_type(GROUP) if name_of(g) == group.text)


def _naming(holder: DecidedResource, graph: GraphView) -> Iterator[DecidedResource]:
    """Managed policies of the unit that attach themselves to an identity (`Roles` of AWS::IAM::ManagedPolicy)."""
    key = _ATTACHED_TO[holder.type]
    for policy in graph.referring_to(holder, POLICY):
        for one in policy[key]:
            if any(resource.address == holder.address for resource in graph.named_by(one)):
                yield policy
                break


def requester_of(identity: DecidedResource) -> Requester:
    """A role or user of the unit as one who asks."""
    return of_unit(arn_of(identity), identity.address, name_of(identity) if identity.type == USER else "")
