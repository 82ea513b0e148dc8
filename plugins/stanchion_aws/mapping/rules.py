"""The words in which mapping rules are written by hand; each gives the form that the table holds.

See `stanchion.graph.mappings` for what the forms mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Rule: TypeAlias = str | list[Any] | dict[str, Any] | None
Rules: TypeAlias = Mapping[str, Rule]
Line: TypeAlias = dict[str, Any]


def resource(
    type: str,  # noqa: A002 - the word of the table
    attributes: Rules | None = None,
    *,
    constants: Mapping[str, str | int | bool] | None = None,
    fold: Line | None = None,
    alone: bool = False,
) -> Line:
    """A Terraform type: its canonical type and rules that override the derived ones; None takes a derived rule back.

    `alone` leaves all derived rules out.
    """
    line: Line = {"type": type, "attributes": dict(attributes or {})}
    if constants:
        line["attributes"]["="] = dict(constants)
    if fold:
        line["fold"] = fold
    if alone:
        line["alone"] = True
    return line


def alias(name: str) -> Line:
    """A Terraform type that is another one's second name."""
    return {"as": name}


def variants(attribute: str, otherwise: Line, **values: str) -> Line:
    """A Terraform type that is another canonical type for some values of an attribute (value -> line name)."""
    return {**otherwise, "variants": {"attribute": attribute, "values": values}}


def canonical(
    defaults: Mapping[str, Any] | None = None,
    *,
    terraform: Mapping[str, Any] | None = None,
    cloudformation: Mapping[str, Any] | None = None,
    name: str | tuple[str, ...] = (),
    fold: Line | None = None,
    extensions: tuple[str, ...] = (),
) -> Line:
    """A CloudFormation type: what applies when a property is left out, in both languages or in one of them; the
    properties that name a resource; `extensions` are properties that only this graph has, with no such in the schema.
    """
    line: Line = {}
    by_framework = {"": defaults, "terraform": terraform, "cloudformation": cloudformation}
    given = {framework: dict(values) for framework, values in by_framework.items() if values}
    if given:
        line["defaults"] = given
    if name:
        line["name"] = [name] if isinstance(name, str) else list(name)
    if fold:
        line["fold"] = fold
    if extensions:
        line["extensions"] = list(extensions)
    return line


def fold(into: str | tuple[str, ...], *by: str, item: str = "", take: tuple[str, ...] = (), keep: bool = False) -> Line:
    """How a satellite joins its parent; see `stanchion.graph.mappings.Fold`."""
    line: Line = {"into": [into] if isinstance(into, str) else list(into), "by": list(by)}
    if item:
        line["item"] = item
    if take:
        line["take"] = list(take)
    if keep:
        line["keep"] = True
    return line


def one(path: str, rules: Rules) -> Rule:
    """A block that stands at most once, as an object."""
    return ["one", path, dict(rules)]


def many(path: str, rules: Rules) -> Rule:
    """Blocks as a list of objects."""
    return ["many", path, dict(rules)]


def spread(
    path: str,
    *,
    each: Mapping[str, str],
    common: Rules,
    itself: Mapping[str, str],
    self_by: str = "",
    ignored: tuple[str, ...] = (),
) -> Rule:
    """One object for every element of some list attributes."""
    argument: dict[str, Any] = {"each": dict(each), "common": dict(common), "itself": dict(itself)}
    if self_by:
        argument["self_by"] = self_by
    if ignored:
        argument["ignored"] = list(ignored)
    return ["spread", path, argument]


def both(*rules: Rule) -> Rule:
    """One attribute that lands in several properties."""
    return {"all": list(rules)}


def tags(path: str = "Tags") -> Rule:
    """A map as a list of Key and Value."""
    return ["pairs", path, ["Key", "Value"]]


def pairs(path: str, key: str, value: str) -> Rule:
    """A map as a list of objects with the two named properties."""
    return ["pairs", path, [key, value]]


def document(path: str) -> Rule:
    """A JSON document written as text, as the structure it spells."""
    return ["json", path]


def invert(path: str) -> Rule:
    """True for false and the reverse."""
    return ["invert", path]


def enum(path: str, words: Mapping[str, str | int | bool]) -> Rule:
    """A word of Terraform as the canonical one; booleans are looked up as "true" and "false"."""
    return ["enum", path, dict(words)]


def wrap(path: str) -> Rule:
    """A scalar as a list of one."""
    return ["wrap", path]


def first(path: str) -> Rule:
    """The first element of a list."""
    return ["first", path]


def prefix(path: str, text: str) -> Rule:
    """Text with something before it."""
    return ["prefix", path, text]


def item(path: str, template: Mapping[str, str]) -> Rule:
    """A list of one object; "$" in the template is the value: `{"Key": "idle_timeout", "Value": "$"}`."""
    return ["item", path, dict(template)]


def each(path: str, template: Mapping[str, str]) -> Rule:
    """A list as one of objects; "$" in the template is the element."""
    return ["each", path, dict(template)]


def by_key(path: str, key: str, value: str | Rules) -> Rule:
    """Blocks as a map from one attribute of each to another, or to an object of the rest."""
    return ["by_key", path, {"key": key, "value": value if isinstance(value, str) else dict(value)}]


def document_in_words(path: str, free: tuple[str, ...] = ()) -> Rule:
    """A JSON document in an API's camel case, as the structure in CloudFormation's; what stands under the keys in
    `free` keeps its spelling.
    """
    return ["json_words", path, list(free)]


def present(path: str, constant: str | int | bool) -> Rule:
    """A constant wherever the attribute or block is there at all."""
    return ["present", path, constant]


def same(*names: str) -> dict[str, Rule]:
    """Attributes whose names are the canonical ones in snake case: `same("kms_key_id")` is KmsKeyId."""
    return {name: "".join(word[:1].upper() + word[1:] for word in name.split("_")) for name in names}


ON_OFF: Mapping[str, str | int | bool] = {"true": "Enabled", "false": "Disabled"}
