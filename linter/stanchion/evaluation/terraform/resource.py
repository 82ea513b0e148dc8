"""Resource instances: their arguments evaluated when first asked for, and what a reference to them sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from stanchion.evaluation.conditions import Condition, Undecided
from stanchion.evaluation.terraform.access import part_of
from stanchion.evaluation.terraform.blocks import META, META_BLOCKS, block_values, written_blocks
from stanchion.evaluation.terraform.derived import marked
from stanchion.evaluation.terraform.expressions import safely
from stanchion.evaluation.terraform.scope import Scope
from stanchion.evaluation.values import MapValue, Reference, Unknown, Value, is_null
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

    __slots__ = ("_busy", "_values", "address", "block", "exists", "names", "reason", "scope")

    def __init__(self, block: Block, scope: Scope, address: str, exists: Condition, reason: str) -> None:
        self.block = block
        self.scope = scope
        self.address = address
        self.exists = exists
        self.reason = reason
        self._values: dict[str, Value] = {}
        self._busy: set[str] = set()
        body = block.body
        names = [name for name in body.attributes if name not in META]
        names += [name for name in written_blocks(body) if name not in META_BLOCKS and name not in body.attributes]
        self.names = tuple(dict.fromkeys(names))

    def value(self, name: str) -> Value:
        """An argument, or the nested blocks of a type as a list."""
        found = self._values.get(name)
        if found is not None:
            return found
        if name in self._busy:
            message = f"{self.address}.{name} refers to itself; the value is taken as unknown"
            self.scope.module.state.problem("evaluation", message, self.block)
            return Unknown("it refers to itself", self.block)
        self._busy.add(name)
        try:
            attribute = self.block.body.attributes.get(name)
            if attribute is not None:
                value = safely(attribute.value, self.scope)
            else:
                value = block_values(name, self.block.body, self.scope)
        finally:
            self._busy.discard(name)
        self._values[name] = value
        return value

    def properties(self) -> MapValue:
        """All arguments and nested blocks, evaluated, each with the place where it is written."""
        entries = {name: self.value(name) for name in self.names}
        return MapValue(entries, self.block, places=places_of(self.block, self.names))

    def seen(self) -> MapValue:
        """What a reference to the instance sees: its arguments, and behind them what only AWS knows."""
        variable = Undecided(self.address)
        rest = Unknown(self.reason, self.block, (Reference(self.address, ""),), False, variable)

        def entry(name: str) -> Value:
            value = self.value(name)
            if is_null(value):
                return part_of(rest, f".{name}", name, self.block)
            return marked(value, (Reference(self.address, name),), False)

        return MapValue(LazyEntries(self.names, entry), self.block, rest=rest)


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
