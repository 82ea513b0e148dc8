"""Resource instances: their arguments evaluated when first asked for, and what a reference to them sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from stanchion.evaluation.conditions import Condition, Undecided
from stanchion.evaluation.terraform.expressions.access import part_of
from stanchion.evaluation.terraform.expressions.evaluate import safely
from stanchion.evaluation.terraform.expressions.guards import under
from stanchion.evaluation.terraform.expressions.propagation import marked
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.terraform.modules import built_in
from stanchion.evaluation.terraform.modules.blocks import META, META_BLOCKS, block_values, written_blocks
from stanchion.evaluation.terraform.modules.computed import computed_by
from stanchion.evaluation.terraform.modules.provider_schema import sensitive_paths, set_paths
from stanchion.evaluation.values import NULL, Choice, ListValue, MapValue, Reference, Unknown, Value, is_null
from stanchion.syntax.hcl.nodes import Block
from stanchion.syntax.source import Located

_PENDING: Any = object()


class LazyEntries(dict[str, Value]):
    """The entries of a map, each worked out when it is first read."""

    __slots__ = ("_make",)

    def __init__(self, names: Iterable[str], make: Callable[[str], Value]) -> None:
        super().__init__(dict.fromkeys(names, _PENDING))
        self._make = make

    def __getitem__(self, key: str) -> Value:
        value = super().__getitem__(key)
        if value is _PENDING:
            value = self._make(key)
            super().__setitem__(key, value)
        return value

    def __iter__(self) -> Iterator[str]:  # a dict that iterates by itself is never copied behind its back
        return super().__iter__()

    def get(self, key: str, default: Any = None) -> Any:
        """As a dict's."""
        if key not in self:
            return default
        return self[key]

    def values(self) -> Any:
        """As a dict's, worked out."""
        return [self[key] for key in self]

    def items(self) -> Any:
        """As a dict's, worked out."""
        return [(key, self[key]) for key in self]


