"""Which block of a resource a place stands in, however many blocks it was put together from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.values import MapValue
from stanchion.graph.resource import Part, Resource
from stanchion.syntax.source import Source, Span, covers

FILES = (Source("a.tf", "." * 200), Source("b.tf", "." * 200))


def made(blocks: list[Span]) -> Resource:
    parts = [Part(f"r{n}", block, block) for n, block in enumerate(blocks)]
    return Resource("r0", "T", "terraform", "t", "r", MapValue({}), MapValue({}), parts)


apart = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 18)), min_size=1, max_size=20).map(
    lambda rows: [Span(FILES[file], at * 10, at * 10 + 9) for file, at in rows]
)
anyhow = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 90), st.integers(1, 90)), min_size=1, max_size=12).map(
    lambda rows: [Span(FILES[file], at, at + length) for file, at, length in rows]
)
places = st.tuples(st.integers(0, 1), st.integers(0, 190), st.integers(0, 5)).map(
    lambda row: Span(FILES[row[0]], row[1], row[1] + row[2])
)


@given(apart | anyhow, st.lists(places, max_size=8))
def test_the_same_as_looking_at_each(blocks: list[Span], sought: list[Span]) -> None:
    resource = made(blocks)
    for place in sought:
        wanted = {part.address for part in resource.parts if covers(part.block, place)}
        assert {part.address for part in resource.parts_at(place)} == wanted


def test_parts_that_join_later_are_seen() -> None:
    resource = made([Span(FILES[0], n * 10, n * 10 + 9) for n in range(8)])
    assert [part.address for part in resource.parts_at(Span(FILES[0], 12, 14))] == ["r1"]
    late = Span(FILES[1], 0, 50)
    resource.parts.append(Part("late", late, late))
    assert [part.address for part in resource.parts_at(Span(FILES[1], 12, 14))] == ["late"]
