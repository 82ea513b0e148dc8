"""From canonical properties back to the arguments of a Terraform type: the mapping table, read the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from stanchion.evaluation.conditions import Scalar
from stanchion.graph.mappings import Rule
from stanchion.patching.hcl import Way

#: One step of a property path: the name, and the number of an element where it is a list's.
Step: TypeAlias = tuple[str, int | None]

_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def steps(path: str) -> tuple[Step, ...]:
    """A property path in steps: "A[0].B" is (("A", 0), ("B", None))."""
    return tuple((name, int(number) if number else None) for name, number in _STEP.findall(path))


def arguments(rules: Mapping[str, Rule], path: tuple[Step, ...], value: Scalar) -> Iterator[tuple[Way, Scalar]]:
    """Every way in which a type's arguments say that a property has a value, with the value in Terraform's words.

    Only rules that can be read backwards are: names, nested blocks, words and their opposites.
    """
    for name, rule in rules.items():
        if name in ("=", "*"):
            continue
        if isinstance(rule, str):
            if _covers(rule, path) == len(path):
                yield ((), name), value
        elif isinstance(rule, list | tuple):
            yield from _converted(name, rule, path, value)


def _converted(name: str, rule: Rule, path: tuple[Step, ...], value: Scalar) -> Iterator[tuple[Way, Scalar]]:
    conversion, target = rule[0], rule[1]
    argument = rule[2] if len(rule) > 2 else None
    covered = _covers(target, path)
    if covered is None:
        return
    if conversion in ("one", "many") and isinstance(argument, Mapping) and covered < len(path):
        number = path[covered - 1][1] if covered else None
        if (number is None) is (conversion == "many"):
            return
        for (blocks, attribute), said in arguments(argument, path[covered:], value):
            yield (((name, number or 0), *blocks), attribute), said
    elif conversion == "enum" and covered == len(path) and isinstance(argument, Mapping):
        words = [word for word, meant in argument.items() if meant == value]
        if words:
            yield ((), name), {"true": True, "false": False}.get(words[0], words[0])
    elif conversion == "invert" and covered == len(path) and isinstance(value, bool):
        yield ((), name), not value


def _covers(target: str, path: tuple[Step, ...]) -> int | None:
    """How many steps of a path a rule's target stands for, None where it leads elsewhere."""
    names = target.split(".") if target else []
    if [name for name, _ in path[: len(names)]] != names:
        return None
    inner = path[: max(len(names) - 1, 0)]
    return len(names) if all(number is None for _, number in inner) else None
