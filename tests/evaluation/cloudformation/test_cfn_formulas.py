"""Whether a formula can hold: the search agrees with trying every world, and gives up on hard ones in time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from stanchion.evaluation.cloudformation.intrinsics.conditions import folded
from stanchion.evaluation.conditions import All, Condition, Is, Not, Scalar, Undecided, all_of, any_of, negate, same
from stanchion.evaluation.deciding import satisfiable

WORDS = Undecided("Words", ("x", "y", "z"))
FLAG = Undecided("Flag", (True, False))
OPEN = Undecided("Open")
ONLY = Undecided("Only", ("p",))
DOMAINS: dict[Undecided, tuple[Scalar, ...]] = {
    WORDS: ("x", "y", "z"),
    FLAG: (True, False),
    OPEN: ("u", "v", "something else"),
    ONLY: ("p",),
}
atoms = st.sampled_from([Is(WORDS, "x"), Is(WORDS, "y"), Is(FLAG, True), Is(OPEN, "u"), Is(OPEN, "v"), Is(ONLY, "p")])
formulas: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(atoms, atoms.map(negate)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: all_of(*parts)),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: any_of(*parts)),
        inner.map(negate),
    ),
    max_leaves=12,
)


def holds(condition: Condition, world: Mapping[Undecided, Scalar]) -> bool:
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Is):
        return same(world[condition.variable], condition.value)
    if isinstance(condition, Not):
        return not holds(condition.condition, world)
    return (all if isinstance(condition, All) else any)(holds(part, world) for part in condition.conditions)


@settings(max_examples=300, deadline=None)
@given(condition=formulas)
def test_satisfiable_and_folded_agree_with_every_world(condition: Condition) -> None:
    truths = {holds(condition, dict(zip(DOMAINS, row, strict=True))) for row in itertools.product(*DOMAINS.values())}
    assert satisfiable(condition) is (True in truths)
    assert satisfiable(negate(condition)) is (False in truths)
    if len(truths) == 1:
        assert folded(condition) is truths.pop()


def test_branches_under_ever_more_conditions_are_cut_off(evaluate: Any) -> None:
    parameters = {f"P{index}": {"Type": "String", "AllowedValues": list("abcd")} for index in range(60)}

    def clause(seed: int) -> dict[str, Any]:
        picks = [((seed * 7 + step * seed) % 59, "abcd"[(seed // 3 + step) % 4]) for step in range(3)]
        return {"Fn::Or": [{"Fn::Equals": [{"Ref": f"P{number}"}, letter]} for number, letter in picks]}

    conditions = {f"C{i}": {"Fn::And": [clause(i * 10 + step) for step in range(10)]} for i in range(60)}
    value: Any = "innermost"
    for index in range(60):
        value = {"Fn::If": [f"C{index}", value, f"v{index}"]}
    resources = {"R": {"Type": "A::B::C", "Properties": {"X": value}}}
    unit = evaluate(json.dumps({"Parameters": parameters, "Conditions": conditions, "Resources": resources}))
    assert [problem.kind for problem in unit.evaluated.problems] == ["bound"]
