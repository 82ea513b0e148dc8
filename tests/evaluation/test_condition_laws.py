"""Laws of conditions: one look says what two say, and negation turns what it turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import All, AnyOf, Condition, Is, Undecided, all_of, any_of, negate

VARIABLES = (Undecided("a", (True, False)), Undecided("b", ("x", "y", "z")), Undecided("c"))
ATOMS = st.builds(Is, st.sampled_from(VARIABLES), st.sampled_from([True, False, "x", "y", 1]))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS | st.booleans(),
    lambda inner: (
        st.builds(negate, inner)
        | st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=2, max_size=4))
        | st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, min_size=2, max_size=4))
    ),
    max_leaves=12,
)


@st.composite
def assignments(draw: st.DrawFn) -> Assignment:
    found = Assignment()
    for atom in draw(st.lists(ATOMS, max_size=4)):
        found = found.assume(atom, draw(st.booleans())) or found
    return found


@given(assignments(), CONDITIONS)
def test_one_look_says_what_deciding_and_looking_for_what_is_open_say(facts: Assignment, condition: Condition) -> None:
    found = facts.settle(condition)
    truth = facts.decide(condition)
    if truth is None:
        assert isinstance(found, Is)
        assert found == facts.open_atom(condition)
    else:
        assert found is truth


@given(assignments(), CONDITIONS, CONDITIONS)
def test_negation_conjunction_and_disjunction(facts: Assignment, left: Condition, right: Condition) -> None:
    truth, other = facts.decide(left), facts.decide(right)
    assert facts.decide(negate(left)) is (None if truth is None else not truth)
    if truth is not None and other is not None:
        assert facts.decide(all_of(left, right)) is (truth and other)
        assert facts.decide(any_of(left, right)) is (truth or other)


@given(CONDITIONS)
def test_equal_conditions_hash_alike(condition: Condition) -> None:
    assert negate(negate(condition)) == condition
    assert hash(negate(negate(condition))) == hash(condition)
