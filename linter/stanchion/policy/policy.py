"""What a policy is, and the two ways to write one: a function, or a one-line requirement on a property."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from stanchion.evaluation.conditions import Scalar
from stanchion.worlds.change import Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.severity import Severity as Severity
from stanchion.worlds.view import DecidedResource, GraphView

if TYPE_CHECKING:
    from stanchion.policy.requirement import Requirement


class Profile(enum.IntEnum):
    """Who wants to hear of it; ordered, so that each profile takes in those before it.

    DEFAULT is worth stopping a pull request for in any team, STRICT is hardening that a careful team adopts, AUDIT is
    all that a framework asks for.
    """

    DEFAULT = 0
    STRICT = 1
    AUDIT = 2

    @property
    def word(self) -> str:
        """The name on the command line and in configuration."""
        return self.name.lower()


#: A policy on resources: called once for each resource of its types, in every world that matters.
ResourceCheck = Callable[[DecidedResource, GraphView], Iterable[Fault]]
#: A policy on the whole graph: called once a unit.
GraphCheck = Callable[[GraphView], Iterable[Fault]]


class Policy(NamedTuple):
    """One policy and everything that is said about it.

    `types`: CloudFormation types it judges; empty for a policy on the whole graph (then `graph_check` is set).
    `why`: what it guards against, two sentences at the most, for a manager. `mend`: what to paste, for an engineer.
    `docs`: title of the AWS documentation page it rests on.
    `equivalents`: checks of other tools it stands for, by tool ("checkov", "trivy", "guard", "cfn_nag", "aws_config",
    "security_hub"). `controls`: framework control ids.
    `yields_to`: policies whose finding at the same place says all that this one would.
    `each`: a list property whose elements may be judged apart (see `DecidedResource.elements`) when they hang on so
    many conditions that not all combinations can be tried; "" when the fault lies in how they go together.
    `aliases`: the ids that it had before, oldest first.
    `profile`: who wants to hear of it. `row`: what the policy says as data, where it is a row; then `mend` is empty,
    since what to write follows from the row and the tables.
    """

    id: str
    title: str
    severity: Severity
    types: tuple[str, ...]
    why: str
    mend: str
    docs: str
    check: ResourceCheck | None = None
    graph_check: GraphCheck | None = None
    equivalents: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    controls: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    each: str = ""
    service: str = ""
    profile: Profile = Profile.DEFAULT
    row: Requirement | None = None
    aliases: tuple[str, ...] = ()

    @property
    def first_id(self) -> str:
        """The id it came with, by which what is written down of its findings knows them again."""
        return self.aliases[0] if self.aliases else self.id

    @property
    def names(self) -> tuple[str, ...]:
        """What selects, suppresses and explains it: its id, its family, and the ids that it had."""
        return (self.id, self.family, *self.aliases)

    @property
    def family(self) -> str:
        """The letters before the number, "NET" of "NET101"; or what stands before a slash: "cfn-lint/E3012"."""
        return self.id.partition("/")[0] if "/" in self.id else self.id.rstrip("0123456789")

    def mending(self, framework: str) -> str:
        """How to mend it in one language, where `mend` says "Terraform: ... CloudFormation: ..."; else all of it."""
        name, other = ("CloudFormation: ", "Terraform: ")
        if framework.startswith("terraform"):
            name, other = other, name
        before, found, after = self.mend.partition(name)
        if not found or other not in self.mend:
            return self.mend
        own = after.partition(other)[0].strip()
        general = before.partition(other)[0].strip()
        return f"{general} {own}".strip().removesuffix(".")


def also(**tools: str | tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The checks of other tools that a policy stands for: `also(checkov="CKV_AWS_3", cfn_nag=("F1", "F2"))`."""
    return {tool: (ids,) if isinstance(ids, str) else ids for tool, ids in tools.items()}


def policy(
    id: str,  # noqa: A002 - the word of every report and of the design
    title: str,
    *,
    types: str | tuple[str, ...],
    severity: Severity,
    why: str,
    mend: str,
    docs: str,
    equivalents: Mapping[str, tuple[str, ...]] | None = None,
    controls: tuple[str, ...] = (),
    yields_to: tuple[str, ...] = (),
    each: str = "",
    profile: Profile = Profile.DEFAULT,
    aliases: tuple[str, ...] = (),
) -> Callable[[ResourceCheck], Policy]:
    """Make a policy of a function that yields the faults of one resource."""

    def made(check: ResourceCheck) -> Policy:
        kinds = (types,) if isinstance(types, str) else types
        return Policy(
            id,
            title,
            severity,
            kinds,
            why,
            mend,
            docs,
            check,
            equivalents=equivalents or {},
            controls=controls,
            yields_to=yields_to,
            each=each,
            profile=profile,
            aliases=aliases,
        )

    return made


def graph_policy(
    id: str,  # noqa: A002 - as above
    title: str,
    *,
    severity: Severity,
    why: str,
    mend: str,
    docs: str,
    equivalents: Mapping[str, tuple[str, ...]] | None = None,
    controls: tuple[str, ...] = (),
    profile: Profile = Profile.DEFAULT,
) -> Callable[[GraphCheck], Policy]:
    """Make a policy of a function that yields the faults of a whole unit."""

    def made(check: GraphCheck) -> Policy:
        return Policy(
            id, title, severity, (), why, mend, docs, None, check, equivalents or {}, controls, profile=profile
        )

    return made


def require(
    id: str,  # noqa: A002 - as above
    title: str,
    *,
    type: str,  # noqa: A002 - CloudFormation's word
    prop: str,
    message: str,
    severity: Severity,
    why: str,
    mend: str,
    docs: str,
    equals: Scalar = None,
    one_of: tuple[Scalar, ...] = (),
    none_of: tuple[Scalar, ...] = (),
    at_least: int | None = None,
    effect: str = "",
    equivalents: Mapping[str, tuple[str, ...]] | None = None,
    controls: tuple[str, ...] = (),
) -> Policy:
    """A policy that says "this property must be that" in one declaration.

    `prop` is a dotted property path. Exactly one of `equals`, `one_of`, `none_of`, `at_least` says what it must be;
    with none of them it must be there. `message` may name {resource}, {property} and {value}. What `equals` wants is
    the mending too; `effect` says what else that changes in how things behave.
    """
    path = tuple(prop.split("."))

    def holds(value: Decided) -> bool:
        if equals is not None:
            return value == equals
        if one_of:
            return any(value == allowed for allowed in one_of)
        if none_of:
            return not any(value == forbidden for forbidden in none_of)
        if at_least is not None:
            number = value.number
            return number is not None and number >= at_least
        return value.present and bool(value.is_list or value.is_map or value.unknown or value.text)

    def check(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        value = resource.get(*path)
        if not holds(value):
            shown = value.text if not (value.unknown or value.sensitive) else "not known"
            said = message.format(resource=resource.address, property=path[-1], value=shown)
            fix = Set(prop, equals) if equals is not None else ()
            yield resource.finding(said, at=value, subject=prop, fix=fix, effect=effect)

    return Policy(id, title, severity, (type,), why, mend, docs, check, None, equivalents or {}, controls)


def policies_in(namespace: Mapping[str, object]) -> tuple[Policy, ...]:
    """Every policy that a module defines, alone or in a tuple or list, in order: `policies_in(vars(module))`."""
    found: list[Policy] = []
    for value in namespace.values():
        if isinstance(value, Policy):
            found.append(value)
        elif isinstance(value, tuple | list):
            found.extend(item for item in value if isinstance(item, Policy))
    return tuple({item.id: item for item in found}.values())
