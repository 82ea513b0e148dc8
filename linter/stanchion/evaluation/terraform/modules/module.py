"""A module as it runs: its variables, locals, resources and calls, each evaluated when first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.evaluation.conditions import Condition, Undecided, all_of
from stanchion.evaluation.declarations import Call
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.evaluate import evaluate, safely
from stanchion.evaluation.terraform.expressions.guards import Done, under
from stanchion.evaluation.terraform.expressions.propagation import marked
from stanchion.evaluation.terraform.expressions.refined_unknowns import Repeated
from stanchion.evaluation.terraform.expressions.scope import Scope, State
from stanchion.evaluation.terraform.functions.signature import Context
from stanchion.evaluation.terraform.modules.configuration import Configuration
from stanchion.evaluation.terraform.modules.expansion import Expansion, Key, expand
from stanchion.evaluation.terraform.modules.resource import Instance, LazyEntries
from stanchion.evaluation.terraform.modules.variables import variable_value
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    choose,
)
from stanchion.syntax.hcl.nodes import Block, Expression, Literal
from stanchion.syntax.source import Located, Source

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.modules.calls import ModuleCall

_UNKNOWN_UNTIL = {
    "resource": "{} is known only after apply",
    "data": "{} is read during plan",
    "ephemeral": "{} is opened during plan",
}


class Expanded:
    """A resource block with its instances; `seen` is what references to it see, once it was asked for."""

    __slots__ = ("expansion", "instances", "seen")

    def __init__(self, expansion: Expansion, instances: dict[Key, Instance]) -> None:
        self.expansion = expansion
        self.instances = instances
        self.seen: Value | None = None


class Module:
    """One instance of a module. `prefix` goes in front of addresses inside it: "" or `module.a["x"].`."""

    def __init__(
        self,
        configuration: Configuration,
        state: State,
        prefix: str = "",
        inputs: dict[str, Expression] | None = None,
        caller: Scope | None = None,
        exists: Condition = True,
        calls: tuple[Call, ...] = (),
        providers: dict[str, str] | None = None,
    ) -> None:
        self.configuration = configuration
        self.state = state
        self.prefix = prefix
        self.exists = exists
        self.calls = calls
        self.given: dict[str, Value] = {}
        self._providers = providers or {}
        self._inputs = inputs or {}
        self._caller = caller
        self._variables: dict[str, Value] = {}
        self._locals: dict[str, Value] = {}
        self._resources: dict[tuple[str, str, str], Expanded] = {}
        self._called: dict[str, ModuleCall] = {}
        self._outputs: dict[str, Value] = {}
        self._busy: set[str] = set()
        self._narrowed: Done = {}
        self.root: Path = caller.module.root if caller is not None else configuration.directory
        self.scope = Scope(self, {}, self._context())

    def _context(self) -> Context:
        tree, directory = self.state.tree, self.root

        def read(path: str) -> bytes | None:
            return tree.read_bytes(Path(os.path.normpath(directory / path)))

        def list_files(path: str) -> list[str] | None:
            from stanchion.evaluation.terraform.filesets import files_below

            return files_below(tree, Path(os.path.normpath(directory / path)))

        def render(source: Source, variables: dict[str, Value]) -> Value:
            from stanchion.syntax.hcl.parser import parse_template

            node, problems = parse_template(source, 0, len(source.text))
            if problems:
                raise EvaluationError(problems[0].message, problems[0].place)
            return evaluate(node, Scope(self, variables, self.scope.context))

        def exists(path: str) -> bool | None:
            whole = os.path.normpath(directory / path)
            return tree.exists(Path(whole)) if Path(whole).is_relative_to(tree.root) else None

        root = str(directory)
        return Context(
            read, render, root, str(self.configuration.directory), root, list_files, exists, bound=self.state.bound
        )

    # Names

    def named(self, root: str, name: str, node: Located, scope: Scope) -> Value:
        """What `root.name` stands for."""
        if root == "var":
            return self.variable(name, node)
        if root == "local":
            return self.local(name, node)
        if root == "module":
            return self.called(name, node)
        if root == "path":
            return self._path(name, node)
        if root == "terraform":
            return self._terraform(name, node)
        if root in ("each", "count", "self"):
            raise EvaluationError(f"{root}.{name} has no meaning here", node)
        if root in ("data", "ephemeral", "resource"):
            raise EvaluationError(f"expected a name behind {root}.{name}", node)
        return self.resource("resource", root, name, node)

    def _path(self, name: str, node: Located) -> Value:
        here = self.configuration.directory
        paths = {
            "module": os.path.relpath(here, self.root).replace(os.sep, "/"),
            "root": ".",
            "cwd": str(self.root),
        }
        if name not in paths:
            raise EvaluationError(f"path has no {name}; expected module, root or cwd", node)
        return Known(paths[name], node)

    def _terraform(self, name: str, node: Located) -> Value:
        if name == "workspace":
            return self._workspace(node)
        if name == "applying":
            return Unknown("whether this is an apply is not known", node, type="bool")
        raise EvaluationError(f"terraform has no {name}; expected workspace", node)

    def _workspace(self, node: Located) -> Value:
        """The workspace that somebody named; else any: it is chosen when Terraform runs."""
        if self.state.workspace is not None:
            return Known(self.state.workspace, node)
        reason = "the workspace is chosen when Terraform runs"
        unknown = Unknown(reason, node, (), False, self.state.any_workspace, None, "string")
        return self.state.undecided(unknown)

    def variable(self, name: str, node: Located) -> Value:
        """An input variable's value."""
        if name not in self._variables:
            block = self.configuration.variables.get(name)
            if block is None:
                raise EvaluationError(f"there is no variable {name} here", node)
            with _Busy(self, f"var.{name}", node) as free:
                if not free:
                    return Unknown("it refers to itself", node)
                self._variables[name] = self._variable(name, block)
        return self._variables[name]

    def _variable(self, name: str, block: Block) -> Value:
        given = self.given.get(name)
        if given is None and self._caller is not None and name in self._inputs:
            given = safely(self._inputs[name], self._caller)
        return self.here(variable_value(name, block, given, self.scope, self._caller is None))

    def here(self, value: Value) -> Value:
        """A value of this module without what cannot be where the module is there and Terraform makes a plan."""
        return under(value, self.exists, self.state.refuse, self._narrowed)

    def local(self, name: str, node: Located) -> Value:
        """A local's value."""
        if name not in self._locals:
            attribute = self.configuration.locals.get(name)
            if attribute is None:
                raise EvaluationError(f"there is no local {name} here", node)
            with _Busy(self, f"local.{name}", attribute) as free:
                if not free:
                    return Unknown("it refers to itself", attribute)
                self._locals[name] = self.here(safely(attribute.value, self.scope))
        return self._locals[name]

    # Resources

    def expanded(self, mode: str, type_: str, name: str) -> Expanded | None:
        """The instances of a resource block; None while its own expansion is being worked out."""
        key = (mode, type_, name)
        found = self._resources.get(key)
        if found is not None:
            return found
        block = self.configuration.resources[key]
        address = self.address_of(mode, type_, name)
        with _Busy(self, address, block) as free:
            if not free:
                return None
            expansion = expand(block.body, self.scope, address)
            reason = _UNKNOWN_UNTIL[mode].format(address)
            instances: dict[Key, Instance] = {}
            for place in expansion.places:
                scope = self.scope.having(place.names) if place.names else self.scope
                exists = all_of(self.exists, place.exists)
                instances[place.key] = Instance(block, scope, address + place.suffix, exists, reason)
            found = self._resources[key] = Expanded(expansion, instances)
        return found

    def address_of(self, mode: str, type_: str, name: str) -> str:
        """A resource's address without an instance key."""
        middle = "" if mode == "resource" else f"{mode}."
        return f"{self.prefix}{middle}{type_}.{name}"

    def resource(self, mode: str, type_: str, name: str, node: Located) -> Value:
        """What a reference to a resource sees: one object, a list of them, or a map."""
        if (mode, type_, name) not in self.configuration.resources:
            raise EvaluationError(f"there is no {type_}.{name} here", node)
        found = self.expanded(mode, type_, name)
        if found is None:
            return Unknown("it refers to itself", node)
        address = self.address_of(mode, type_, name)
        return _value(found, address, node)

    # Modules

    def called(self, name: str, node: Located) -> Value:
        """What a reference to a module call sees: its outputs, or a list or map of them."""
        if name not in self.configuration.modules:
            raise EvaluationError(f"there is no module {name} here", node)
        return self.call(name).value(node)

    def call(self, name: str) -> ModuleCall:
        """A module call, loaded."""
        found = self._called.get(name)
        if found is None:
            from stanchion.evaluation.terraform.modules.calls import ModuleCall

            found = self._called[name] = ModuleCall(name, self.configuration.modules[name], self)
        return found

    def output(self, name: str) -> Value:
        """An output's value."""
        found = self._outputs.get(name)
        if found is not None:
            return found
        block = self.configuration.outputs[name]
        attribute = block.body.attributes.get("value")
        if attribute is None:
            return Unknown(f"output {name} has no value", block)
        with _Busy(self, f"output.{name}", attribute) as free:
            if not free:
                return Unknown("it refers to itself", attribute)
            found = self.here(safely(attribute.value, self.scope))
            if _is_sensitive(block):
                found = marked(found, (), True)
            self._outputs[name] = found
            return found

    def outputs(self, origin: Located) -> MapValue:
        """All outputs, each evaluated when it is read."""
        return MapValue(LazyEntries(self.configuration.outputs, self.output), origin)

    def provider(self, name: str) -> str:
        """The provider that a name in this module stands for, under its name in the module that configures it."""
        if name in self.configuration.provider_names:
            return name
        if name in self._providers:
            return self._providers[name]
        return self._caller.module.provider(name) if self._caller is not None and "." not in name else name

    @property
    def caller(self) -> Module | None:
        """The module that calls this one."""
        return self._caller.module if self._caller is not None else None

    def enter(self, name: str) -> bool:
        """Mark something as being worked out; False when it is already."""
        if name in self._busy:
            return False
        self._busy.add(name)
        return True

    def leave(self, name: str) -> None:
        """Take the mark back."""
        self._busy.discard(name)


