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


class _FlatNames(dict[str, Rule]):
    """Rules found by a name whatever its underscores: the provider puts them at digits and acronyms in its own way."""

    def get(self, name: str, default: Rule = None) -> Rule:
        """The rule of an attribute in snake case."""
        return super().get(name.replace("_", ""), default)


def _rules(whole: Mapping[str, Any], part: Mapping[str, Any], depth: int) -> Mapping[str, Rule]:
    rules = _FlatNames()
    for name, inner in schemas.properties_of(whole, part).items():
        inner = schemas.resolved(whole, inner)
        nested = schemas.properties_of(whole, inner)
        rule: Rule = name
        if nested and depth < MAX_DEPTH:
            listed = inner.get("type") == "array" or "items" in inner
            rule = ["many" if listed else "one", name, _rules(whole, inner, depth + 1)]
        elif inner.get("type") in ("object", ["object", "string"], ["string", "object"]):
            rule = ["json", name]
        rules[name.lower()] = rule
    return rules
