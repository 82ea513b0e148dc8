"""The built-in policies, as a plugin like any other."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from stanchion.policy.hooks import hookimpl
from stanchion.policy.policy import Policy, policies_in

#: The modules that hold policies, in the order in which the families are listed.
MODULES: tuple[str, ...] = (
    "security_groups",
    "exposed_services",
    "group_egress",
    "network_acls",
    "vpc_defaults",
    "group_hygiene",
    "parameter_store",
    "template_secrets",
    "secret_properties",
    "embedded_secrets",
    "credential_policies",
    "search_domains",
    "cloudtrail",
    "trail_buckets",
    "tenancy",
    "instance_generations",
)


@hookimpl
def stanchion_policies() -> Iterable[Policy]:
    """Every policy of every module named above."""
    for name in MODULES:
        yield from policies_in(vars(importlib.import_module(f"stanchion_aws.{name}")))
