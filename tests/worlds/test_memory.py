"""What is remembered between worlds is what working it out again would give, and decides the world alike."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import partial

from hypothesis import example, given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import All, Condition, Is, Not, Undecided, all_of, any_of, negate
from stanchion.evaluation.values import Unknown
from stanchion.graph.resource import Graph
from stanchion.worlds.view import GraphView
from stanchion.worlds.world import Exploration, Guess, NeedsValueError, Question, World, explore

VARIABLES = (Undecided("a", (True, False)), Undecided("b", ("x", "y", "z")), Undecided("c"))
UNKNOWNS = (Unknown("nobody knows u"), Unknown("nobody knows c", variable=VARIABLES[2]))
ATOMS = st.builds(Is, st.sampled_from(VARIABLES), st.sampled_from([True, False, "x", "y"]))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS,
    lambda inner: st.builds(negate, inner) | st.builds(all_of, inner, inner) | st.builds(any_of, inner, inner),
    max_leaves=4,
)
QUESTIONS: st.SearchStrategy[Question] = (
    CONDITIONS | st.sampled_from(VARIABLES) | st.builds(Guess, st.sampled_from(UNKNOWNS), st.just("x"), st.just("n"))
)
#: What a policy does: questions of its own, and shared things by number, each a list of questions.
STEPS = st.lists(QUESTIONS | st.integers(0, 2), min_size=1, max_size=5)
THINGS = st.lists(st.lists(QUESTIONS, max_size=4), min_size=3, max_size=3)


def working_out(questions: Iterable[Question], world: World) -> tuple[object, ...]:
    """Asks one after the other, each only while the answers before were not true; sometimes it cannot go on."""
    said: list[object] = []
    for question in questions:
        said.append(world.ask(question))
        if said.count(True) > 2:
            raise NeedsValueError("that is too much")
    return tuple(said)


def seen(steps: list[Question | int], things: list[list[Question]], shared: dict[Hashable, object] | None) -> object:
    def question(world: World) -> Iterable[object]:
        graph = GraphView(Graph("terraform", ".", []), world, {}, shared if shared is not None else {})
        for step in steps:
            if not isinstance(step, int) or isinstance(step, bool):
                yield world.ask(step)
                continue
            work = partial(working_out, things[step], world)
            yield graph.once(("thing", step), work) if shared is not None else work()

    explored: Exploration[object] = explore(question)
    return [
        (leaf.decisions, leaf.answer, leaf.stopped is not None, leaf.unknowns) for leaf in explored.leaves
    ], explored.complete


ALWAYS = Not(All((Is(VARIABLES[2], False), Is(VARIABLES[2], True))))


@example(
    [[Is(VARIABLES[0], True)], [2]],
    [[], [], [VARIABLES[1], any_of(Is(VARIABLES[0], True), Is(VARIABLES[1], "x")), VARIABLES[1]]],
)
@example([[VARIABLES[0]], [Guess(UNKNOWNS[0], "x", "n"), 1]], [[], [ALWAYS, ALWAYS], []])
@given(st.lists(STEPS, min_size=2, max_size=4), THINGS)
def test_several_policies_see_what_each_would_see_alone(
    policies: list[list[Question | int]], things: list[list[Question]]
) -> None:
    shared: dict[Hashable, object] = {}
    for steps in policies:
        assert seen(steps, things, shared) == seen(steps, things, None)
