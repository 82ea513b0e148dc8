"""The built-in policies, as a plugin like any other."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable

from stanchion.plugins.hooks import hookimpl
from stanchion.policy.equivalents import Equivalents
from stanchion.policy.policy import Policy, policies_in

_HERE = os.path.dirname(__file__)
_FOLDER = os.path.join(_HERE, "services")
_EQUIVALENTS = os.path.join(_HERE, "equivalents")


def modules() -> list[str]:
    """The modules of `services/`, by name: one there is one that is registered."""
    names = (name.removesuffix(".py") for name in os.listdir(_FOLDER) if name.endswith(".py"))
    return sorted(name for name in names if not name.startswith("_"))


@hookimpl
def stanchion_policies() -> Iterable[Policy]:
    """Every policy of every module in `services/`; a module's name begins with the service it is about."""
    for name in modules():
        service = name.partition("_")[0]
        for policy in policies_in(vars(importlib.import_module(f"stanchion_aws.services.{name}"))):
            stands_for = Equivalents(_EQUIVALENTS, policy.id, policy.equivalents)
            yield policy._replace(service=policy.service or service, equivalents=stands_for)
