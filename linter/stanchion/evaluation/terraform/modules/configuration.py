"""A module's files put together: what each block declares, overrides merged in.

Source: Terraform language documentation, "Files and Directories" and "Override Files".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from stanchion.discovery.units import TerraformRoot
from stanchion.syntax.hcl.nodes import Attribute, Block, Body, Literal
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem

#: Block types of the top level and how many labels each needs.
LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "check": 1,
    "locals": 0,
    "terraform": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
}


@dataclass(slots=True)
class Configuration:
    """What a module declares. `resources` holds managed ones, data sources and ephemeral ones by mode, type, name."""

    directory: Path
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Block] = field(default_factory=dict)
    modules: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    providers: list[Block] = field(default_factory=list)
    provider_names: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def read_configuration(unit: TerraformRoot, tree: SourceTree) -> Configuration:
    """Read and put together the files of one directory."""
    configuration = Configuration(unit.directory)
    for path in unit.files:
        for block in _blocks(path, tree, configuration):
            _declare(block, configuration)
    for path in unit.overrides:
        for block in _blocks(path, tree, configuration):
            _override(block, configuration)
    return configuration


def _blocks(path: Path, tree: SourceTree, configuration: Configuration) -> Iterable[Block]:
    parsed = tree.hcl(path)
    configuration.problems += parsed.problems
    configuration.files.append(tree.shown(path))
    if parsed.tree is None:
        return
    for attribute in parsed.tree.attributes.values():
        message = f"{attribute.name} stands outside of any block; it was left out"
        configuration.problems.append(Problem("syntax", message, attribute))
    for block in parsed.tree.blocks:
        wanted = LABELS.get(block.type)
        if wanted is None:
            message = f"{block.type} is no block that Terraform knows; it was left out"
            configuration.problems.append(Problem("syntax", message, block))
        elif len(block.labels) != wanted:
            message = f"expected {wanted} label{'s' if wanted != 1 else ''} on {block.type}; the block was left out"
            configuration.problems.append(Problem("syntax", message, block))
        else:
            yield block


def _declare(block: Block, configuration: Configuration) -> None:
    kind = block.type
    labels = [label.value for label in block.labels]
    if kind == "locals":
        for name, attribute in block.body.attributes.items():
            if name in configuration.locals:
                _twice(f"local.{name}", attribute, configuration.locals[name], configuration)
            else:
                configuration.locals[name] = attribute
    elif kind == "provider":
        configuration.providers.append(block)
        configuration.provider_names.add(_provider_name(block))
    elif kind in ("resource", "data", "ephemeral"):
        key = (kind, labels[0], labels[1])
        if key in configuration.resources:
            _twice(".".join(labels), block, configuration.resources[key], configuration)
        else:
            configuration.resources[key] = block
    elif kind in ("variable", "output", "module"):
        table = _table(kind, configuration)
        if labels[0] in table:
            _twice(f"{kind} {labels[0]}", block, table[labels[0]], configuration)
        else:
            table[labels[0]] = block


def _table(kind: str, configuration: Configuration) -> dict[str, Block]:
    tables = {
        "variable": configuration.variables,
        "output": configuration.outputs,
        "module": configuration.modules,
    }
    return tables[kind]


def _twice(name: str, again: Attribute | Block, first: Attribute | Block, configuration: Configuration) -> None:
    position = first.source.position(first.start)
    message = f"{name} is declared twice (first in {first.source.path}:{position.line}); the first one is kept"
    configuration.problems.append(Problem("evaluation", message, again))


def _provider_name(block: Block) -> str:
    alias = block.body.attributes.get("alias")
    value = alias.value.value if alias is not None and isinstance(alias.value, Literal) else None
    return f"{block.labels[0].value}.{value}" if value else block.labels[0].value


def _override(block: Block, configuration: Configuration) -> None:
    """Merge a block of an override file over the one it names; one that names nothing is reported and declared."""
    kind = block.type
    labels = [label.value for label in block.labels]
    if kind == "locals":
        configuration.locals.update(block.body.attributes)
    elif kind in ("resource", "data", "ephemeral"):
        key = (kind, labels[0], labels[1])
        configuration.resources[key] = _over(configuration.resources.get(key), block, configuration)
    elif kind in ("variable", "output", "module"):
        table = _table(kind, configuration)
        table[labels[0]] = _over(table.get(labels[0]), block, configuration)
    elif kind == "provider":
        name = _provider_name(block)
        for index, original in enumerate(configuration.providers):
            if _provider_name(original) == name:
                configuration.providers[index] = merged(original, block)
                return
        _declare(block, configuration)


def _over(original: Block | None, override: Block, configuration: Configuration) -> Block:
    if original is not None:
        return merged(original, override)
    name = " ".join([override.type, *(label.value for label in override.labels)])
    message = f"there is no {name} that this could override; it is taken as its declaration"
    configuration.problems.append(Problem("evaluation", message, override))
    return override


def merged(original: Block, override: Block) -> Block:
    """A block with another's arguments over its own; nested blocks of a type are replaced all together.

    Only `lifecycle` is merged argument by argument ("Merging Resource and Data Blocks").
    """
    replaced = {_made_type(nested) for nested in override.body.blocks}
    kept = [nested for nested in original.body.blocks if _made_type(nested) not in replaced]
    before = {nested.type: nested for nested in original.body.blocks if nested.type == "lifecycle"}
    added = [
        merged(before[nested.type], nested) if nested.type in before else nested for nested in override.body.blocks
    ]
    attributes = {**original.body.attributes, **override.body.attributes}
    body = Body(original.body.source, original.body.start, original.body.end, attributes, kept + added)
    return replace(original, body=body)


def _made_type(block: Block) -> str:
    """The type of a nested block; of a dynamic one, the type of the blocks that it makes."""
    label = block.label(0)
    return label if block.type == "dynamic" and label is not None else block.type
