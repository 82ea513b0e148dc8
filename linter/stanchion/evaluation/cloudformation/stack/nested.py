"""Nested stacks whose templates are at hand: evaluated with what the parent passes.

A resource of a nested stack has the address `StackId/LogicalId`; "/" cannot stand in a logical id.

Source: CloudFormation User Guide, "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet" and "Split a template
into reusable pieces using nested stacks".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from stanchion.evaluation.cloudformation.intrinsics.expression import (
    MAX_STACK_DEPTH,
    MAX_STACKS,
    Evaluation,
    Scope,
    Site,
    Whereabouts,
)
from stanchion.evaluation.cloudformation.intrinsics.lifting import arms_of, scalar_words
from stanchion.evaluation.cloudformation.intrinsics.strings import rendered
from stanchion.evaluation.cloudformation.stack.declared import as_map, block_of
from stanchion.evaluation.cloudformation.template.inline import inline_template
from stanchion.evaluation.cloudformation.template.reading import local_path, read_document
from stanchion.evaluation.cloudformation.template.template import TemplateOptions, literal_text
from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, negate
from stanchion.evaluation.declarations import Call, Declaration
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Located

#: The types that stand for another template, and the property that names its file.
STACK_TYPES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
STACK_SET = "AWS::CloudFormation::StackSet"


@dataclass(slots=True, eq=False)
class Child:
    """A nested stack: its declarations and its outputs by name."""

    declarations: list[Declaration] = field(default_factory=list)
    outputs: dict[str, Value] = field(default_factory=dict)


def evaluate_children(ev: Evaluation) -> None:
    """Evaluate every nested stack of a template whose own template is at hand."""
    for name in ev.sites:
        child_of(ev, name)


def nested_declarations(ev: Evaluation, stack: Declaration) -> list[Declaration]:
    """The declarations inside a nested stack, which exist when the stack does."""
    child = ev.children.get(stack.name)
    if child is None:
        return []
    if stack.exists is not True:
        for declaration in child.declarations:
            declaration.exists = all_of(stack.exists, declaration.exists)
    return child.declarations


def child_output(ev: Evaluation, name: str, output: str, origin: Located) -> Value | None:
    """An output of a nested stack; None where the stack is not at hand."""
    child = child_of(ev, name)
    if child is None:
        return None
    value = child.outputs.get(output)
    return value if value is not None else ev.broken(f"nested stack {name} has no output {output!r}", origin)


def child_of(ev: Evaluation, name: str) -> Child | None:
    """The nested stack of that logical id, evaluated once; None where it is none or not at hand."""
    if name in ev.children:
        return ev.children[name]
    site = ev.sites[name]
    body = site.entry.value
    kind = literal_text(body.get("Type")) if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or (kind not in STACK_TYPES and kind != STACK_SET):
        return None
    mark = f"stack {name}"
    if mark in ev.active:
        ev.problem(f"nested stack {name} needs its own outputs; they are taken as unknown", site.entry.key)
        return None
    ev.active.add(mark)
    try:
        ev.children[name] = _evaluate_child(ev, site, body, kind or "")
    finally:
        ev.active.discard(mark)
    return ev.children[name]


def _evaluate_child(ev: Evaluation, site: Site, body: Mapping, kind: str) -> Child | None:
    properties = body.get("Properties")
    if not isinstance(properties, Mapping):
        return None
    if kind == STACK_SET:
        node, path = _inline_root(ev, properties), ev.where.path
        passed = _of_stack_set(ev, site, properties)
    else:
        found = _root_on_disk(ev, site, body, properties, STACK_TYPES[kind])
        if found is None:
            return None
        node, path = found
        written = properties.get("Parameters")
        given = ev.value(written, site.scope) if written is not None else Known(None)
        passed = dict(as_map(ev, given, written or properties, "Parameters").entries)
    if not isinstance(node, Mapping):
        if node is not None:
            ev.problem(f"expected a mapping in the template of {site.name}; it was left out", node)
        return None
    return _run(ev, site, node, path, passed)


def _run(ev: Evaluation, site: Site, root: Mapping, path: Path, passed: dict[str, Value]) -> Child | None:
    from stanchion.evaluation.cloudformation.stack.stack import evaluate_stack

    ev.ledger.stacks -= 1
    if ev.ledger.stacks < 0:
        ev.bound(f"the unit has more than {MAX_STACKS} nested stacks", site.entry.key)
        return None
    if len(ev.where.calls) >= MAX_STACK_DEPTH:
        ev.bound(f"nested stacks nest deeper than {MAX_STACK_DEPTH}", site.entry.key)
        return None
    address = ev.where.prefix + site.name
    where = Whereabouts(
        ev.where.documents,
        path,
        f"{address}/",
        (*ev.where.calls, Call(address, block_of(site.entry))),
        passed,
        ev,
    )
    stack = evaluate_stack(root, TemplateOptions(region=ev.options.region), where, ev.ledger)
    inner = stack.evaluation
    ev.problems += inner.problems
    ev.unseen += inner.unseen
    for key, unknown in inner.unknowns.items():
        ev.unknowns.setdefault(key, unknown)
    ev.constraints += (_when(site.exists, constraint) for constraint in inner.constraints)
    return Child(stack.declarations, stack.outputs)


def _when(exists: Condition, constraint: Condition) -> Condition:
    return any_of(negate(exists), constraint)


def _of_stack_set(ev: Evaluation, site: Site, properties: Mapping) -> dict[str, Value]:
    """What a stack set passes: its list of ParameterKey and ParameterValue.

    A group of instances may override a parameter: in those accounts it has another value, which nobody can tell apart
    from here, so such a parameter is a choice of all that it is given.
    """
    passed = _pairs(ev, site, properties.get("Parameters"))
    groups = properties.get("StackInstancesGroup")
    for group in groups.items if isinstance(groups, Sequence) else ():
        if not isinstance(group, Mapping):
            continue
        for name, value in _pairs(ev, site, group.get("ParameterOverrides")).items():
            variable = Undecided(f"{ev.where.prefix}{site.name} overrides {name} in line {_line(group)}", (True, False))
            other = passed.get(name, Unknown(f"{name} is overridden for some accounts", group))
            guard = Is(variable, True)
            passed[name] = choose([(guard, value), (negate(guard), other)], value.origin)
    return passed


def _line(node: Node) -> int:
    return node.source.position(node.start).line


def _pairs(ev: Evaluation, site: Site, written: Node | None) -> dict[str, Value]:
    if written is None:
        return {}
    given = ev.value(written, site.scope)
    passed: dict[str, Value] = {}
    for item in given.items if isinstance(given, ListValue) else ():
        for guard, arm in arms_of(item):
            name = arm.entries.get("ParameterKey") if isinstance(arm, MapValue) else None
            value = arm.entries.get("ParameterValue") if isinstance(arm, MapValue) else None
            if isinstance(name, Known) and value is not None:
                key = scalar_words(name.value)
                absent = passed.get(key, Unknown(f"{key} is passed under a condition only", value.origin))
                passed[key] = value if guard is True else choose([(guard, value), (negate(guard), absent)])
    return passed


def _root_on_disk(
    ev: Evaluation, site: Site, body: Mapping, properties: Mapping, key: str
) -> tuple[Node | None, Path] | None:
    """The template that a stack names, when it is a file inside the root; else an entry in `unseen`.

    The CDK uploads nested templates and says in the metadata `aws:asset:path` which file it was.
    """
    metadata = body.get("Metadata")
    asset = metadata.get("aws:asset:path") if isinstance(metadata, Mapping) else None
    node = asset if asset is not None else properties.get(key)
    if node is None:
        return None
    value = ev.value(node, Scope(site.scope.names, site.exists))
    text = scalar_words(value.value) if isinstance(value, Known) else None
    path = local_path(ev.where.path, text) if text is not None else None
    if path is None or not ev.where.documents.exists(path):
        shown = text or rendered([value]) if not isinstance(value, MapValue) else None
        ev.unseen.append((f"nested stack {site.name}" + (f": {shown}" if shown else ""), node))
        return None
    ev.ledger.files[ev.where.documents.shown(path)] = None
    return read_document(ev.where.documents, path, ev.problems), path


def _inline_root(ev: Evaluation, properties: Mapping) -> Node | None:
    """The template in a stack set's TemplateBody, when that is plain text."""
    body = properties.get("TemplateBody")
    if isinstance(body, Scalar) and body.tag is None:
        return inline_template(body, ev.problems)
    if body is not None:
        ev.unseen.append(("the template of a stack set", body))
    elif (url := properties.get("TemplateURL")) is not None:
        ev.unseen.append((f"the template of a stack set: {literal_text(url) or ''}", url))
    return None
