"""Which policies a run asks: by id, family and severity."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.policy.policy import Policy, Severity

#: Plugins that come along and are off until they are asked for by name: the families of their policies.
COMPANIONS = {"cfn-lint": "stanchion_cfn_lint.plugin"}


def is_companions(name: str) -> bool:
    """Whether a name is a companion's family or one of its ids, which are not known while it is off."""
    return name.partition("/")[0] in COMPANIONS


class UnknownPolicyError(ValueError):
    """An id or family that no loaded policy has; `close` are ids that look like it."""

    def __init__(self, name: str, close: Sequence[str]) -> None:
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        super().__init__(f"no policy has the id or family {name!r}{hint}")
        self.name = name
        self.close = tuple(close)


def choose_policies(
    policies: Sequence[Policy],
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    families: Sequence[str] = (),
    minimum: Severity | None = None,
) -> tuple[Policy, ...]:
    """The policies to ask. Names in `select` and `ignore` are ids or families.

    Without `select`, policies of severity "info" are left out unless `minimum` asks for them: they are matters of
    taste, for those who ask. Raises UnknownPolicyError for a name that nothing has.
    """
    for name in (*select, *ignore, *families):
        _check(name, policies)
    floor = minimum if minimum is not None else (Severity.INFO if select else Severity.LOW)
    return tuple(
        policy
        for policy in policies
        if (not select or policy.id in select or policy.family in select)
        and (not families or policy.family in families)
        and policy.id not in ignore
        and policy.family not in ignore
        and policy.severity >= floor
    )


def _check(name: str, policies: Sequence[Policy]) -> None:
    if any(name in (policy.id, policy.family) for policy in policies):
        return
    import difflib

    known = dict.fromkeys(name for policy in policies for name in (policy.id, policy.family))
    raise UnknownPolicyError(name, difflib.get_close_matches(name.upper(), known, n=2))
