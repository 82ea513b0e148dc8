"""When an open condition holds, as a formula; a name of its own for what has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from stanchion.evaluation.conditions import Condition, Is, Not, Undecided, all_of, any_of
from stanchion.evaluation.deciding import satisfiable
from stanchion.evaluation.terraform.expressions.propagation import words
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused
from stanchion.evaluation.terraform.expressions.scope import Scope
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, condition_of
from stanchion.syntax.hcl import nodes
from stanchion.syntax.hcl.nodes import Expression

#: How much of a condition's text is its name, and how much of a loop's element.
MAX_TEXT = 200
MAX_ELEMENT = 60
#: How many nodes of a condition are searched for the names that it uses.
MAX_SEARCHED = 2_000
#: What tells one instance from another.
_TELLING = {"count": "index", "each": "key"}


def ways(value: Value, node: Expression, scope: Scope) -> tuple[Condition, Condition]:
    """When a boolean is true, and when it cannot be worked out at all because Terraform would refuse it.

    What is unknown and has no name gets one: the text of the condition, behind the address of its module. Equal
    text in one module is the same unknown, as long as the names of loops and instances in it have the same values.
    """
    holds: list[Condition] = []
    never: list[Condition] = []
    for guard, arm in value.arms if isinstance(value, Choice) else ((True, value),):
        if isinstance(arm, Refused):
            never.append(guard)
            continue
        truth = condition_of(arm)
        if truth is None:
            truth = Is(Undecided(_named(node, scope)), True)
        holds.append(all_of(guard, truth))
    return any_of(*holds), any_of(*never)


def _named(node: Expression, scope: Scope) -> str:
    return f"{scope.module.prefix}{_text(node)}{_instance(node, scope)}"


def any_at_all(value: Value, node: Expression, scope: Scope, counted: bool = False) -> Condition:
    """That an unknown collection is not empty, or an unknown number (`counted`) is not zero."""
    name = value.variable.name if isinstance(value, Unknown) and value.variable is not None else _named(node, scope)
    return Not(Is(Undecided(name if counted else f"length({name})"), 0))


def _text(node: Expression) -> str:
    return " ".join(node.source.text[node.start : node.end].split())[:MAX_TEXT]


def _instance(node: Expression, scope: Scope) -> str:
    """Which of several evaluations of the same text this is: the names in it that differ between them."""
    if not scope.names:
        return ""
    told: list[str] = []
    for name in dict.fromkeys(_roots(node)):
        value = scope.names.get(name)
        if value is None:
            continue
        part = _TELLING.get(name)
        if part is not None and isinstance(value, MapValue) and part in value.entries:
            name, value = f"{name}.{part}", value.entries[part]
        told.append(f"{name} = {words(value, MAX_ELEMENT) or f'#{scope.module.state.number(value)}'}")
    return f" [{', '.join(told)}]" if told else ""


def _roots(node: Expression) -> Iterator[str]:
    """The root names in an expression, those that it binds itself among them."""
    pending: list[object] = [node]
    for _ in range(MAX_SEARCHED):
        if not pending:
            return
        each = pending.pop()
        if isinstance(each, nodes.Variable):
            yield each.name
        elif isinstance(each, nodes.SplatItem):
            yield "*"
        else:
            pending.extend(reversed(_children(each)))


def _children(node: object) -> list[object]:
    found: list[object] = []
    for name in getattr(type(node), "__slots__", ()):
        value = getattr(node, name)
        if isinstance(value, tuple):
            found.extend(value)
        elif hasattr(type(value), "__slots__") and name != "source":
            found.append(value)
    return found


#: What was gone through already, by its identity: the value, so that nothing else gets its number, and the result.
Done = dict[int, tuple[Value, Value]]


def under(value: Value, exists: Condition, refuse: Callable[[Condition], None], done: Done | None = None) -> Value:
    """A value without the arms that are impossible where something exists, and where the plan succeeds at all.

    `refuse` is told of the worlds in which Terraform fails for it. Of maps that are worked out when they are read
    nothing is asked. `done` is shared by values under the same condition, which may share their parts.
    """
    if isinstance(value, Known | Unknown):
        return value
    return _Narrowing(exists, refuse, done if done is not None else {})(value)


class _Narrowing:
    """One condition under which values are narrowed; a value that is found in many places is gone through once."""

    __slots__ = ("_done", "_exists", "_refuse")

    def __init__(self, exists: Condition, refuse: Callable[[Condition], None], done: Done) -> None:
        self._exists = exists
        self._refuse = refuse
        self._done = done

    def __call__(self, value: Value) -> Value:
        if isinstance(value, Known | Unknown):
            return value
        found = self._done.get(id(value))
        if found is None:
            found = self._done[id(value)] = (value, self._narrowed(value))
        return found[1]

    def _narrowed(self, value: Choice | ListValue | MapValue) -> Value:
        if isinstance(value, Choice):
            return self._choice(value)
        if isinstance(value, ListValue):
            items = tuple([self(item) for item in value.items])
            return value if _same(items, value.items) else replace(value, items=items)
        if type(value.entries) is not dict:
            return value
        entries = {key: self(item) for key, item in value.entries.items()}
        return value if _same(entries.values(), value.entries.values()) else replace(value, entries=entries)

    def _choice(self, value: Choice) -> Value:
        arms = []
        for guard, arm in value.arms:
            both = all_of(self._exists, guard)
            if both is False or not (self._exists is True or satisfiable(both)):
                continue
            if type(arm) is Refused:
                self._refuse(both)
            else:
                arms.append((guard, under(arm, both, self._refuse)))
        if len(arms) == 1:
            return arms[0][1]
        return Choice(tuple(arms), value.origin) if arms else value


def _same(left: Iterable[Value], right: Iterable[Value]) -> bool:
    return all(one is other for one, other in zip(left, right, strict=True))
