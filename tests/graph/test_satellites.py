"""Addresses without instance keys, and lists that many satellites add to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Condition, Is, Undecided, negate
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.graph.satellites import bare
from stanchion.graph.shaping import gathered, guarded, merge

GUARDS: list[Condition] = [True, Is(Undecided("a"), 1), negate(Is(Undecided("b"), "x"))]


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("aws_x.y", "aws_x.y"),
        ("aws_x.y[0]", "aws_x.y"),
        ('module.a["k"].aws_x.y["v"]', "module.a.aws_x.y"),
        ('module.a["]["].aws_x.y', "module.a.aws_x.y"),
        ('aws_x.y["\\"]"].z', "aws_x.y.z"),
    ],
)
def test_instance_keys_go(address: str, wanted: str) -> None:
    assert bare(address) == wanted


@given(st.lists(st.text(alphabet="ab].[", max_size=5), max_size=3))
def test_no_key_ends_early(keys: list[str]) -> None:
    quoted = "".join(f'["{key}"].x' for key in keys)
    assert bare(f"aws_x.y{quoted}") == "aws_x.y" + ".x" * len(keys)


values = st.one_of(
    st.builds(lambda items: ListValue(tuple(Known(item) for item in items)), st.lists(st.integers(), max_size=3)),
    st.just(Unknown("not known")),
    st.builds(lambda key: MapValue({key: Known(1)}), st.sampled_from("xy")),
    st.builds(Known, st.integers()),
)


def shown(value: Value) -> object:
    """A value as something that compares by content."""
    if isinstance(value, Known):
        return value.value
    if isinstance(value, ListValue):
        return [shown(item) for item in value.items]
    if isinstance(value, MapValue):
        return {key: shown(item) for key, item in value.entries.items()}
    if isinstance(value, Unknown):
        return value.reason
    return [(guard, shown(arm)) for guard, arm in value.arms]


@given(st.none() | values, st.lists(st.tuples(values, st.sampled_from(GUARDS)), min_size=1, max_size=4))
def test_gathering_is_guarding_one_by_one(before: Value | None, additions: list[tuple[Value, Condition]]) -> None:
    one_by_one = before
    for value, guard in additions:
        one_by_one = guarded(one_by_one, value, guard)
    assert one_by_one is not None
    assert shown(gathered(before, additions)) == shown(one_by_one)


def test_what_is_known_of_a_list_stays_known_beside_an_unknown_list() -> None:
    joined = merge(Unknown("not known"), ListValue((Known(1),)))
    assert isinstance(joined, ListValue)
    assert [shown(item) for item in joined.items] == ["not known", 1]


def test_a_list_that_hangs_on_a_choice_grows_in_every_arm() -> None:
    guard = GUARDS[1]
    either = choose(((guard, ListValue((Known(1),))), (negate(guard), Known(None))))
    joined = merge(either, ListValue((Known(2),)))
    assert shown(joined) == [(guard, [1, 2]), (negate(guard), [2])]
