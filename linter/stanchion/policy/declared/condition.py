"""Conditions: JSON Schema over what a resource says in one world, with unknown values as an answer of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from stanchion.evaluation.values import Known
from stanchion.policy.predicates import found_in
from stanchion.syntax.source import Located
from stanchion.worlds.change import Change
from stanchion.worlds.decided import Decided, as_number
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource
from stanchion.worlds.world import NeedsValueError

if TYPE_CHECKING:
    from stanchion.policy.requirement import Requirement

#: Keywords that a policy of strangers may not use: they lead elsewhere, or in circles.
FORBIDDEN = ("$ref", "$dynamicRef", "$recursiveRef", "$id", "$schema", "$anchor", "$dynamicAnchor", "$defs")
#: Keywords whose schemas look at the same object.
_BESIDE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
_SILENT = frozenset({"title", "description", "$comment", "type", "examples"})


class Unknowable:
    """Stands in a document for what nobody knows; equal to nothing, and of no type."""

    __slots__ = ("place", "reason")

    def __init__(self, reason: str, place: Located) -> None:
        self.reason = reason
        self.place = place


def forbidden(schema: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What a condition may not say, with the way to it."""
    if not path:
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError

        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            yield tuple(error.absolute_path), f"expected JSON Schema (draft 2020-12): {error.message}"[:300]
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key in FORBIDDEN and not (path and path[-1] in ("properties", "patternProperties")):
                yield (*path, key), f"{key} cannot be used here; a YAML anchor says the same"
            if key == "pattern" and isinstance(value, str):
                yield from _pattern(value, (*path, key))
            yield from forbidden(value, (*path, key))
    elif isinstance(schema, list):
        for number, item in enumerate(schema):
            yield from forbidden(item, (*path, number))


