"""The mapping table: how Terraform's types and attributes are called in CloudFormation's schema, and what AWS does
when a property is left out.

A table is a text file of sorted lines, a name, a tab and a JSON object. Only the lines that a run needs are decoded.
A line is named for a Terraform type, or for a CloudFormation type. Its object may hold:

`type`        the canonical type.
`attributes`  attribute -> rule.
`variants`    {"attribute": name, "values": {text: line}}: another line for some values of an attribute.
`fold`        how it folds into the resource that it configures; see `Fold`.
`name`        the property that names the resource to others, or several.
`defaults`    framework ("" for all) -> properties that AWS applies when they are left out.

A rule is a property path ("A.B"), or [conversion, path] or [conversion, path, argument], or {"all": [rules]} for an
attribute that lands in several properties. Conversions on values are those of `conversions.SCALAR`; on blocks:
"one" (a single block as an object, argument: rules of its attributes), "many" (blocks as a list of objects), "by_key"
(blocks as a map, see `shaping.by_key`) and "spread" (one object for each element of some attributes, see
`shaping.spread`). Path "" is the enclosing object. Among rules of attributes, "=" holds constants: property path ->
scalar, for what a type or a block says by being what it is; and "*" is a rule on the whole body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from stanchion.evaluation.values import Known, ListValue, MapValue, Value

Rule: TypeAlias = Any
Line: TypeAlias = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class Fold:
    """How a satellite joins the resource that it configures.

    `into`: canonical types that it may join. `by`: its attributes that say which, under its language's names.
    `item`: the list property of the parent to which its own properties are added as one object; "" when its
    properties are the parent's own. `take`: the properties that it gives, when not all. `keep`: it is a resource that
    policies judge by itself, and only lends its parent what it says.
    """

    into: tuple[str, ...]
    by: tuple[str, ...]
    item: str = ""
    take: tuple[str, ...] = ()
    keep: bool = False


@dataclass(slots=True, eq=False)
class TypeMapping:
    """What the table says of one type of the source language."""

    type: str
    attributes: Mapping[str, Rule]
    fold: Fold | None
    variant_by: str = ""
    variants: Mapping[str, str] | None = None


class Table:
    """One table file, searched without decoding what is not asked for."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    @classmethod
    def read(cls, path: Path) -> Table:
        """A table from disk. Raises OSError."""
        return cls(path.read_bytes())

    def line(self, name: str) -> Line | None:
        """The object of one line (binary search over sorted lines), or None."""
        data, key = self._data, name.encode()
        low, high = 0, len(data)
        while low < high:
            middle = data.rfind(b"\n", low, (low + high) // 2) + 1
            start = max(low, middle)
            end = data.find(b"\n", start)
            end = len(data) if end == -1 else end
            found, _, text = data[start:end].partition(b"\t")
            if found == key:
                decoded: Line = json.loads(text)
                return decoded
            if found < key:
                low = end + 1
            else:
                high = start
        return None

    def of_type(self, type_: str) -> list[str]:
        """The names of the lines of the types that are a canonical type."""
        wanted = b'\t{"type":"' + type_.encode() + b'"'
        return [line[: line.find(b"\t")].decode() for line in self._data.splitlines() if wanted in line]

    def named_as(self, type_: str) -> list[str]:
        """The names of the lines of other types that stand for a canonical type."""
        wanted = f'"type":"{type_}"'.encode()
        lines = (line for line in self._data.splitlines() if wanted in line.replace(b'": ', b'":'))
        return [line[: line.find(b"\t")].decode() for line in lines]

    def folding_into(self, type_: str) -> list[str]:
        """The names of the lines of types that fold into a canonical type."""
        wanted = f'"{type_}"'.encode()
        found = []
        for line in self._data.splitlines():
            at = line.find(b'"into"')
            if at >= 0 and wanted in line[at : line.find(b"]", at)]:
                found.append(line[: line.find(b"\t")].decode())
        return found


class Mappings:
    """Everything the tables say; later layers stand before earlier ones.

    A layer is a `Table` or a plain mapping of line name to object, so that a plugin can bring its own.
    """

    __slots__ = ("_defaults", "_folding", "_layers", "_lines", "_types")

    def __init__(self, layers: Iterable[Table | Mapping[str, Line]] = ()) -> None:
        self._layers = tuple(layers)[::-1]
        self._lines: dict[str, Line | None] = {}
        self._types: dict[str, TypeMapping | None] = {}
        self._folding: dict[str, list[str]] = {}
        self._defaults: dict[tuple[str, str], MapValue | None] = {}

    @classmethod
    def load(cls, *more: Table | Mapping[str, Line]) -> Mappings:
        """The built-in table of the AWS plugin, where that is installed, under the given layers."""
        from importlib.util import find_spec

        spec = find_spec("stanchion_aws")
        path = Path(spec.origin).parent / "mapping" / "table.tsv" if spec is not None and spec.origin else None
        built_in = (Table.read(path),) if path is not None and path.is_file() else ()
        return cls((*built_in, *more))

    def line(self, name: str) -> Line | None:
        """What the tables say under a name, or None."""
        if name not in self._lines:
            found = None
            for layer in self._layers:
                found = layer.line(name) if isinstance(layer, Table) else layer.get(name)
                if found is not None:
                    break
            self._lines[name] = found
        return self._lines[name]

    def rules_for(self, type_: str) -> TypeMapping | None:
        """The mapping of a type of the source language, or None where the table does not know it."""
        if type_ not in self._types:
            line = self.line(type_)
            self._types[type_] = None if line is None else _type_mapping(type_, line)
        return self._types[type_]

    def fold(self, type_: str) -> Fold | None:
        """How a type (of either language) folds into another, or None."""
        mapping = self.rules_for(type_)
        return mapping.fold if mapping is not None else None

    def of_type(self, type_: str) -> list[str]:
        """The types of the source language that are a canonical type."""
        found: dict[str, None] = {}
        for layer in self._layers:
            names = layer.of_type(type_) if isinstance(layer, Table) else []
            if not isinstance(layer, Table):
                names = [name for name, line in layer.items() if line.get("type") == type_]
            found.update(dict.fromkeys(names))
        return list(found)

    def named_as(self, type_: str) -> list[str]:
        """The types of the source language that stand for a canonical type."""
        found: dict[str, None] = {}
        for layer in self._layers:
            if isinstance(layer, Table):
                found.update(dict.fromkeys(layer.named_as(type_)))
            else:
                found.update((name, None) for name, line in layer.items() if line.get("type") == type_)
        return list(found)

    def folding_into(self, type_: str) -> list[str]:
        """The types of the source language that fold into a canonical type."""
        known = self._folding.get(type_)
        if known is not None:
            return known
        found: dict[str, None] = {}
        for layer in self._layers:
            if isinstance(layer, Table):
                found.update(dict.fromkeys(layer.folding_into(type_)))
            else:
                found.update((n, None) for n, line in layer.items() if type_ in line.get("fold", {}).get("into", ()))
        self._folding[type_] = list(found)
        return self._folding[type_]

    def names(self, type_: str) -> tuple[str, ...]:
        """The properties by whose literal value others name a resource of a canonical type."""
        line = self.line(type_)
        return tuple(line.get("name", ())) if line is not None else ()

    def defaults(self, type_: str, framework: str) -> MapValue | None:
        """What AWS (or the framework's provider) applies to a canonical type when a property is left out."""
        language = "terraform" if framework.startswith("terraform") else framework
        key = (type_, language)
        if key not in self._defaults:
            line = self.line(type_)
            given = line.get("defaults") if line is not None else None
            self._defaults[key] = None if not given else _values({**given.get("", {}), **given.get(language, {})})
        return self._defaults[key]


def _type_mapping(type_: str, line: Line) -> TypeMapping:
    variants = line.get("variants") or {}
    return TypeMapping(
        line.get("type", type_),
        line.get("attributes", {}),
        _fold(line["fold"]) if "fold" in line else None,
        variants.get("attribute", ""),
        variants.get("values"),
    )


def _fold(given: Mapping[str, Any]) -> Fold:
    return Fold(
        tuple(given["into"]),
        tuple(given["by"]),
        given.get("item", ""),
        tuple(given.get("take", ())),
        bool(given.get("keep")),
    )


def _values(given: Mapping[str, Any]) -> MapValue:
    return MapValue({name: _value(entry) for name, entry in given.items()})


def _value(given: Any) -> Value:
    if isinstance(given, Mapping):
        return _values(given)
    if isinstance(given, list | tuple):
        return ListValue(tuple(_value(item) for item in given))
    return Known(Decimal(str(given)) if isinstance(given, float) else given)