class _Busy:
    """Guards against what is defined by itself."""

    __slots__ = ("entered", "module", "name", "place")

    def __init__(self, module: Module, name: str, place: Located) -> None:
        self.module = module
        self.name = name
        self.place = place
        self.entered = False

    def __enter__(self) -> bool:
        self.entered = self.module.enter(self.name)
        if not self.entered:
            message = f"{self.module.prefix}{self.name} is defined by itself; its value is taken as unknown"
            self.module.state.problem("evaluation", message, self.place)
        return self.entered

    def __exit__(self, *_: object) -> None:
        if self.entered:
            self.module.leave(self.name)


def _is_sensitive(block: Block) -> bool:
    attribute = block.body.attributes.get("sensitive")
    return attribute is not None and isinstance(attribute.value, Literal) and attribute.value.value is True


def provider_name(node: Expression) -> str:
    """A provider as an expression names it: `aws`, `aws.west`; older configurations put it in quotes."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return node.value
    return "".join(node.source.text[node.start : node.end].split())


def _value(found: Expanded, address: str, node: Located) -> Value:
    expansion, instances = found.expansion, found.instances
    if found.seen is not None:
        return at(found.seen, node)

    def seen(key: Key) -> Value:
        return instances[key].seen()

    if expansion.form == "single":
        return seen(None) if instances else Unknown(f"{address} was left out", node)
    references = (Reference(instances[None].address, ""),) if None in instances else ()
    found.seen = several(expansion, seen, address, references, node)
    return found.seen


def at(value: Value, node: Located) -> Value:
    """A value as another expression refers to it: what it holds is shared."""
    if isinstance(value, ListValue):
        return ListValue(value.items, node, value.references, value.sensitive, value.kind, value.element)
    if isinstance(value, MapValue):
        return MapValue(
            value.entries, node, value.references, value.sensitive, value.kind, value.places, value.rest, value.element
        )
    if isinstance(value, Choice):
        return Choice(tuple((guard, at(arm, node)) for guard, arm in value.arms), node)
    return replace(value, origin=node)


def several(
    expansion: Expansion, seen: Callable[[Key], Value], address: str, references: tuple[Reference, ...], node: Located
) -> Value:
    """The list or map of instances that a reference to a block with count or for_each sees."""
    counted = expansion.form == "count"
    arms: list[tuple[Condition, Value]] = []
    for guard, keys in expansion.arms:
        if keys is None:
            reason = expansion.unknown.reason if expansion.unknown is not None else ""
            kind = "list" if counted else "map"
            made: Value = Repeated(reason, node, references, False, Undecided(address), None, kind, element=seen(None))
        elif counted:
            made = ListValue(tuple(seen(key) for key in keys), node)
        else:
            made = MapValue(LazyEntries([str(key) for key in keys], seen), node)
        arms.append((guard, made))
    return choose(arms, node)
