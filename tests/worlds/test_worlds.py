"""Worlds: every way of deciding is seen once, contradictions never, and guesses stay guesses."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.assignments import Assignment, describe
from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, atoms, negate
from stanchion.evaluation.deciding import Constraints, satisfiable
from stanchion.evaluation.values import Known, Unknown, choose, condition_of, truth_of
from stanchion.worlds.world import NeedsValueError, World, explore

ENV = Undecided("Environment", ("dev", "test", "prod"))
FLAG = Undecided("var.create")
SIZE = Undecided("Size", (1, 2))
VARIABLES = (ENV, FLAG, SIZE)
CANDIDATES = {ENV: ("dev", "test", "prod"), FLAG: (True, False), SIZE: (1, 2)}

some_atom = st.sampled_from([Is(variable, value) for variable in VARIABLES for value in CANDIDATES[variable]])


def compound(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        inner.map(negate), several.map(lambda parts: all_of(*parts)), several.map(lambda parts: any_of(*parts))
    )


conditions: st.SearchStrategy[Condition] = st.recursive(some_atom, compound, max_leaves=8)


def every_assignment() -> Iterator[dict[Undecided, object]]:
    for values in itertools.product(*(CANDIDATES[variable] for variable in VARIABLES)):
        yield dict(zip(VARIABLES, values, strict=True))


def complete(values: dict[Undecided, object]) -> Assignment:
    assignment = Assignment()
    for variable, value in values.items():
        extended = assignment.assume(Is(variable, value), True)  # type: ignore[arg-type]
        assert extended is not None
        assignment = extended
    return assignment


@given(conditions)
def test_satisfiable_agrees_with_trying_every_assignment(condition: Condition) -> None:
    ways = [complete(values).decide(condition) for values in every_assignment()]
    assert None not in ways
    assert satisfiable(condition) is any(ways)
    assert satisfiable(negate(condition)) is not all(ways)


@given(conditions, conditions)
def test_a_question_is_asked_in_exactly_the_worlds_that_exist(first: Condition, second: Condition) -> None:
    exploration = explore(lambda world: [(world.holds(first), world.holds(second))])
    seen = {leaf.answer[0] for leaf in exploration.leaves}
    wanted = {(complete(values).decide(first), complete(values).decide(second)) for values in every_assignment()}
    assert exploration.complete
    assert seen == wanted
    paths = [tuple((d.variable, d.extent) for d in leaf.decisions) for leaf in exploration.leaves]
    assert len(set(paths)) == len(paths)


@given(conditions, conditions)
def test_constraints_cut_worlds_off(constraint: Condition, condition: Condition) -> None:
    allowed = [v for v in every_assignment() if complete(v).decide(constraint)]
    if not allowed:
        return
    exploration = explore(lambda world: [world.holds(condition)], Constraints([constraint]))
    assert {leaf.answer[0] for leaf in exploration.leaves} == {complete(v).decide(condition) for v in allowed}


@given(conditions)
def test_a_condition_survives_the_way_through_a_value(condition: Condition) -> None:
    back = condition_of(truth_of(condition))
    assert back is not None
    for values in every_assignment():
        assert complete(values).decide(back) is complete(values).decide(condition)


@given(conditions, conditions)
def test_choices_nest_without_arms_that_cannot_be(outer: Condition, inner: Condition) -> None:
    value = choose(
        (
            (outer, choose(((inner, Known("a")), (negate(inner), Known("b"))))),
            (negate(outer), Known("c")),
        )
    )
    for values in every_assignment():
        assignment = complete(values)
        wanted = ("a" if assignment.decide(inner) else "b") if assignment.decide(outer) else "c"
        world = World()
        world.assignment = assignment
        from stanchion.worlds.decided import settle

        settled = settle(value, world)
        assert isinstance(settled, Known)
        assert settled.value == wanted


def test_no_atom_is_decided_when_the_condition_is_constant() -> None:
    world = World()
    assert world.holds(True)
    assert not world.holds(False)
    assert world.decisions == []


def test_a_guess_about_an_unknown_value_is_marked_and_consistent() -> None:
    unknown = Unknown("var.cidr has no default", variable=Undecided("var.cidr"))

    def question(world: World) -> Iterator[tuple[bool, bool]]:
        yield world.assume(unknown, "0.0.0.0/0", "x"), world.assume(unknown, "0.0.0.0/0", "y")

    exploration = explore(question)
    assert {leaf.answer[0] for leaf in exploration.leaves} == {(True, True), (False, False)}
    assert all(leaf.assumed for leaf in exploration.leaves)


def test_a_question_that_cannot_go_on_keeps_what_it_said_before() -> None:
    def question(world: World) -> Iterator[str]:
        yield "first"
        raise NeedsValueError("var.port has no default")

    (leaf,) = explore(question).leaves
    assert leaf.answer == ["first"]
    assert leaf.stopped is not None


def test_the_bound_on_worlds_is_reported() -> None:
    flags = [Undecided(f"var.flag{number}") for number in range(20)]
    exploration = explore(lambda world: [sum(world.holds(Is(flag, True)) for flag in flags)], limit=32)
    assert not exploration.complete
    assert len(exploration.leaves) == 32


def test_conditions_read_as_the_source_would_say_them() -> None:
    assert describe([(Is(ENV, "dev"), True), (Is(FLAG, True), False), (Is(SIZE, 2), False)]) == (
        'Environment = "dev" and var.create = false and Size = 1'
    )
    assert [atom.value for atom in atoms(all_of(Is(ENV, "dev"), negate(Is(SIZE, 1))))] == ["dev", 1]
