"""CloudFormation's published resource schemas, read one type at a time from the files that cfn-lint ships.

The package itself is never imported: that would cost most of a second. Files: `data/schemas/providers/<region>.json`
names the file of every type, `data/schemas/resources/<hash>.json` is one schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

#: The region whose list of types is read; it has the most.
REGION = "us-east-1"


@cache
def _folder() -> Path | None:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "data" / "schemas"
    return folder if folder.is_dir() else None


@cache
def _index() -> dict[str, str]:
    folder = _folder()
    if folder is None:
        return {}
    try:
        index = json.loads((folder / "providers" / f"{REGION}.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return {name: file for name, file in index.items() if isinstance(name, str) and isinstance(file, str)}


def types() -> tuple[str, ...]:
    """Every CloudFormation type that is known, in order; none where cfn-lint is not installed."""
    return tuple(sorted(_index()))


@cache
def schema(type_: str) -> dict[str, Any] | None:
    """The published schema of a type, or None for a type that has none."""
    file, folder = _index().get(type_), _folder()
    if file is None or folder is None:
        return None
    try:
        found = json.loads((folder / "resources" / f"{file}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def read_only(type_: str) -> frozenset[str]:
    """The property paths that only AWS sets ("Arn", "Endpoint.Port")."""
    return _paths(type_, "readOnlyProperties")


def create_only(type_: str) -> frozenset[str]:
    """The property paths whose change replaces the resource."""
    return _paths(type_, "createOnlyProperties")


def may_be_create_only(type_: str) -> frozenset[str]:
    """The property paths whose change replaces the resource in some cases, by what else is set or running."""
    return _paths(type_, "conditionalCreateOnlyProperties")


def write_only(type_: str) -> frozenset[str]:
    """The property paths that AWS never gives back: passwords and the like."""
    return _paths(type_, "writeOnlyProperties")


def _paths(type_: str, keyword: str) -> frozenset[str]:
    found = schema(type_) or {}
    return frozenset(pointer.removeprefix("/properties/").replace("/", ".") for pointer in found.get(keyword, ()))


def resolved(whole: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of a schema with its `$ref` followed."""
    for _ in range(16):
        reference = part.get("$ref")
        if not isinstance(reference, str):
            break
        step: Any = whole
        for name in reference.removeprefix("#/").split("/"):
            step = step.get(name, {}) if isinstance(step, Mapping) else {}
        part = step
    return part


def properties_of(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The named properties of an object, or of the objects of a list, also those of its alternatives."""
    part = resolved(whole, part)
    if "items" in part and isinstance(part["items"], Mapping):
        part = resolved(whole, part["items"])
    found: dict[str, Mapping[str, Any]] = dict(part.get("properties", {}))
    for keyword in ("oneOf", "anyOf", "allOf"):
        for alternative in part.get(keyword, ()):
            if isinstance(alternative, Mapping):
                for name, inner in resolved(whole, alternative).get("properties", {}).items():
                    found.setdefault(name, inner)
    return found


def has_path(type_: str, path: str) -> bool:
    """Whether a dotted property path (lists are passed through) stands in a type's schema."""
    whole = schema(type_)
    if whole is None:
        return False
    part: Mapping[str, Any] = whole
    for name in path.split("."):
        if "patternProperties" in resolved(whole, part) or _free(whole, part):
            return True
        found = properties_of(whole, part)
        if name not in found:
            return False
        part = found[name]
    return True


def takes_any_object(type_: str, path: str) -> bool:
    """Whether a property may be an object of any shape, such as a policy document."""
    whole = schema(type_)
    if whole is None:
        return False
    part: Mapping[str, Any] = whole
    for name in path.split("."):
        found = properties_of(whole, part)
        if name not in found:
            return False
        part = found[name]
    return _free(whole, part)


def _free(whole: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    """Whether a part is an object of any shape, such as a policy document."""
    part = resolved(whole, part)
    kind = part.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return "object" in kinds and not properties_of(whole, part)


def paths(type_: str, depth: int = 6) -> Iterator[str]:
    """Every dotted property path of a type down to a depth; recursive definitions end there."""
    whole = schema(type_)
    if whole is None:
        return
    level: list[tuple[str, Mapping[str, Any]]] = [("", whole)]
    for _ in range(depth):
        deeper: list[tuple[str, Mapping[str, Any]]] = []
        for above, part in level:
            for name, inner in properties_of(whole, part).items():
                path = f"{above}.{name}" if above else name
                yield path
                deeper.append((path, inner))
        level = deeper
