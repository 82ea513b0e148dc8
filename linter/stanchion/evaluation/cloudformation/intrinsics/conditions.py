"""Conditions: the Conditions section and the functions that give true or false.

Source: CloudFormation User Guide, "Condition functions" and "Rule-specific intrinsic functions".
"""

from __future__ import annotations

from collections.abc import Callable

from stanchion.evaluation.cloudformation.intrinsics.expression import MAX_DEPTH, Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import arms_of, scalar_words
from stanchion.evaluation.cloudformation.stack.parameters import literal_for
from stanchion.evaluation.cloudformation.template.template import call_of, literal_text, shape_of
from stanchion.evaluation.conditions import All, AnyOf, Condition, Is, Not, Undecided, all_of, any_of, negate, size_of
from stanchion.evaluation.deciding import satisfiable
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    condition_of,
    truth_of,
)
from stanchion.syntax.document.nodes import Mapping, Node
from stanchion.syntax.source import Located

#: How large a condition may grow before it is treated as a variable of its own: atoms and connectives, and depth.
MAX_SIZE = 400
MAX_FORMULA_DEPTH = 40
#: How many members Fn::And or Fn::Or may have here; CloudFormation takes 10.
MAX_MEMBERS = 100
#: How many pairs of arms one comparison may look at.
MAX_PAIRS = 512

_JOINED_WITHOUT = "Fn::Join '' of "


def named_condition(ev: Evaluation, name: str, place: Located) -> Condition:
    """The condition of that name in the Conditions section, worked out once."""
    known = ev.conditions.get(name)
    if known is not None:
        return known
    own = ev.opaque(ev.where.prefix + name)
    site = ev.condition_sites.get(name)
    if site is None:
        ev.problem(f"there is no condition {name!r} in this template; it is taken as undecided", place)
        ev.conditions[name] = own
        return own
    if name in ev.active:
        ev.problem(f"condition {name} refers to itself; it is taken as undecided", site.entry.key)
        return own
    ev.active.add(name)
    try:
        condition = folded(test(ev, site.entry.value, site.scope))
    finally:
        ev.active.discard(name)
    ev.conditions[name] = condition
    return condition


def folded(condition: Condition) -> Condition:
    """A condition, or the constant that it is in every world: all values of a closed variable are true together."""
    if isinstance(condition, bool) or (isinstance(condition, Is) and condition.variable.values is None):
        return condition
    if not satisfiable(condition):
        return False
    return condition if satisfiable(negate(condition)) else True


def test(ev: Evaluation, node: Node, scope: Scope) -> Condition:
    """When a condition function holds."""
    found = _call(node)
    if found is None:
        truth = literal_text(node)
        if truth in ("true", "false"):
            return truth == "true"
        ev.problem(f"expected a condition function, found {shape_of(node)}; it is taken as undecided", node)
        return ev.opaque(_text_of(node))
    name, argument = found
    if ev.depth >= MAX_DEPTH:
        ev.bound(f"values nest deeper than {MAX_DEPTH} levels", node)
        return ev.opaque(_text_of(node))
    ev.depth += 1
    try:
        if name == "Condition":
            target = ev.value(argument, scope)
            if isinstance(target, Known):
                return named_condition(ev, scalar_words(target.value), argument)
            return ev.opaque(_text_of(node))
        if name in ("Fn::And", "Fn::Or"):
            return _connective(ev, name, argument, scope, node)
        if name == "Fn::Not":
            items = ev.arguments(name, argument, 1, 1)
            return negate(test(ev, items[0], scope)) if items is not None else ev.opaque(_text_of(node))
        comparison = _COMPARISONS.get(name)
        if comparison is None:
            truth_value = condition_of(ev.value(node, scope))
            return truth_value if truth_value is not None else ev.opaque(_text_of(node))
        items = ev.arguments(name, argument, 2, 2)
        if items is None:
            return ev.opaque(_text_of(node))
        return _bounded(ev, comparison(ev, ev.value(items[0], scope), ev.value(items[1], scope), node), node)
    finally:
        ev.depth -= 1


def _call(node: Node) -> tuple[str, Node] | None:
    """Like `call_of`, and `{"Condition": name}` too, which is a reference where conditions are due."""
    if isinstance(node, Mapping) and node.tag is None and len(node.entries) == 1:
        name = node.get("Condition")
        if name is not None:
            return "Condition", name
    return call_of(node)


