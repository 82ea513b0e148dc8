"""Declarations: what the Parameters, Resources and Outputs sections declare, evaluated.

Source: CloudFormation User Guide, "Resource attribute reference" and "Outputs".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.conditions import named_condition
from stanchion.evaluation.cloudformation.intrinsics.expression import Evaluation, Scope, Site
from stanchion.evaluation.cloudformation.intrinsics.lifting import arms_of, scalar_words
from stanchion.evaluation.cloudformation.template.template import literal_text, shape_of
from stanchion.evaluation.conditions import Condition, all_of
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.values import NULL, Known, ListValue, MapValue, Unknown, Value, choose, is_null
from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar
from stanchion.syntax.source import Located, Span

FRAMEWORK = "cloudformation"
#: The metadata in which the CDK says which construct a resource comes from; it stands among the attributes too.
CONSTRUCT_PATH = "aws:cdk:path"

_ATTRIBUTES = frozenset(
    (
        "Condition",
        "Connectors",
        "CreationPolicy",
        "DeletionPolicy",
        "DependsOn",
        "Description",
        "IgnoreGlobals",
        "Metadata",
        "Properties",
        "Type",
        "UpdatePolicy",
        "UpdateReplacePolicy",
        "Version",
    )
)


def header_of(entry: Entry) -> Span:
    """The line to point at for a declaration: its name."""
    return Span(entry.source, entry.key.start, entry.key.end)


def block_of(entry: Entry) -> Span:
    """All of a declaration."""
    return Span(entry.source, entry.start, entry.end)


def as_map(ev: Evaluation, value: Value, place: Located, what: str) -> MapValue:
    """A value where a mapping is due; a choice between mappings is read as a mapping of choices."""
    if isinstance(value, MapValue):
        return value
    if is_null(value):
        return MapValue({}, place)
    if isinstance(value, Unknown):
        return MapValue({}, place, rest=value)
    arms = arms_of(value)
    if len(arms) > 1 and all(isinstance(arm, MapValue | Unknown) or is_null(arm) for _, arm in arms):
        return merged([(guard, as_map(ev, arm, place, what)) for guard, arm in arms], place)
    ev.problem(f"expected a mapping as {what}; it was left out", place)
    return MapValue({}, place, rest=Unknown(f"{what} is malformed", place))


def merged(arms: list[tuple[Condition, MapValue]], place: Located) -> MapValue:
    """A choice between mappings as one mapping whose entries are choices."""
    keys = dict.fromkeys(key for _, arm in arms for key in arm.entries)
    entries = {
        key: choose([(guard, arm.entries.get(key) or arm.rest or NULL) for guard, arm in arms], place) for key in keys
    }
    places: dict[str, Located] = {}
    for _, arm in arms:
        for key, where in (arm.places or {}).items():
            places.setdefault(key, where)
    rest = next((arm.rest for _, arm in arms if arm.rest is not None), None)
    return MapValue(entries, place, places=places, rest=rest)


# --- resources ------------------------------------------------------------------------------------------------------


def evaluate_resource(ev: Evaluation, site: Site) -> Declaration | None:
    """One resource; None, with a problem, where it has no type to be known by."""
    body, name = site.entry.value, site.name
    if not isinstance(body, Mapping) or body.tag is not None:
        ev.problem(f"expected resource {name} to be a mapping with a Type, found {shape_of(body)}", body)
        return None
    type_node = body.get("Type")
    resource_type = _type_of(ev, type_node, site.scope)
    if resource_type is None:
        place = type_node if type_node is not None else site.entry.key
        ev.problem(f"expected resource {name} to have a Type; it was left out", place)
        return None
    exists = all_of(site.exists, condition_attribute(ev, body, site.scope))
    scope = Scope(site.scope.names, exists)
    attributes = _attributes(ev, body, scope, name)
    return Declaration(
        FRAMEWORK,
        "resource",
        ev.where.prefix + name,
        resource_type,
        name,
        _properties(ev, body, scope),
        attributes,
        header_of(site.entry),
        block_of(site.entry),
        exists,
        ev.where.calls,
    )


def _type_of(ev: Evaluation, node: Node | None, scope: Scope) -> str | None:
    if node is None:
        return None
    text = literal_text(node)
    if text is not None and not scope.names:
        return text or None
    value = ev.value(node, scope)
    return scalar_words(value.value) or None if isinstance(value, Known) else None


def condition_attribute(ev: Evaluation, body: Mapping, scope: Scope) -> Condition:
    """The Condition attribute of a resource or output: under which it is made."""
    node = body.get("Condition")
    if node is None:
        return True
    value = ev.value(node, scope)
    if isinstance(value, Known) and isinstance(value.value, str):
        return named_condition(ev, value.value, node)
    if not isinstance(value, Unknown):  # what made it unknown is reported where that happened
        ev.problem(f"expected the name of a condition, found {shape_of(node)}; it is taken as undecided", node)
    return ev.opaque(f"the condition in line {node.source.position(node.start).line}")


def _properties(ev: Evaluation, body: Mapping, scope: Scope) -> MapValue:
    node = body.get("Properties")
    if node is None:
        return MapValue({}, body)
    if isinstance(node, Scalar) and node.value is None and node.tag is None:
        ev.problem("expected a mapping under Properties, found nothing; there are none", node)
        return MapValue({}, node)
    value = ev.value(node, scope)
    if not isinstance(value, MapValue):
        message = f"expected a mapping under Properties, found {shape_of(node)}"
        read = "" if isinstance(value, Known | ListValue) else "; it was read as far as it goes"
        shape = shape_of(node)
        if not isinstance(value, Unknown) or (shape.startswith("the function") and "Transform" not in shape):
            ev.problem(message + read, node)
        if isinstance(value, Known | ListValue):
            return MapValue({}, node, rest=Unknown(message, node))
    return as_map(ev, value, node, "Properties")


def _attributes(ev: Evaluation, body: Mapping, scope: Scope, name: str) -> MapValue:
    entries: dict[str, Value] = {}
    places: dict[str, Located] = {}
    result = MapValue(entries, body, places=places)
    for key, entry in body.entries.items():
        if key in ("Type", "Properties"):
            continue
        if key.startswith("Fn::"):
            ev.special_entry(entry, scope, result)
            continue
        if key not in _ATTRIBUTES and not any(text.startswith("macro") for text, _ in ev.unseen):
            ev.problem(f"{key!r} is no attribute of a resource; it is kept beside the properties of {name}", entry.key)
        value = ev.literal(entry.value) if key == "Condition" else ev.value(entry.value, scope)
        if not is_null(value):
            entries[key] = value
            places[key] = entry
    _check_depends_on(ev, entries.get("DependsOn"), name)
    metadata = entries.get("Metadata")
    if isinstance(metadata, MapValue) and CONSTRUCT_PATH in metadata.entries:
        entries[CONSTRUCT_PATH] = metadata.entries[CONSTRUCT_PATH]
    return result


def _check_depends_on(ev: Evaluation, value: Value | None, name: str) -> None:
    targets = value.items if isinstance(value, ListValue) else (value,) if value is not None else ()
    for target in targets:
        if isinstance(target, Known) and target.value not in ev.sites and target.origin is not None:
            ev.problem(f"{name} depends on {target.value!r}, which is no resource of this template", target.origin)


# --- parameters and outputs -----------------------------------------------------------------------------------------


def parameter_declaration(ev: Evaluation, name: str, entry: Entry) -> Declaration:
    """A parameter, with everything that is written of it."""
    body = ev.literal(entry.value)
    properties = body if isinstance(body, MapValue) else MapValue({}, entry)
    return _plain(ev, "parameter", name, name, properties, entry)


def evaluate_output(ev: Evaluation, site: Site) -> Declaration | None:
    """An output; None, with a problem, where it is no mapping."""
    body, name = site.entry.value, site.name
    if not isinstance(body, Mapping) or body.tag is not None:
        ev.problem(f"expected output {name} to be a mapping with a Value, found {shape_of(body)}", body)
        return None
    if body.get("Value") is None:
        ev.problem(f"expected output {name} to have a Value", site.entry.key)
    exists = all_of(site.exists, condition_attribute(ev, body, site.scope))
    scope = Scope(site.scope.names, exists)
    entries: dict[str, Value] = {}
    for key, entry in body.entries.items():
        entries[key] = ev.literal(entry.value) if key == "Condition" else ev.value(entry.value, scope)
    properties = MapValue(entries, body, places=dict(body.entries))
    return _plain(ev, "output", f"Outputs.{name}", name, properties, site.entry, exists)


def _plain(
    ev: Evaluation, kind: str, address: str, name: str, properties: MapValue, entry: Entry, exists: Condition = True
) -> Declaration:
    nothing = MapValue({}, entry)
    return Declaration(
        FRAMEWORK,
        kind,
        ev.where.prefix + address,
        "",
        name,
        properties,
        nothing,
        header_of(entry),
        block_of(entry),
        exists,
        ev.where.calls,
    )
