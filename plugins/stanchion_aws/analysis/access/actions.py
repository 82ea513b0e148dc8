"""The actions that AWS services have (AWS Service Authorization Reference)."""

from __future__ import annotations

from functools import cache

from stanchion.syntax.tables import row
from stanchion_aws.facts import SERVICE_AUTHORIZATION


@cache
def actions_of(service: str) -> tuple[str, ...]:
    """The actions of a service by its prefix, in full ("s3:GetObject"); none where AWS has no such service."""
    found = row(SERVICE_AUTHORIZATION, "actions", service)
    listed = found[0].split(" ") if found is not None and found[0] else ()
    return tuple(f"{service}:{one.partition(':')[0]}" for one in listed)