class Instance:
    """One instance of a resource or data source. Every argument is evaluated once, when it is first asked for."""

    __slots__ = (
        "_busy",
        "_computed",
        "_seen",
        "_values",
        "address",
        "block",
        "exists",
        "names",
        "reason",
        "scope",
        "written",
    )

    def __init__(self, block: Block, scope: Scope, address: str, exists: Condition, reason: str) -> None:
        self.block = block
        self.scope = scope
        self.address = address
        self.exists = exists
        self.reason = reason
        self._values: dict[str, Value] = {}
        self._busy: set[str] = set()
        self._seen: MapValue | None = None
        body = block.body
        names = [name for name in body.attributes if name not in META]
        names += [name for name in written_blocks(body) if name not in META_BLOCKS and name not in body.attributes]
        self.written = tuple(dict.fromkeys(names))
        self._computed = computed_by(block.type, block.labels[0].value)
        self.names = (*self.written, *self._computed[0]) if self._computed is not None else self.written

    def value(self, name: str) -> Value:
        """An argument, the nested blocks of a type as a list, or what follows from these."""
        found = self._values.get(name)
        if found is not None:
            return found
        if name in self._busy:
            message = f"{self.address}.{name} refers to itself; the value is taken as unknown"
            self.scope.module.state.problem("evaluation", message, self.block)
            return Unknown("it refers to itself", self.block)
        self._busy.add(name)
        try:
            value = under(self._evaluated(name), self.exists, self.scope.module.state.refuse)
        finally:
            self._busy.discard(name)
        self._values[name] = value
        return value

    def _evaluated(self, name: str) -> Value:
        attribute = self.block.body.attributes.get(name)
        if attribute is not None:
            return safely(attribute.value, self.scope)
        if self._computed is None or name in self.written:
            return block_values(name, self.block.body, self.scope)
        names, computing = self._computed
        made = computing(self._read, self.block, self.scope)
        refuse = self.scope.module.state.refuse
        for each in names:
            self._values[each] = under(made.get(each, self._later(each)), self.exists, refuse)
        return self._values[name]

    def _read(self, name: str) -> Value | None:
        return self.value(name) if name in self.written else None

    def properties(self) -> MapValue:
        """All arguments and nested blocks, evaluated, each with the place where it is written."""
        entries = {name: self.value(name) for name in self.names}
        return MapValue(entries, self.block, places=places_of(self.block, self.written))

    def _rest(self) -> Unknown:
        variable = Undecided(self.address)
        return Unknown(self.reason, self.block, (Reference(self.address, ""),), False, variable)

    def _later(self, name: str) -> Unknown:
        return part_of(self._rest(), f".{name}", name, self.block)

    def seen(self) -> MapValue:
        """What a reference to the instance sees: its arguments, and behind them what only AWS knows."""
        if self._seen is not None:
            return self._seen
        if self._built_in():
            self._seen = MapValue(LazyEntries(built_in.ATTRIBUTES, self._shown_built_in), self.block)
            return self._seen
        rest = self._rest()
        if self.block.type == "data" and self._computed is None:
            self.scope.module.state.undecided(rest)
        secret = (name for name in self._sensitive() if "." not in name)
        names = tuple(dict.fromkeys((*self.names, *secret)))
        self._seen = MapValue(LazyEntries(names, self._shown), self.block, rest=rest)
        return self._seen

    def _built_in(self) -> bool:
        return self.block.type == "resource" and self.block.labels[0].value == "terraform_data"

    def _shown_built_in(self, name: str) -> Value:
        def written(name: str) -> Value:
            return marked(self.value(name), self._itself(name), False) if name in self.written else NULL

        return built_in.shown(name, written, self._later)

    def _itself(self, name: str) -> tuple[Reference]:
        return (Reference(self.address, name),)

    def _sensitive(self) -> frozenset[str]:
        return sensitive_paths(self.block.type, self.block.labels[0].value)

    def _shown(self, name: str) -> Value:
        """An argument as a reference sees it: one that is left null is filled in by the provider."""
        if name not in self.names:
            return marked(self._later(name), (), True)
        value = self.value(name)
        if name in self.written:
            if name not in self.block.body.attributes:
                return marked(self._blocks(value, name, name), self._itself(name), False)
            if is_null(value):
                return self._later(name)
            if isinstance(value, Choice) and any(is_null(arm) for _, arm in value.arms):
                arms = ((guard, self._later(name) if is_null(arm) else arm) for guard, arm in value.arms)
                value = Choice(tuple(arms), value.origin)
        return marked(value, self._itself(name), name in self._sensitive())

    def _blocks(self, value: Value, path: str, shown: str) -> Value:
        """Nested blocks as a reference sees them: what is not written in them the provider may fill in."""
        if isinstance(value, Choice):
            return Choice(tuple((guard, self._blocks(arm, path, shown)) for guard, arm in value.arms), value.origin)
        if isinstance(value, ListValue):
            is_set = path in set_paths(self.block.type, self.block.labels[0].value)
            items = [self._blocks(item, path, f"{shown}[{number}]") for number, item in enumerate(value.items)]
            return replace(value, items=tuple(items), kind="set" if is_set else value.kind)
        if not isinstance(value, MapValue):
            return value
        entries: dict[str, Value] = {}
        secret = self._sensitive()
        for name, entry in value.entries.items():
            inner = f"{path}.{name}"
            if isinstance((value.places or {}).get(name), Block):
                entries[name] = self._blocks(entry, inner, f"{shown}.{name}")
            else:
                entries[name] = marked(entry, (), inner in secret)
        reference = (Reference(self.address, ""),)
        rest = Unknown(self.reason, value.origin, reference, False, Undecided(f"{self.address}.{shown}"))
        return replace(value, entries=entries, rest=rest)


def places_of(block: Block, names: Iterable[str]) -> dict[str, Located]:
    """Where each argument, or the first nested block of a type, is written."""
    places: dict[str, Located] = {}
    for name in names:
        attribute = block.body.attributes.get(name)
        if attribute is not None:
            places[name] = attribute
            continue
        for nested in block.body.blocks:
            if nested.type == name or (nested.type == "dynamic" and nested.label(0) == name):
                places[name] = nested
                break
    return places
