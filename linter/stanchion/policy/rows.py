"""Rows: what a service's module says of its resources, one line a policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from stanchion.evaluation.conditions import Scalar
from stanchion.policy.policy import Policy, Profile, Severity
from stanchion.policy.predicates import PRESENT, Predicate, predicate_of
from stanchion.policy.requirement import Relation, Requirement, mistakes

#: Conditions on properties, by path.
Conditions: TypeAlias = Mapping[str, Predicate | Scalar]
#: A fix that may be made without being asked: it changes nothing else.
SAFE = "safe"


class Rows(list[Policy]):
    """The policies on resources of some types, in the order in which they are written.

    `name` is what such a resource is called in a title, `guide` the title of the AWS guide that tells of it.
    """

    def __init__(self, types: tuple[str, ...], name: str, guide: str) -> None:
        super().__init__()
        self.types = types
        self.name = name
        self.guide = guide

    def must(
        self,
        id: str,  # noqa: A002 - the word of every report and of the design
        path: str,
        predicate: Predicate | Scalar,
        severity: Severity,
        says: str,
        why: str,
        *,
        page: str,
        when: Conditions | None = None,
        fix: str = "",
        effect: str = "",
        types: tuple[str, ...] = (),
        **more: Any,
    ) -> Policy:
        """A property must be so.

        `says` follows the resource's address in a message and the name in the title. `fix=SAFE` writes the value that
        is asked for; `effect` says what else that changes, and makes the fix unsafe. `types` are those of the rows'
        types that have the property, where not all have it. For `more` see `needs`.
        """
        self._known(id, fix)
        row = Requirement(
            types or self.types,
            path,
            predicate_of(predicate),
            says,
            conditions(when),
            fixed=bool(fix or effect),
            effect=effect,
        )
        return self._add(id, row, severity, why, page, **more)

    def needs(
        self,
        id: str,  # noqa: A002 - as above
        type: str,  # noqa: A002 - CloudFormation's word
        by: str,
        severity: Severity,
        says: str,
        why: str,
        *,
        page: str,
        having: Conditions | None = None,
        when: Conditions | None = None,
        types: tuple[str, ...] = (),
        **more: Any,
    ) -> Policy:
        """A resource of another type must be there whose property `by` refers to this one ("" for any property), and
        whose properties are as `having` says.

        `more`: `profile`, `equivalents`, `controls`, `yields_to`, `aliases` (ids that it had), and `title` where name
        and `says` make none.
        """
        relation = Relation(type, by, conditions(having))
        row = Requirement(types or self.types, "", PRESENT, says, conditions(when), relation)
        return self._add(id, row, severity, why, page, **more)

    def _known(self, id_: str, fix: str) -> None:
        if fix not in ("", SAFE):
            raise ValueError(f"{id_}: expected fix=SAFE or none, not {fix!r}; an effect makes a fix unsafe")

    def _add(
        self,
        id_: str,
        row: Requirement,
        severity: Severity,
        why: str,
        page: str,
        *,
        title: str = "",
        profile: Profile = Profile.DEFAULT,
        equivalents: Mapping[str, tuple[str, ...]] | None = None,
        controls: tuple[str, ...] = (),
        yields_to: tuple[str, ...] = (),
        aliases: tuple[str, ...] = (),
    ) -> Policy:
        if not title and "{" in row.says:
            raise ValueError(f"{id_}: expected a title, since its message has placeholders")
        title = title or f"{self.name} {row.says}"
        docs = f"{self.guide}: {page}"
        policy = policy_of(id_, title, row, severity, why, docs, profile, equivalents, controls, yields_to)
        policy = policy._replace(aliases=aliases)
        self.append(policy)
        return policy


def resource(*types: str, name: str, guide: str) -> Rows:
    """Rows on resources of some CloudFormation types."""
    return Rows(types, name, guide)


def conditions(given: Conditions | None) -> tuple[tuple[str, Predicate], ...]:
    """Conditions on properties as a row holds them."""
    return tuple((path, predicate_of(predicate)) for path, predicate in (given or {}).items())


def policy_of(
    id_: str,
    title: str,
    row: Requirement,
    severity: Severity,
    why: str,
    docs: str,
    profile: Profile = Profile.DEFAULT,
    equivalents: Mapping[str, tuple[str, ...]] | None = None,
    controls: tuple[str, ...] = (),
    yields_to: tuple[str, ...] = (),
) -> Policy:
    """The policy of a row. Raises ValueError for a row that cannot be."""
    for mistake in mistakes(row):
        raise ValueError(f"{id_}: {mistake}")
    first, found, _ = row.path.partition("[]")
    return Policy(
        id_,
        title,
        severity,
        row.types,
        why,
        "",
        docs,
        row.check,
        equivalents=equivalents or {},
        controls=controls,
        yields_to=yields_to,
        each=first if found and "." not in first else "",
        profile=profile,
        row=row,
    )
