"""The `awscc` provider of Terraform: its names are CloudFormation's in snake case, so its types map by rule.

Source: "AWS Cloud Control Provider" (Terraform Registry).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stanchion.graph import schemas
from stanchion.graph.mappings import Fold, Mappings, Rule, TypeMapping

#: How deep nested objects are mapped; recursive schemas end there.
MAX_DEPTH = 8


@cache
def _by_flat_name() -> dict[str, str]:
    return {name.removeprefix("AWS::").replace("::", "").lower(): name for name in schemas.types()}


def mapping_of(terraform_type: str, mappings: Mappings) -> TypeMapping | None:
    """The mapping of `awscc_s3_bucket` and the like; None for a type without a schema.

    It folds as its canonical type does.
    """
    canonical = _by_flat_name().get(terraform_type.removeprefix("awscc_").replace("_", ""))
    rules = _rules_of(canonical) if canonical is not None else None
    if canonical is None or rules is None:
        return None
    fold = mappings.fold(canonical)
    if fold is not None:
        fold = Fold(fold.into, tuple(snake(name) for name in fold.by), fold.item, fold.take, fold.keep)
    return TypeMapping(canonical, rules, fold)


@cache
def _rules_of(canonical: str) -> Mapping[str, Rule] | None:
    whole = schemas.schema(canonical)
    return _rules(whole, whole, 0) if whole is not None else None


def snake(name: str) -> str:
    """A property name of plain words in snake case: `NetworkAclId` is network_acl_id."""
    return "".join(
        f"_{c.lower()}" if at and c.isupper() and name[at - 1].islower() else c.lower() for at, c in enumerate(name)
    )


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
