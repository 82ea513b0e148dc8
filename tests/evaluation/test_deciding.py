"""Laws of deciding: what is said of sets of values is what trying every assignment says."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.assignments import Assignment
from stanchion.evaluation.conditions import All, AnyOf, Condition, Extent, Is, Undecided, key_of, negate
from stanchion.evaluation.deciding import Constraints, satisfiable, table_of, ways, with_forced

CLOSED = Undecided("Size", ("small", "large", "huge"))
FLAG = Undecided("Create", (True, False))
OPEN = Undecided("var.name")
#: Two values of the open variable stand for all that nobody names.
VALUES = {CLOSED: ("small", "large", "huge"), FLAG: (True, False), OPEN: ("a", "b", "other", "another")}
ATOMS = st.sampled_from(
    [Is(CLOSED, "small"), Is(CLOSED, "large"), Is(CLOSED, "unheard of"), Is(FLAG, True), Is(OPEN, "a"), Is(OPEN, "b")]
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS | st.booleans(),
    lambda inner: (
        st.builds(negate, inner)
        | st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=2, max_size=4))
        | st.builds(lambda parts: AnyOf(tuple(parts)), st.lists(inner, min_size=2, max_size=4))
    ),
    max_leaves=12,
)


def worlds() -> Iterator[Assignment]:
    for row in itertools.product(*VALUES.values()):
        yield Assignment({v: Extent(False, frozenset([key_of(x)])) for v, x in zip(VALUES, row, strict=True)})


def agrees(world: Assignment, facts: Assignment) -> bool:
    return world.meets(facts)


FACTS = st.lists(st.tuples(ATOMS, st.booleans()), max_size=3)


def facts_of(said: list[tuple[Is, bool]]) -> Assignment:
    found = Assignment()
    for atom, truth in said:
        found = found.assume(atom, truth) or found
    return found


@given(CONDITIONS, FACTS)
def test_a_condition_is_satisfiable_where_some_world_satisfies_it(
    condition: Condition, said: list[tuple[Is, bool]]
) -> None:
    facts = facts_of(said)
    wanted = any(world.decide(condition) for world in worlds() if agrees(world, facts))
    assert satisfiable(condition, facts) is wanted


@given(CONDITIONS)
def test_what_follows_from_a_condition_holds_wherever_it_does(condition: Condition) -> None:
    forced = with_forced(condition, Assignment())
    holding = [world for world in worlds() if world.decide(condition)]
    assert forced is not None or not holding
    assert forced is None or all(agrees(world, forced) for world in holding)


@given(st.lists(CONDITIONS, min_size=1, max_size=3), FACTS)
def test_a_variable_is_split_into_all_that_it_may_be_without_overlap(
    conditions: list[Condition], said: list[tuple[Is, bool]]
) -> None:
    facts = facts_of(said)
    atom = facts.open_atom(conditions[0])
    if atom is None:
        return
    variable, extents = ways(facts, conditions, atom)
    whole = facts.extent(variable)
    for world in worlds():
        if agrees(world, facts):
            assert sum(not world[variable].apart_from(extent) for extent in extents) == 1
    assert all(not extent.meet(whole).empty for extent in extents)


@given(CONDITIONS)
def test_values_that_no_condition_tells_apart_stay_together(condition: Condition) -> None:
    atom = Assignment().open_atom(condition)
    if atom is None:
        return
    variable, extents = ways(Assignment(), [condition], atom)
    others = [each for each in VALUES if each != variable]

    def truths(value: object) -> tuple[bool | None, ...]:
        rows = itertools.product(*(VALUES[other] for other in others))
        return tuple(
            Assignment(
                {
                    variable: Extent(False, frozenset([key_of(value)])),  # type: ignore[arg-type]
                    **{o: Extent(False, frozenset([key_of(x)])) for o, x in zip(others, row, strict=True)},
                }
            ).decide(condition)
            for row in rows
        )

    for one, other in itertools.combinations(VALUES[variable], 2):
        together = any(key_of(one) in (e := extent).keys or e.without for extent in extents) and any(
            not extent.apart_from(Extent(False, frozenset([key_of(one)])))
            and not extent.apart_from(Extent(False, frozenset([key_of(other)])))
            for extent in extents
        )
        assert together is (truths(one) == truths(other))


@given(CONDITIONS, FACTS, FACTS)
def test_knowing_more_never_turns_what_is_decided(
    condition: Condition, said: list[tuple[Is, bool]], more: list[tuple[Is, bool]]
) -> None:
    less_known, more_known = facts_of(said), facts_of(said)
    for atom, truth in more:
        more_known = more_known.assume(atom, truth) or more_known
    if (before := less_known.decide(condition)) is not None:
        assert more_known.decide(condition) is before


@given(st.lists(CONDITIONS, min_size=1, max_size=4), FACTS)
def test_constraints_asked_apart_say_what_they_say_together(
    conditions: list[Condition], said: list[tuple[Is, bool]]
) -> None:
    constraints = Constraints(conditions)
    allowed = [world for world in worlds() if all(world.decide(condition) for condition in conditions)]
    assert constraints.possible is bool(allowed)
    facts = Assignment()
    for atom, truth in said:
        extended = facts.assume(atom, truth)
        if extended is None or not allowed:
            return
        permitted = constraints.allow(extended, atom.variable)
        assert permitted is any(agrees(world, extended) for world in allowed)
        if not permitted:
            return
        facts = extended


def test_thousands_of_conditions_over_few_variables_are_one_pass() -> None:
    flags = [Undecided(f"Flag{number}", (True, False)) for number in range(6)]
    grown: list[Condition] = [Is(flag, True) for flag in flags]
    for number in range(1500):
        left, right = grown[number % len(grown)], grown[-1]
        grown.append(All((negate(left), right)) if number % 2 else AnyOf((left, negate(right))))
    every = AnyOf(tuple(All((part, negate(part))) for part in grown[:60]))
    started = time.process_time()
    assert not satisfiable(All((every, Is(flags[0], True))))
    assert table_of([every], Assignment()) is not None
    assert time.process_time() - started < 2
