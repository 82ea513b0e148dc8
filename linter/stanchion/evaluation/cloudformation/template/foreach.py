"""Fn::ForEach in sections and in properties.

Values that are known are expanded as the AWS::LanguageExtensions transform does it. A collection that is not known
gives one iteration in which the loop variable is unknown: no values are invented.

Source: CloudFormation User Guide, "Fn::ForEach".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.conditions import folded
from stanchion.evaluation.cloudformation.intrinsics.expression import MAX_DEPTH, MAX_ITERATIONS, Evaluation, Scope, Site
from stanchion.evaluation.cloudformation.intrinsics.lifting import arms_of, scalar_words
from stanchion.evaluation.cloudformation.intrinsics.strings import key_text
from stanchion.evaluation.cloudformation.template.template import (
    FOR_EACH,
    TRANSFORM,
    call_of,
    literal_text,
    shape_of,
)
from stanchion.evaluation.conditions import Condition, Undecided, all_of, any_of, negate
from stanchion.evaluation.values import NULL, Known, ListValue, MapValue, Unknown, Value, choose, is_null
from stanchion.syntax.document.nodes import Entry, Mapping, Sequence

#: An iteration: the scope in which its body is read, and the condition under which the collection has its value.
Iteration = tuple[Scope, Condition]


def loop_of(ev: Evaluation, entry: Entry, scope: Scope) -> tuple[Mapping, list[Iteration]] | None:
    """The body of a loop and its iterations; None, with a problem, where it is malformed."""
    loop = entry.key.text
    items = ev.arguments(loop, entry.value, 3, 3)
    if items is None:
        return None
    identifier = literal_text(items[0])
    if not identifier:
        ev.problem(f"expected the name of a loop variable first in {loop}, found {shape_of(items[0])}", items[0])
        return None
    body = items[2]
    if not isinstance(body, Mapping) or call_of(body) is not None:
        ev.problem(f"expected a mapping to repeat last in {loop}, found {shape_of(body)}; it was left out", body)
        return None
    if identifier in ev.names or identifier in scope.names:
        ev.problem(f"the loop variable {identifier} of {loop} hides another of that name", items[0])
    if not isinstance(items[1], Sequence) and call_of(items[1]) is None:
        ev.problem(f"expected a list to go through in {loop}, found {shape_of(items[1])}; it was left out", items[1])
        return None
    collection = ev.value(items[1], scope)
    iterations: list[Iteration] = []
    for value, guard in _elements(ev, collection, identifier, entry):
        ev.ledger.iterations -= 1
        if ev.ledger.iterations < 0:
            ev.bound(f"the unit has more than {MAX_ITERATIONS} iterations of Fn::ForEach", entry.key)
            break
        names = {**scope.names, identifier: value}
        iterations.append((Scope(names, all_of(scope.path, guard)), guard))
    return body, iterations


def _elements(ev: Evaluation, collection: Value, identifier: str, entry: Entry) -> list[tuple[Value, Condition]]:
    """The distinct elements of a collection, each with the condition under which it is one."""
    found: dict[str, tuple[Value, Condition]] = {}

    def add(key: str, value: Value, guard: Condition) -> None:
        seen = found.get(key)
        found[key] = (value, guard) if seen is None else (seen[0], folded(any_of(seen[1], guard)))

    for guard, arm in arms_of(collection):
        if isinstance(arm, Unknown):
            reason = f"{entry.key.text} goes through values that are not known: {arm.reason}"
            symbol = Unknown(reason, entry.key, arm.references, arm.sensitive, Undecided(identifier), None, "string")
            add(f"${{{identifier}}}", symbol, guard)
        elif isinstance(arm, ListValue):
            for item in arm.items:
                for item_guard, value in arms_of(item):
                    if isinstance(value, Known | Unknown) and not is_null(value):
                        add(_element_key(value, identifier), value, all_of(guard, item_guard))
                    elif not is_null(value):
                        ev.problem(f"expected strings in the collection of {entry.key.text}", entry.value)
        else:
            ev.problem(f"expected a list to go through in {entry.key.text}; it was left out", entry.value)
    return list(found.values())


def _element_key(value: Known | Unknown, identifier: str) -> str:
    if isinstance(value, Known):
        return scalar_words(value.value)
    return f"${{{value.variable.name if value.variable is not None else identifier}}}"


def sites_of(ev: Evaluation, entries: dict[str, Entry], scope: Scope, exists: Condition = True) -> dict[str, Site]:
    """The entries of a section with its loops expanded and its includes read, by name."""
    found: dict[str, Site] = {}
    _collect(ev, entries, scope, exists, found)
    return found


def _collect(
    ev: Evaluation, entries: dict[str, Entry], scope: Scope, exists: Condition, found: dict[str, Site]
) -> None:
    for key, entry in entries.items():
        if key.startswith(FOR_EACH):
            loop = loop_of(ev, entry, scope)
            if loop is not None and ev.depth < MAX_DEPTH:
                ev.depth += 1
                for inner, guard in loop[1]:
                    _collect(ev, loop[0].entries, inner, all_of(exists, guard), found)
                ev.depth -= 1
        elif key == TRANSFORM:
            from stanchion.evaluation.cloudformation.template.transforms import included

            inner_node = included(ev, entry.value, scope)
            if isinstance(inner_node, Mapping):
                _collect(ev, inner_node.entries, scope, exists, found)
        else:
            name = key_text(ev, key, scope, entry.key) if scope.names else key
            if name in found:
                ev.problem(f"{name} is there already; this one was left out", entry.key)
            else:
                found[name] = Site(name, entry, scope, exists)


def loop_entries(ev: Evaluation, entry: Entry, scope: Scope, into: MapValue) -> None:
    """The entries that a loop among properties gives, put into the mapping around it."""
    loop = loop_of(ev, entry, scope)
    if loop is None:
        return
    body, iterations = loop
    for inner, guard in iterations:
        value = ev.value(body, inner)
        if not isinstance(value, MapValue):
            continue
        into.rest = into.rest or value.rest
        for key, item in value.entries.items():
            if key in into.entries:
                ev.problem(f"{entry.key.text} makes {key} twice; the later one was left out", entry.key)
                continue
            into.entries[key] = item if guard is True else choose([(guard, item), (negate(guard), NULL)], item.origin)
            if into.places is not None:
                into.places[key] = (value.places or {}).get(key, entry)
