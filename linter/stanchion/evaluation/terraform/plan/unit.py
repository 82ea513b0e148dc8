"""Evaluating a plan, the output of `terraform show -json`, as one unit.

Source: Terraform documentation, "JSON Output Format", section "Plan Representation". What is judged is what will be
there after the apply: the planned values, with what only the apply will tell as unknown. Where the sources of the plan
lie beside it, every value is traced back to the line that it was written on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.terraform.plan.configuration import PlanConfiguration, Written
from stanchion.evaluation.terraform.plan.remembered import Memory, resources_in
from stanchion.evaluation.terraform.plan.sources import written_beside
from stanchion.evaluation.terraform.plan.values import Reader, items_of, part, said, text_of, traced
from stanchion.evaluation.values import Known, MapValue, Reference, Unknown, Value
from stanchion.syntax.document.nodes import Entry, Mapping, Node
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Problem, Span, span_of

FRAMEWORK = "terraform-plan"
#: The major versions of the format that this reads; version 0 was written by Terraform up to 1.1.
VERSIONS = ("0", "1")
#: How many resources one plan may have.
MAX_RESOURCES = 100_000

_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')


def evaluate_plan(path: Path, tree: SourceTree) -> Evaluated:
    """Evaluate a plan. Never raises for what is in the file: that becomes problems, and unknowns with a reason."""
    node, problems = tree.document(path)
    result = Evaluated(FRAMEWORK, tree.shown(path), [], problems=list(problems), files=(tree.shown(path),))
    if not isinstance(node, Mapping):
        if not problems:
            message = "expected a plan as `terraform show -json` prints it; the file was not judged"
            result.problems.append(Problem("syntax", message, node, tree.shown(path)))
        return result
    _check_version(node, result)
    resources = _judged(node)
    if len(resources) > MAX_RESOURCES:
        message = f"more than {MAX_RESOURCES} resources in one plan; what follows was not judged"
        result.problems.append(Problem("bound", message, resources[MAX_RESOURCES]))
        del resources[MAX_RESOURCES:]
    addresses = [text_of(part(resource, "address")) for resource in resources]
    sources = written_beside(path, node, set(addresses), tree)
    plan = _Plan(node, addresses, {declaration.address: declaration for declaration in sources})
    result.declarations += plan.others(sources)
    result.declarations += [plan.declaration(resource) for resource in resources]
    result.unknowns = plan.unknowns
    files = dict.fromkeys(declaration.block.source.path for declaration in sources)
    result.files += tuple(name for name in files if name not in result.files)
    return result


def _check_version(node: Mapping, result: Evaluated) -> None:
    version = node.get("format_version")
    written = text_of(version)
    if written.partition(".")[0] not in VERSIONS:
        message = f"expected format_version 1.x of a plan, not {written or 'none'}; it is read as if it were 1.2"
        result.problems.append(Problem("syntax", message, version or node))
    if said(node.get("errored")):
        message = "the plan ended with an error; what Terraform did not come to is not judged"
        result.problems.append(Problem("module", message, node.get("errored")))


def _judged(plan: Mapping) -> list[Node]:
    """What will be there, and what data sources told while the plan was made."""
    resources = list(resources_in(part(plan.get("planned_values"), "root_module")))
    addresses = {text_of(part(resource, "address")) for resource in resources}
    told = resources_in(part(part(plan.get("prior_state"), "values"), "root_module"))
    data = (resource for resource in told if text_of(part(resource, "mode")) == "data")
    return [*resources, *(each for each in data if text_of(part(each, "address")) not in addresses)]


class _Plan:
    """One plan's parts, by address."""

    def __init__(self, node: Mapping, addresses: Iterable[str], written: dict[str, Declaration]) -> None:
        self.node = node
        self.changes = {text_of(part(item, "address")): item for item in items_of(node.get("resource_changes"))}
        self.configuration = PlanConfiguration(node.get("configuration"), addresses)
        self.memory = Memory(node)
        self.written = written
        self.unknowns: list[Unknown] = []

    def declaration(self, resource: Node) -> Declaration:
        """What a resource will be, traced to its block where the sources are at hand."""
        address = text_of(part(resource, "address"))
        source = self.written.get(address)
        block = self.configuration.written(address)
        properties = self._properties(resource, address, block, source)
        header, whole = _places(resource)
        if source is not None:
            header, whole = source.header, source.block
            properties = _whole(traced(properties, source.properties), source)
        data = text_of(part(resource, "mode")) == "data"
        self.unknowns += [value for value in properties.entries.values() if isinstance(value, Unknown)]
        return Declaration(
            FRAMEWORK,
            "data" if data else "resource",
            address,
            text_of(part(resource, "type")),
            text_of(part(resource, "name")),
            properties,
            source.attributes if source is not None else MapValue({}, whole),
            header,
            whole,
            calls=source.calls if source is not None else (),
            provider=source.provider if source is not None else self._provider(block),
        )

    def _properties(self, resource: Node, address: str, block: Written | None, source: Declaration | None) -> MapValue:
        """The planned values. What AWS alone will fill in, since nobody set it, is left out; what it did fill in is
        what is there, less what other resources say themselves."""
        change = part(self.changes.get(address), "change")
        later = part(change, "after_unknown")
        secret = part(resource, "sensitive_values") or part(change, "after_sensitive")
        key = _KEY.search(address)
        references = self.configuration.references(block, key.group() if key is not None else "") if block else _none
        constants = self.configuration.constants(block) if block else _nothing
        reader = Reader(address, "is known only after apply", _places(resource)[0], references, constants)
        values = self._remembered(part(resource, "values"), text_of(part(resource, "type")), block, source)
        properties = reader.object(values, later, secret)

        def is_set(name: str) -> bool:
            if said(part(later, name)) and part(values, name) is None:
                in_source = source is not None and name in source.properties.entries
                return in_source or (source is None and (block is None or block.sets(name)))
            return True

        entries = {name: value for name, value in properties.entries.items() if is_set(name)}
        return replace(properties, entries=entries, origin=_places(resource)[1])

    def _remembered(
        self, values: Node | None, type_: str, block: Written | None, source: Declaration | None
    ) -> Node | None:
        """Values without what nobody set and other resources say."""
        if block is None or not isinstance(values, Mapping):
            return values
        entries: dict[str, Entry] = {}
        for name, entry in values.entries.items():
            left: Node | None = entry.value
            if not block.sets(name) and (source is None or name not in source.properties.entries):
                left = self.memory.left(type_, name, values)
            if left is not None:
                entries[name] = entry if left is entry.value else replace(entry, value=left)
        return replace(values, entries=entries)

    def _provider(self, block: Written | None) -> str:
        key = text_of(part(block.block, "provider_config_key")) if block is not None else ""
        return key.rpartition(":")[2]

    def others(self, sources: Iterable[Declaration]) -> Iterator[Declaration]:
        """Variables, outputs and providers: as the sources declare them, or as the plan repeats them."""
        found = [each for each in sources if each.kind in ("parameter", "output", "provider")]
        if found:
            yield from (replace(each, framework=FRAMEWORK) for each in found)
            return
        root = self.configuration.root
        yield from self._variables(part(root, "variables"))
        yield from self._outputs(part(root, "outputs"))
        yield from self._providers(part(self.configuration.node, "provider_config"))

    def _variables(self, variables: Node | None) -> Iterator[Declaration]:
        for name, entry in variables.entries.items() if isinstance(variables, Mapping) else ():
            secret = part(entry.value, "sensitive")
            given = part(part(self.node.get("variables"), name), "value")
            reader = Reader(f"var.{name}", "is not in the plan", entry, _none)
            said_of_it = reader.object(entry.value, None, None)
            entries = {**said_of_it.entries, "value": reader.value(given, None, secret, ())}
            yield _plain("parameter", f"var.{name}", name, "", replace(said_of_it, entries=entries), entry)

    def _outputs(self, outputs: Node | None) -> Iterator[Declaration]:
        planned = part(self.node.get("planned_values"), "outputs")
        for name, entry in outputs.entries.items() if isinstance(outputs, Mapping) else ():
            secret = part(entry.value, "sensitive")
            reader = Reader(f"output.{name}", "is known only after apply", entry, _none)
            value = reader.value(part(part(planned, name), "value"), None, secret, ())
            entries: dict[str, Value] = {"value": value}
            for key in ("sensitive", "description"):
                node = part(entry.value, key)
                if node is not None:
                    entries[key] = reader.value(node, None, None, ())
            yield _plain("output", f"output.{name}", name, "", MapValue(entries, entry.value), entry)

    def _providers(self, providers: Node | None) -> Iterator[Declaration]:
        for key, entry in providers.entries.items() if isinstance(providers, Mapping) else ():
            expressions = part(entry.value, "expressions")
            entries: dict[str, Value] = {}
            for name, said_of_it in expressions.entries.items() if isinstance(expressions, Mapping) else ():
                constant = part(said_of_it.value, "constant_value")
                reader = Reader(f"provider.{key}.{name}", "is not in the plan", said_of_it, _none)
                entries[name] = reader.value(constant, None, None, ())
            alias = text_of(part(entry.value, "alias"))
            if alias:
                entries["alias"] = Known(alias, entry)
            type_ = text_of(part(entry.value, "name")) or key
            properties = MapValue(entries, entry.value)
            yield _plain("provider", f"{type_}.{alias or 'default'}", alias or "default", type_, properties, entry)


def _plain(kind: str, address: str, name: str, type_: str, properties: MapValue, place: Located) -> Declaration:
    """A declaration that only the plan tells of."""
    whole = span_of(place)
    return Declaration(FRAMEWORK, kind, address, type_, name, properties, MapValue({}, whole), whole, whole)


def _nothing(_: tuple[str | int, ...]) -> None:
    return None


def _none(_: tuple[str | int, ...]) -> tuple[Reference, ...]:
    return ()


def _places(resource: Node) -> tuple[Span, Span]:
    """Where the plan names a resource, and from there on all that it says of it."""
    named = resource.entries.get("address") if isinstance(resource, Mapping) else None
    if named is None:
        return span_of(resource), span_of(resource)
    return span_of(named), Span(resource.source, named.start, resource.end)


def _whole(value: Value, source: Declaration) -> MapValue:
    """Properties as a map with the places of the sources; what only the plan says points to the header."""
    entries = value.entries if isinstance(value, MapValue) else {}
    written = source.properties.places or {}
    places = {name: written.get(name, source.header) for name in entries}
    return MapValue(dict(entries), source.properties.origin, places=places)
