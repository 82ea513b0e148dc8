"""Nested blocks as values, `dynamic` ones expanded ("dynamic Blocks", Terraform language documentation)."""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.evaluation.conditions import Condition, Undecided, all_of, negate
from stanchion.evaluation.terraform.expressions.evaluate import safely
from stanchion.evaluation.terraform.expressions.guards import any_at_all
from stanchion.evaluation.terraform.expressions.loops import pairs
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    is_null,
)
from stanchion.syntax.hcl.nodes import Attribute, Block, Body, Literal, Variable
from stanchion.syntax.source import Located

#: Arguments and blocks that speak to Terraform and not to the provider.
META = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})


def written_blocks(body: Body) -> list[str]:
    """The types of the nested blocks of a body, those of dynamic ones among them, in order."""
    names = []
    for block in body.blocks:
        label = block.label(0)
        names.append(label if block.type == "dynamic" and label is not None else block.type)
    return list(dict.fromkeys(names))


def body_value(body: Body, scope: Scope, origin: Located) -> MapValue:
    """The arguments and nested blocks of a body."""
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}
    for name, attribute in body.attributes.items():
        entries[name] = safely(attribute.value, scope)
        places[name] = attribute
    for name in written_blocks(body):
        if name not in entries:
            entries[name] = block_values(name, body, scope)
            places[name] = next(block for block in body.blocks if name in (block.type, block.label(0)))
    return MapValue(entries, origin, places=places)


def block_values(name: str, body: Body, scope: Scope) -> ListValue:
    """All nested blocks of a type as a list of objects.

    An element whose existence is open is a choice with a null arm.
    """
    items: list[Value] = []
    origin: Located | None = None
    for block in body.blocks:
        if block.type == name:
            items.append(body_value(block.body, scope, block))
        elif block.type == "dynamic" and block.label(0) == name:
            items.extend(_dynamic(block, scope))
        else:
            continue
        origin = origin or block
    return ListValue(tuple(items), origin if origin is not None else body, kind="list")


def _dynamic(block: Block, scope: Scope) -> Iterator[Value]:
    each = block.body.attributes.get("for_each")
    contents = block.body.of_type("content")
    state = scope.module.state
    if each is None or not contents:
        state.problem("evaluation", "expected for_each and a content block in dynamic; it was left out", block)
        return
    iterator = _iterator_name(block)
    content = contents[0]
    collection = safely(each.value, scope)
    arms = collection.arms if isinstance(collection, Choice) else ((True, collection),)
    for guard, arm in arms:
        elements = None if is_null(arm) else pairs(arm)
        if type(arm) is Refused or (elements is None and isinstance(arm, Known) and guard is not True):
            refusal = arm if isinstance(arm, Refused) else Refused("for_each must be a collection", arm.origin)
            yield Choice(((guard, refusal), (negate(guard), Known(None, content))), content)
            continue
        if elements is None:
            if isinstance(arm, Known):
                state.problem("evaluation", "for_each of dynamic must be a collection; the block was left out", each)
                continue
            yield _symbolic(content, iterator, arm, all_of(guard, any_at_all(arm, each.value, scope)), scope)
            continue
        state.step(len(elements))
        for key, item in elements:
            yield _element(content, iterator, key, item, guard, scope)


def _iterator_name(block: Block) -> str:
    attribute: Attribute | None = block.body.attributes.get("iterator")
    if attribute is not None:
        if isinstance(attribute.value, Variable):
            return attribute.value.name
        if isinstance(attribute.value, Literal) and isinstance(attribute.value.value, str):
            return attribute.value.value
    return block.label(0) or ""


def _element(content: Block, iterator: str, key: Value, item: Value, guard: Condition, scope: Scope) -> Value:
    """One generated block. An element that may be absent itself makes a block that may be absent."""
    if isinstance(item, Choice) and any(is_null(arm) for _, arm in item.arms):
        present = [(arm_guard, arm) for arm_guard, arm in item.arms if not is_null(arm)]
        if not present:
            return Known(None, content)
    inner = scope.having({iterator: MapValue({"key": key, "value": item}, content)})
    value = body_value(content.body, inner, content)
    if guard is True:
        return value
    return choose(((guard, value), (negate(guard), Known(None, content))), content)


def _symbolic(content: Block, iterator: str, collection: Value, guard: Condition, scope: Scope) -> Value:
    """One block that stands for however many there will be: its values are unknown, and so is whether it is there."""
    reason = collection.reason if isinstance(collection, Unknown) else "it hangs on a value that is not known"
    name = collection.variable.name if isinstance(collection, Unknown) and collection.variable is not None else None
    shown = name or f"{scope.module.prefix}{iterator}@{content.start}"

    def part(suffix: str) -> Unknown:
        variable = Undecided(f"{shown}{suffix}")
        return Unknown(reason, collection.origin, collection.references, collection.sensitive, variable)

    inner = scope.having({iterator: MapValue({"key": part("[*].key"), "value": part("[*]")}, content)})
    value = body_value(content.body, inner, content)
    return choose(((guard, value), (negate(guard), Known(None, content))), content)
