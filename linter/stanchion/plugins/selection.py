"""Which policies a run asks: by id, family, service, profile and severity."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.policy.policy import Policy, Profile, Severity

#: Plugins that come along and are off until they are asked for by name: the families of their policies.
COMPANIONS = {"cfn-lint": "stanchion_cfn_lint.plugin"}


def is_companions(name: str) -> bool:
    """Whether a name is a companion's family or one of its ids, which are not known while it is off."""
    return name.partition("/")[0] in COMPANIONS


class UnknownPolicyError(ValueError):
    """An id, family or service that no loaded policy has; `close` are names that look like it."""

    def __init__(self, name: str, close: Sequence[str], kind: str = "id or family") -> None:
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"no policy has the {kind} {name!r}{hint}")
        self.name = name
        self.close = tuple(close)


def choose_policies(
    policies: Sequence[Policy],
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    families: Sequence[str] = (),
    minimum: Severity | None = None,
    services: Sequence[str] = (),
    profile: Profile | None = None,
) -> tuple[Policy, ...]:
    """The policies to ask. Names in `select` and `ignore` are ids or families.

    What `select` names is asked whatever its profile; without it, the policies of the profile are, and those of
    severity "info" only in the profile "audit" or where `minimum` asks for them: they are matters of taste. `families`
    and `services` narrow either. Raises UnknownPolicyError for a name that nothing has.
    """
    for name in (*select, *ignore, *families):
        _check(name, policies)
    for name in services:
        _check_service(name, policies)
    widest = Profile.AUDIT if select else profile or Profile.DEFAULT
    floor = minimum if minimum is not None else Severity.INFO if widest is Profile.AUDIT else Severity.LOW
    return tuple(
        policy
        for policy in policies
        if (not select or any(name in select for name in policy.names))
        and (not families or policy.family in families)
        and (not services or policy.service in services)
        and policy.profile <= widest
        and not any(name in ignore for name in policy.names)
        and policy.severity >= floor
    )


def _check(name: str, policies: Sequence[Policy]) -> None:
    if any(name in policy.names for policy in policies):
        return
    import difflib

    known = dict.fromkeys(name for policy in policies for name in policy.names)
    raise UnknownPolicyError(name, difflib.get_close_matches(name.upper(), known, n=2))


def _check_service(name: str, policies: Sequence[Policy]) -> None:
    if any(name == policy.service for policy in policies):
        return
    import difflib

    known = sorted({policy.service for policy in policies})
    raise UnknownPolicyError(name, difflib.get_close_matches(name.lower(), known, n=2), "service")
