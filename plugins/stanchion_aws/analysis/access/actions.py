"""Actions, resource types and condition keys that AWS services have (AWS Service Authorization Reference)."""

from __future__ import annotations

import enum
from functools import cache
from typing import NamedTuple

from stanchion_aws.analysis.access.globs import Glob, fits, wildcards
from stanchion_aws.facts import row


class Level(enum.Enum):
    """What an action does, as AWS classes it."""

    LIST = "L"
    READ = "R"
    WRITE = "W"
    PERMISSIONS = "P"
    TAGGING = "T"
    UNKNOWN = "U"


class Action(NamedTuple):
    """An action: its name with the service, its level, the types of the resources that it is for ("" in none)."""

    name: str
    level: Level
    types: tuple[str, ...]
    required: tuple[str, ...]


@cache
def actions_of(service: str) -> tuple[Action, ...]:
    """The actions of a service by its prefix ("s3"); none where AWS has no such service."""
    found = row("service_authorization", "actions", service)
    if found is None or not found[0]:
        return ()
    made = []
    for one in found[0].split(" "):
        name, level, types = one.split(":")
        named = tuple(t for t in types.split(",") if t)
        plain = tuple(t.removesuffix("*") for t in named)
        made.append(Action(f"{service}:{name}", Level(level), plain, tuple(t[:-1] for t in named if t[-1] == "*")))
    return tuple(made)


@cache
def resource_types(service: str) -> dict[str, str]:
    """A service's resource types with the pattern of their ARNs, placeholders in it as `*`."""
    found = row("service_authorization", "resources", service)
    made = {}
    for one in found[0].split(" ") if found is not None and found[0] else ():
        name, _, form = one.partition("=")
        made[name] = _starred(form)
    return made


@cache
def condition_keys(service: str) -> dict[str, str]:
    """A service's condition keys in small letters with their types; a placeholder in a key is `*`."""
    found = row("service_authorization", "keys", service)
    made = {}
    for one in found[0].split(" ") if found is not None and found[0] else ():
        name, _, kind = one.rpartition("=")
        made[_starred(name).lower()] = kind
    return made


def _starred(form: str) -> str:
    made, rest = "", form
    while rest:
        before, found, after = rest.partition("${")
        made += before
        if not found:
            break
        made += "*"
        rest = after.partition("}")[2]
    return made.replace("<key>", "*")


def matching(pattern: str) -> tuple[Action, ...]:
    """The actions that a pattern names (`s3:Get*`); none where it is for every service (`*`)."""
    service, colon, name = pattern.partition(":")
    if not colon or "*" in service or "?" in service:
        return ()
    known = actions_of(service.lower())
    if "*" not in name and "?" not in name:
        return tuple(action for action in known if action.name.lower() == pattern.lower())
    glob = wildcards(pattern.lower())
    return tuple(action for action in known if fits(action.name.lower(), glob))


def resources_for(action: Action) -> tuple[Glob, ...]:
    """Patterns of the resources that an action is for; anything where it is for none in particular."""
    types = resource_types(action.name.partition(":")[0])
    forms = [types[name] for name in action.types if name in types]
    return tuple(wildcards(form) for form in forms) if action.required and forms else (wildcards("*"),)