def _pattern(pattern: str, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    import regex

    try:
        regex.compile(pattern)
    except regex.error as error:
        yield path, f"expected a regular expression: {error}"


@cache
def _validator() -> Any:
    """The draft's validator with patterns that end in time, whatever they are."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    def pattern(_: Any, wanted: str, instance: Any, __: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not found_in(wanted, instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    def pattern_properties(validator: Any, wanted: Mapping[str, Any], instance: Any, _: Any) -> Iterator[Any]:
        for each, schema in wanted.items() if isinstance(instance, dict) else ():
            for name, value in instance.items():
                if found_in(each, name):
                    yield from validator.descend(value, schema, path=name, schema_path=each)

    own = {"pattern": pattern, "patternProperties": pattern_properties}
    return extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]


def faults_of(row: Requirement, resource: DecidedResource) -> Iterator[Fault]:
    """The faults of a resource that must fit a schema as a whole, where its conditions, schemas too, fit it."""
    doubt = ""
    for _, predicate in row.when:
        when = predicate.operands[0]
        document = _document(resource, _read_by(when))
        errors = list(_validator()(when).iter_errors(document))
        uncertain = _unknown_in(document)
        if errors and (uncertain is None or any(_certain(error) for error in errors)):
            return
        doubt = uncertain.reason if uncertain is not None else ""
    must = row.must.operands[0]
    document = _document(resource, _read_by(must))
    yield from _faults(resource, document, must, row.says, doubt, row.changes, row.effect)


def accepts(schema: Any, value: Decided) -> bool:
    """Whether a schema accepts a value. Raises NeedsValueError where that hangs on what nobody knows."""
    document = _plain(value, {"whole": {}, "part": {}})
    errors = list(_validator()(schema).iter_errors(document))
    unknown = _unknown_in(document)
    if unknown is not None and not any(_certain(error) for error in errors):
        raise NeedsValueError(unknown.reason, unknown.place)
    return not errors


def _faults(
    resource: DecidedResource, document: Any, must: Any, message: str, doubt: str, fix: tuple[Change, ...], effect: str
) -> Iterator[Fault]:
    errors = sorted(_validator()(must).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    certain = [error for error in errors if _certain(error)]
    unknown = _unknown_in(document)
    if not errors and unknown is not None:
        raise NeedsValueError(unknown.reason, unknown.place)
    seen: set[str] = set()
    for error in certain or errors:
        at, name = _at(resource, error)
        if name in seen:
            continue
        seen.add(name)
        why = "" if error in certain else unknown.reason if unknown is not None else ""
        said = _message(message, resource, name, error)
        yield resource.finding(said, at=at, subject=name or "conditions", doubt=doubt or why, fix=fix, effect=effect)


def _message(message: str, resource: DecidedResource, name: str, error: Any) -> str:
    held = error.instance if isinstance(error.instance, str | int | float | bool) else ""
    if message:
        for word, value in (("resource", resource.address), ("property", name), ("value", str(held))):
            message = message.replace(f"{{{word}}}", value)
        return message
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return f"{resource.address} says nothing of {'.'.join(filter(None, (name, missing)))}"
    wanted = f": expected {error.validator} {error.validator_value}" if error.validator not in _BESIDE else ""
    return f"{name or 'what it says'} of {resource.address} is not as it must be{wanted}"[:300]


def _at(resource: DecidedResource, error: Any) -> tuple[Decided | None, str]:
    """The value that an error is about, and its path; no value where it is about the whole resource."""
    path = list(error.absolute_path)
    if error.validator == "required":
        path += [next(key for key in error.validator_value if key not in error.instance)]
    if not path:
        return None, ""
    at = resource[str(path[0])]
    for step in path[1:]:
        at = at.element(step) if isinstance(step, int) else at[str(step)]
    return at, at.path


def _certain(error: Any) -> bool:
    """Whether an error stays one whatever the unknown values are."""
    return _unknown_in(error.instance) is None


def _unknown_in(document: Any) -> Unknowable | None:
    """The first unknown in a document."""
    if isinstance(document, Unknowable):
        return document
    parts = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return next((found for part in parts if (found := _unknown_in(part)) is not None), None)


def _read_by(schema: Any) -> frozenset[str] | None:
    """The properties that a condition looks at, None for all of them: what it does not ask decides nothing."""
    if not isinstance(schema, Mapping):
        return frozenset()
    names: set[str] = set()
    for key, value in schema.items():
        if key == "properties" or key == "required":
            names |= set(value)
        elif key in _BESIDE:
            for part in value if isinstance(value, list) else (value,):
                inner = _read_by(part)
                if inner is None:
                    return None
                names |= inner
        elif key not in _SILENT:
            return None
    return frozenset(names)


def _document(resource: DecidedResource, names: frozenset[str] | None) -> dict[str, Any]:
    """The properties of a resource as a document, what AWS does when they are left out among them."""
    typed = _types(resource.type)
    if names is None:
        defaults = resource.resource.defaults
        names = frozenset({*resource.resource.properties.entries, *(defaults.entries if defaults is not None else ())})
    found: dict[str, Any] = {}
    for name in sorted(names):
        value = resource[name]
        if value.unknown or value.present:
            found[name] = _plain(value, typed(name))
    return found


def _types(type_: str) -> Callable[[str], Mapping[str, Any]]:
    from stanchion.graph.schemas import properties_of, schema

    whole = schema(type_) or {}
    known = properties_of(whole, whole)
    return lambda name: {"whole": whole, "part": known.get(name, {})}


def _plain(value: Decided, typed: Mapping[str, Any]) -> Any:
    from stanchion.graph.schemas import properties_of, resolved

    if value.unknown:
        return Unknowable(value.reason or "it is not known", value.place)
    whole, part = typed["whole"], resolved(typed["whole"], typed["part"])
    if value.is_map:
        known = properties_of(whole, part)
        return {name: _plain(item, {"whole": whole, "part": known.get(name, {})}) for name, item in value.items()}
    if value.is_list:
        items = {"whole": whole, "part": part.get("items", {}) if isinstance(part.get("items"), Mapping) else {}}
        return [_plain(item, items) for item in value]
    held = value.raw.value if isinstance(value.raw, Known) else None
    return _scalar(held, part.get("type"))


def _scalar(held: Any, wanted: Any) -> Any:
    """A scalar of the type that its schema gives it: in both languages a text may spell a boolean or a number."""
    if wanted == "boolean" and isinstance(held, str) and held.lower() in ("true", "false"):
        return held.lower() == "true"
    if wanted in ("integer", "number"):
        number = as_number(held)
        held = held if number is None else number
    if wanted == "string" and isinstance(held, int | Decimal) and not isinstance(held, bool):
        return str(held)
    return float(held) if isinstance(held, Decimal) else held
