"""JSON documents: values and places laid beside Python's own reader, and what is kept of broken ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.syntax.document.json import MAX_DEPTH, MAX_DIGITS, MAX_PROBLEMS, parse_json
from stanchion.syntax.document.nodes import Mapping, Scalar, Sequence
from stanchion.syntax.source import Problem, Source

from .conftest import nodes_of, same, value_of

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def read(text: str) -> tuple[object, list[Problem]]:
    node, problems = parse_json(Source("x.json", text))
    return value_of(node), problems


def place_of(problem: Problem) -> tuple[int, int]:
    assert problem.place is not None
    return problem.place.start, problem.place.end


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=25,
)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_documents_are_read_as_python_reads_them_and_every_span_alone(
    value: object, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    node, problems = parse_json(Source("x", f" {text}\n"))
    assert not problems
    assert node is not None
    assert same(value_of(node), value)
    for part in nodes_of(node):
        written = part.source.text[part.start : part.end]
        assert same(value_of(part), json.loads(written))
        if isinstance(part, Mapping):
            for entry in part.entries.values():
                assert (entry.start, entry.end) == (entry.key.start, entry.value.end)


@pytest.mark.parametrize("path", sorted(CORPUS.rglob("*.json")), ids=lambda path: path.name)
def test_real_files_are_read_as_python_reads_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    value, problems = read(text)
    assert not problems
    assert same(value, json.loads(text))


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        '"a"',
        '"a":',
        "1",
        "-",
        "0.5",
        "1e9",
        "true",
        "nul",
        "\\",
        '"\\u12',
        '"\\ud83d"',
        *("\n", " ", "\t", "'", "//", "x", "é", "😀", "\x00", "\ud800", '{"k":['),
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=50).map("".join)))
def test_any_text_is_read_every_node_lies_in_it_and_no_fault_is_silent(text: str) -> None:
    node, problems = parse_json(Source("x", text))
    for part in nodes_of(node) if node is not None else ():
        assert 0 <= part.start < part.end <= len(text)
    for problem in problems:
        start, end = place_of(problem)
        assert 0 <= start <= end <= len(text)
    try:
        expected = json.loads(text, parse_constant=lambda word: pytest.fail(word) if not problems else None)
    except (ValueError, RecursionError):
        assert problems
    else:
        if not problems and "\\u" not in text:
            assert same(value_of(node), expected)


@pytest.mark.parametrize(
    ("text", "kept", "places"),
    [
        ('{"a": 1,}', {"a": 1}, [(7, 8)]),
        ("[1, 2,]", [1, 2], [(5, 6)]),
        ("[1 2]", [1, 2], [(2, 3)]),
        ('{"a": 1\n "b": 2}', {"a": 1, "b": 2}, [(7, 8)]),
        ('{"a" 1, "b": 2}', {"a": 1, "b": 2}, [(4, 5)]),
        ('{"a": , "b": 2}', {"b": 2}, [(6, 7)]),
        ('{"a": }', {}, [(6, 7)]),
        ('{"a", "b": 2}', {"b": 2}, [(4, 5)]),
        ('{"a": [1, {"b": 2', {"a": [1, {"b": 2}]}, [(10, 11)]),
        ('{"a": [1, 2, "b": 3}', {"a": [1, 2, "b"]}, [(16, 17), (16, 17), (6, 7)]),
        ('{"a": "open\n, "b": 2}', {"a": "open", "b": 2}, [(6, 11)]),
        ('{a: 1, "b": x}', {"a": 1, "b": "x"}, [(1, 2), (12, 13)]),
        ("{'a': 1, \"b\": 2}", {"b": 2}, [(1, 2)]),
        ('{"a": 1}}', {"a": 1}, [(8, 9)]),
        ('["a\tb"]', ["a\tb"], [(1, 6)]),
        ('["a\t\\"b\\u0041"]', ['a\t"bA'], [(1, 14)]),
        ('["\\q\\n"]', ["\\q\n"], [(2, 4)]),
        ("[01]", ["01"], [(1, 3)]),
        ("[NaN, -, 1.]", ["NaN", "-", "1."], [(1, 4), (6, 7), (9, 11)]),
        ("", None, [(0, 0)]),
        ("}", None, [(0, 1), (0, 1)]),
    ],
)
def test_a_fault_is_told_where_it_is_and_the_rest_is_kept(
    text: str, kept: object, places: list[tuple[int, int]]
) -> None:
    value, problems = read(text)
    assert value == kept
    assert [place_of(problem) for problem in problems] == places
    assert {problem.kind for problem in problems} == {"syntax"}


def test_two_surrogate_escapes_are_one_character_and_one_alone_is_none() -> None:
    value, problems = read('["\\ud83d\\ude00", "\\ud83d!", "\\u00e9\\/"]')
    assert not problems
    assert value == ["\U0001f600", "\ufffd!", "é/"]


def test_numbers_that_python_cannot_hold_stay_text() -> None:
    long = "9" * (MAX_DIGITS + 1)
    value, problems = read(f"[1e999, -1e999, {long}, {'9' * MAX_DIGITS}]")
    assert not problems
    assert value == ["1e999", "-1e999", long, int("9" * MAX_DIGITS)]


def test_a_leaf_keeps_its_text_and_whether_it_was_quoted() -> None:
    node, _ = parse_json(Source("x", '{"a": 1.50, "b": "1.50", "c": null}'))
    assert isinstance(node, Mapping)
    leaves = [entry.value for entry in node.entries.values() if isinstance(entry.value, Scalar)]
    assert [(leaf.value, leaf.text, leaf.quoted) for leaf in leaves] == [
        (1.5, "1.50", False),
        ("1.50", "1.50", True),
        (None, "null", False),
    ]


def test_nesting_up_to_the_bound_is_read_and_one_more_is_told() -> None:
    _, problems = read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert not problems
    _, problems = read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert [(problem.kind, place_of(problem)[0]) for problem in problems] == [("bound", MAX_DEPTH)]


@pytest.mark.parametrize("piece", ["[", '{"a":', '[{"a":['])
def test_nesting_without_end_keeps_what_stands_before_it(piece: str) -> None:
    node, problems = parse_json(Source("x", '{"first": 1, "deep": ' + piece * 10_000))
    assert [problem.kind for problem in problems] == ["bound"]
    assert isinstance(node, Mapping)
    assert value_of(node.get("first")) == 1


@pytest.mark.parametrize("piece", ["x ", '"\x01', '"\\\n', "}", ",", "{'", '"\x01"x', '"a'])
def test_faults_without_end_end_the_reading(piece: str) -> None:
    """Also on one very long line, where looking for its end for each fault would never be done."""
    node, problems = parse_json(Source("x", '[{"first": 1}, ' + piece * 300_000))
    assert 0 < len(problems) <= MAX_PROBLEMS + 1
    assert isinstance(node, Sequence)
    assert value_of(node.items[0]) == {"first": 1}


def test_of_a_repeated_key_the_last_counts_and_it_is_reported() -> None:
    value, problems = read('{"a": 1, "a": 2}')
    assert value == {"a": 2}
    assert [place_of(problem) for problem in problems] == [(9, 12)]
    assert [problem.grave for problem in problems] == [False]
