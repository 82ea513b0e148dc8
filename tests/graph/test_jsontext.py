"""JSON text as values, around what is unknown in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Reference, Unknown, Value, choose, plain
from stanchion.graph.jsontext import MAX_DEPTH, structured

scalars = st.none() | st.booleans() | st.integers() | st.text()
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)


@given(st.lists(documents, max_size=4) | st.dictionaries(st.text(), documents, max_size=4), st.booleans())
def test_known_text_is_what_it_spells(document: Any, ascii_only: bool) -> None:
    if "\ue000" in json.dumps(document, ensure_ascii=False) or "\ue001" in json.dumps(document, ensure_ascii=False):
        return
    assert plain(structured(Known(json.dumps(document, ensure_ascii=ascii_only)))) == document


@given(st.text(alphabet='ab"\\/:{}[], \n'), st.text(alphabet='ab"\\/:{}[], \n'))
def test_an_unknown_piece_of_a_string_leaves_the_rest_known(head: str, tail: str) -> None:
    hole = Unknown("not known", references=(Reference("aws_s3_bucket.b", "arn"),))
    before, after = json.dumps(head)[:-1], json.dumps(tail)[1:]
    pieces: tuple[Value, ...] = (
        Known('{"Sid": "x", "Resource": ' + before),
        hole,
        Known(after + ', "Effect": "Allow"}'),
    )
    found = structured(Unknown("not known", parts=pieces))
    assert isinstance(found, MapValue)
    assert plain(found.entries["Sid"]) == "x"
    assert plain(found.entries["Effect"]) == "Allow"
    resource = found.entries["Resource"]
    if not head and not tail:
        assert resource is hole
        return
    assert isinstance(resource, Unknown)
    assert resource.parts is not None
    assert [part.value if isinstance(part, Known) else None for part in resource.parts] == [
        *([head] if head else []),
        None,
        *([tail] if tail else []),
    ]
    assert resource.references == hole.references


def test_an_unknown_piece_may_be_a_whole_value_outside_strings() -> None:
    hole = Unknown("not known")
    found = structured(Unknown("", parts=(Known('{"Statement": ['), hole, Known(', {"Effect": "Deny"}]}'))))
    assert isinstance(found, MapValue)
    statements = found.entries["Statement"]
    assert isinstance(statements, ListValue)
    assert statements.items[0] is hole
    assert plain(statements.items[1]) == {"Effect": "Deny"}


def test_every_arm_of_a_choice_is_read() -> None:
    guard = Is(Undecided("var.open"), True)
    found = structured(choose(((guard, Known('{"a": 1}')), (negate(guard), Known('{"a": 2}')))))
    assert isinstance(found, Choice)
    assert [plain(arm) for _, arm in found.arms] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "text", ["", "no json", '"just text"', "12", '{"a": }', "[" * 5_000, "[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5)]
)
def test_what_is_no_document_stays_text(text: str) -> None:
    given_text = Known(text)
    assert structured(given_text) is given_text


def test_references_of_the_text_stay_on_the_document() -> None:
    reference = Reference("data.aws_iam_policy_document.x", "json")
    assert structured(Known("{}", references=(reference,))).references == (reference,)