def _connective(ev: Evaluation, name: str, argument: Node, scope: Scope, node: Node) -> Condition:
    items = ev.arguments(name, argument, 1, MAX_MEMBERS)
    if items is None:
        return ev.opaque(_text_of(node))
    parts: list[Condition] = []
    for item in items:
        parts.append(test(ev, item, scope))  # noqa: PERF401 - a comprehension would cost a frame a level
    return _bounded(ev, all_of(*parts) if name == "Fn::And" else any_of(*parts), node)


def _bounded(ev: Evaluation, condition: Condition, node: Node) -> Condition:
    """A condition, or a variable that stands for it where it has grown too large."""
    if size_of(condition) <= MAX_SIZE and _depth_of(condition) <= MAX_FORMULA_DEPTH:
        return condition
    ev.bound(f"a condition has more than {MAX_SIZE} parts or nests deeper than {MAX_FORMULA_DEPTH}", node)
    return ev.opaque(_text_of(node))


def _depth_of(condition: Condition) -> int:
    deepest = 0
    waiting = [(condition, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(item, Not):
            waiting.append((item.condition, depth + 1))
        elif isinstance(item, All | AnyOf):
            waiting += ((part, depth + 1) for part in item.conditions)
    return deepest


def _text_of(node: Node) -> str:
    """A name for a condition that is not worked out: the text it is written with, shortened, and its line."""
    text = " ".join(node.source.text[node.start : min(node.end, node.start + 200)].split())
    shown = text if len(text) <= 60 else text[:57] + "..."
    return f"{shown} (line {node.source.position(node.start).line})"


# --- comparisons ----------------------------------------------------------------------------------------------------


def equal(ev: Evaluation, left: Value, right: Value, node: Node) -> Condition:
    """When two values are the same text (Fn::Equals)."""
    lefts, rights = arms_of(left), arms_of(right)
    texts: dict[str, list[Condition]] = {}
    open_rights = []
    for guard, other in rights:
        if isinstance(other, Known) and other.value is not None:
            texts.setdefault(scalar_words(other.value), []).append(guard)
        else:
            open_rights.append((guard, other))
    ways: list[Condition] = []
    pairs = 0
    for left_guard, one in lefts:
        others = rights
        if isinstance(one, Known) and one.value is not None:
            # Of all that is known only the same text is equal to it.
            equals = texts.get(scalar_words(one.value), ())
            ways += (all_of(left_guard, guard) for guard in equals)
            others = tuple(open_rights)
        pairs += len(others)
        if pairs > MAX_PAIRS:
            ev.bound(f"a comparison has more than {MAX_PAIRS} combinations", node)
            return ev.opaque(_text_of(node))
        for right_guard, other in others:
            both = all_of(left_guard, right_guard)
            if both is True or (both is not False and satisfiable(both)):
                ways.append(all_of(both, _equal_arms(ev, one, other, node)))
    return any_of(*ways)


def _equal_arms(ev: Evaluation, left: Value, right: Value, node: Node) -> Condition:
    if isinstance(left, Known) and isinstance(right, Known):
        if left.value is None or right.value is None:
            return left.value is right.value
        return scalar_words(left.value) == scalar_words(right.value)
    if isinstance(left, Known):
        left, right = right, left
    if isinstance(left, Unknown):
        if isinstance(right, Known):
            return equals_text(ev, left, scalar_words(right.value), node)
        if isinstance(right, Unknown):
            if left.variable is not None and left.variable == right.variable:
                return True
            names = [v.variable.name if v.variable is not None else _text_of(node) for v in (left, right)]
            return ev.opaque(" equals ".join(sorted(names)))
        return ev.opaque(_text_of(node))
    if isinstance(left, ListValue) and isinstance(right, ListValue):
        if not any(isinstance(item, Choice) for item in (*left.items, *right.items)):
            if len(left.items) != len(right.items):
                return False
            pairs = zip(left.items, right.items, strict=True)
            return all_of(*(_equal_arms(ev, a, b, node) for a, b in pairs))
        return ev.opaque(_text_of(node))
    if isinstance(left, MapValue) and isinstance(right, MapValue):
        return ev.opaque(_text_of(node))
    return False


def equals_text(ev: Evaluation, value: Unknown, text: str, node: Node) -> Condition:
    """When an unknown is a certain text: an atom over its variable, or over the one hole of a string."""
    hole = value
    if value.parts is not None and value.type == "string":
        holes = [part for part in value.parts if isinstance(part, Unknown)]
        first, last = value.parts[0], value.parts[-1]
        before = scalar_words(first.value) if isinstance(first, Known) else ""
        after = scalar_words(last.value) if isinstance(last, Known) else ""
        if not (text.startswith(before) and text.endswith(after)) or len(text) < len(before) + len(after):
            return False
        if len(holes) == 1:
            hole, text = holes[0], text[len(before) : len(text) - len(after)]
    if hole.variable is None:
        return ev.opaque(_text_of(node))
    if not text and hole.variable.name.startswith(_JOINED_WITHOUT):
        # A list joined with nothing between is empty text when the list's own text is.
        return Is(Undecided(hole.variable.name.removeprefix(_JOINED_WITHOUT)), "")
    scalar = literal_for(hole.variable, text, hole.variable.name in ev.numeric)
    return Is(hole.variable, scalar) if scalar is not None else False


def contains(ev: Evaluation, members: Value, sought: Value, node: Node) -> Condition:
    """When a list has a value (Fn::Contains)."""
    return _over_lists(ev, members, node, lambda items: any_of(*(equal(ev, item, sought, node) for item in items)))


def each_member_equals(ev: Evaluation, members: Value, sought: Value, node: Node) -> Condition:
    """When every member of a list is a value (Fn::EachMemberEquals)."""
    return _over_lists(ev, members, node, lambda items: all_of(*(equal(ev, item, sought, node) for item in items)))


def each_member_in(ev: Evaluation, members: Value, allowed: Value, node: Node) -> Condition:
    """When every member of the first list is in the second (Fn::EachMemberIn)."""
    return _over_lists(ev, members, node, lambda items: all_of(*(contains(ev, allowed, i, node) for i in items)))


def _over_lists(ev: Evaluation, value: Value, node: Node, holds: Callable[[tuple[Value, ...]], Condition]) -> Condition:
    ways: list[Condition] = []
    for guard, arm in arms_of(value):
        if isinstance(arm, ListValue) and len(arm.items) <= MAX_MEMBERS:
            ways.append(all_of(guard, holds(arm.items)))
        else:
            ways.append(all_of(guard, ev.opaque(_text_of(node))))
    return any_of(*ways)


# --- functions that use conditions ----------------------------------------------------------------------------------


def fn_if(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::If [condition name, value if true, value if false]; each branch is read under its condition."""
    items = ev.arguments("Fn::If", argument, 3, 3)
    if items is None:
        return ev.undecided("Fn::If is malformed", origin)
    condition = _branching(ev, items[0], scope)
    if isinstance(condition, bool):
        return ev.value(items[1] if condition else items[2], scope)
    size = size_of(scope.path)
    ev.ledger.nodes -= min(size, MAX_SIZE) + min(size_of(condition), MAX_SIZE)
    if size > MAX_SIZE:
        return ev.bound(f"Fn::If nests under conditions with more than {MAX_SIZE} parts", origin)
    arms: list[tuple[Condition, Value]] = []
    for guard, branch in ((condition, items[1]), (negate(condition), items[2])):
        path = all_of(scope.path, guard)
        if path is not False and satisfiable(path):
            arms.append((guard, ev.value(branch, Scope(scope.names, path))))
    return arms[0][1] if len(arms) == 1 else choose(arms, origin)


def _branching(ev: Evaluation, node: Node, scope: Scope) -> Condition:
    """The condition of Fn::If: a name; a condition function in its place is a mistake that can be read."""
    found = _call(node)
    if found is not None and found[0] in _CONDITIONAL:
        ev.problem(f"expected Fn::If to have the name of a condition, found {shape_of(node)}; it was read as one", node)
        return test(ev, node, scope)
    name = ev.value(node, scope)
    if isinstance(name, Known) and name.value is not None:
        return named_condition(ev, scalar_words(name.value), node)
    if not isinstance(name, Unknown):
        ev.problem(f"expected Fn::If to have the name of a condition, found {shape_of(node)}", node)
    return ev.opaque(_text_of(node))


def fn_condition(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """A condition function where a value is due."""
    return truth_of(test(ev, origin, scope), origin)


_COMPARISONS: dict[str, Callable[[Evaluation, Value, Value, Node], Condition]] = {
    "Fn::Equals": equal,
    "Fn::Contains": contains,
    "Fn::EachMemberEquals": each_member_equals,
    "Fn::EachMemberIn": each_member_in,
}
_CONDITIONAL = frozenset(("Condition", "Fn::And", "Fn::Or", "Fn::Not", *_COMPARISONS))


def evaluate_conditions(ev: Evaluation) -> None:
    """Work out every named condition, so that mistakes in those that nobody uses are found too."""
    for name, site in ev.condition_sites.items():
        named_condition(ev, name, site.entry.key)
