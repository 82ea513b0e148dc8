"""The tags that a Terraform provider puts on everything it makes.

Source: "Resource Tagging", section "Getting Started with Resource Tags" (Terraform AWS provider): `default_tags` of the
provider block, which a resource's own `tags` override key by key. Auto Scaling groups do not take part.
"""

from __future__ import annotations

from dataclasses import replace

from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Known, MapValue, Unknown, Value, is_null
from stanchion.graph.conversions import first, per_arm

_WITHOUT = frozenset({"aws_autoscaling_group"})


def default_tags(evaluated: Evaluated) -> dict[str, Value]:
    """The tags of every provider that has some, by the provider's name: "aws", "aws.west"."""
    found: dict[str, Value] = {}
    for declaration in evaluated.declarations:
        if declaration.kind != "provider":
            continue
        block = first(declaration.properties.entries.get("default_tags", Known(None)), None)
        tags = block.entries.get("tags") if isinstance(block, MapValue) else None
        if tags is not None and not is_null(tags):
            found[_provider_name(declaration)] = tags
    return found


def _provider_name(declaration: Declaration) -> str:
    alias = declaration.properties.entries.get("alias")
    return f"{declaration.type}.{alias.value}" if isinstance(alias, Known) and alias.value else declaration.type


def tagged(declaration: Declaration, found: dict[str, Value]) -> Declaration:
    """A resource with the tags of its provider under its own; a provider that is not named is the plain one."""
    provider = declaration.provider.removeprefix("provider.") or declaration.type.split("_", 1)[0]
    tags = found.get(provider)
    if tags is None or declaration.type in _WITHOUT or declaration.kind != "resource":
        return declaration
    body = declaration.properties
    own = body.entries.get("tags", Known(None))
    both = per_arm(tags, lambda given: per_arm(own, lambda mine: _overlaid(given, mine)))
    if both is None:
        return declaration
    return replace(declaration, properties=replace(body, entries={**body.entries, "tags": both}))


def _overlaid(given: Value, mine: Value) -> Value:
    """The provider's tags with the resource's own over them; what is unknown of either stays unknown."""
    if is_null(mine):
        return given
    entries: dict[str, Value] = {}
    rest: Unknown | None = None
    for tags in (given, mine):
        if isinstance(tags, MapValue):
            entries.update(tags.entries)
            rest = rest or tags.rest
        elif isinstance(tags, Unknown):
            rest = rest or tags
    origin = mine.origin or given.origin
    return MapValue(entries, origin, given.references + mine.references, given.sensitive or mine.sensitive, rest=rest)
