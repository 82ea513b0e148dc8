"""The `awscc` provider of Terraform: its names are CloudFormation's in snake case, so its types map by rule.

Source: "AWS Cloud Control Provider" (Terraform Registry).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stanchion.graph import schemas
from stanchion.graph.mappings import Rule, TypeMapping

#: How deep nested objects are mapped; recursive schemas end there.
MAX_DEPTH = 8


@cache
def _by_flat_name() -> dict[str, str]:
    return {name.removeprefix("AWS::").replace("::", "").lower(): name for name in schemas.types()}


@cache
def mapping_of(terraform_type: str) -> TypeMapping | None:
    """The mapping of `awscc_s3_bucket` and the like; None for a type without a schema."""
    canonical = _by_flat_name().get(terraform_type.removeprefix("awscc_").replace("_", ""))
    whole = schemas.schema(canonical) if canonical is not None else None
    if canonical is None or whole is None:
        return None
    return TypeMapping(canonical, _rules(whole, whole, 0), None)


def _rules(whole: Mapping[str, Any], part: Mapping[str, Any], depth: int) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, inner in schemas.properties_of(whole, part).items():
        inner = schemas.resolved(whole, inner)
        nested = schemas.properties_of(whole, inner)
        rule: Rule = name
        if nested and depth < MAX_DEPTH:
            listed = inner.get("type") == "array" or "items" in inner
            rule = ["many" if listed else "one", name, _rules(whole, inner, depth + 1)]
        elif inner.get("type") in ("object", ["object", "string"], ["string", "object"]):
            rule = ["json", name]
        rules[snake(name)] = rule
    return rules


def snake(name: str) -> str:
    """A name as the provider spells it: KMSMasterKeyID is kms_master_key_id, Ipv6CidrBlock ipv_6_cidr_block."""
    words: list[str] = []
    start = 0
    for at in range(1, len(name) + 1):
        if at == len(name):
            words.append(name[start:at])
            break
        here, before = name[at], name[at - 1]
        after = name[at + 1] if at + 1 < len(name) else ""
        if (
            (here.isupper() and not before.isupper())
            or (here.isupper() and before.isupper() and after.islower() and name[at:] not in ("Ds", "Ns", "Ps"))
            or (here.isdigit() and not before.isdigit())
        ):
            words.append(name[start:at])
            start = at
    return "_".join(word.lower() for word in words)
