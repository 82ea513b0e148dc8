"""YAML documents: places, keys, aliases, bounds, and what is kept of broken ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence
from stanchion.syntax.document.yaml import MAX_ALIASED, MAX_DEPTH, MAX_PROBLEMS, parse_yaml
from stanchion.syntax.source import Problem, Source

from .conftest import FIXTURES, nodes_of, value_of


def read(text: str) -> tuple[object, list[Problem]]:
    nodes, problems = parse_yaml(Source("x.yaml", text))
    return (value_of(nodes[0]) if nodes else None), problems


def mapping_of(text: str) -> Mapping:
    (node,), problems = parse_yaml(Source("x.yaml", text))
    assert not problems
    assert isinstance(node, Mapping)
    return node


def slice_of(node: Node | None) -> str:
    assert node is not None
    return node.source.text[node.start : node.end]


def place_of(problem: Problem) -> str:
    assert problem.place is not None
    position = problem.place.source.position(problem.place.start)
    return f"{position.line}:{position.column}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k: plain words # comment", "plain words"),
        ("k: 'it''s'", "'it''s'"),
        ("k: !Sub a-${b}", "!Sub a-${b}"),
        ("k: !Sub 'x'", "!Sub 'x'"),
        ("k: &a 1", "&a 1"),
        ("k: |\n  one\n  two\n\n\nl: 1", "|\n  one\n  two"),
        ("k: !Sub >-\n  one\n\n  two  \n\n", "!Sub >-\n  one\n\n  two"),
        ("k: |\nl: 1", "|"),
        ("k: [1, {a: b}] # c", "[1, {a: b}]"),
        ("k:\n  - 1\n  - b: 2\n\n# c\nl: 1", "- 1\n  - b: 2"),
        ("k:\n- 1\n- 2\nl: 3", "- 1\n- 2"),
        ("k: !If\n  - a\n  - [b]\n# ]\n", "!If\n  - a\n  - [b]"),
        ("k:\n  a: 1\n# ends with ]", "a: 1"),
        ("k:\n  a: &x {b: 1}\n  c: *x\n", "a: &x {b: 1}\n  c: *x"),
        ("k: 😀é # 1", "😀é"),
        ("k: a\r\n  b\r\nl: 1\r\n", "a\r\n  b"),
        ("k: a\u2028  b\nl: 1", "a\u2028  b"),
    ],
)
def test_spans_hold_what_was_written_and_no_more(text: str, expected: str) -> None:
    assert slice_of(mapping_of(text).get("k")) == expected


def test_a_key_without_a_value_stands_behind_its_colon() -> None:
    node = mapping_of("a:   # nothing\nb: 1\n").get("a")
    assert isinstance(node, Scalar)
    assert (node.value, node.text, node.quoted, node.start, node.end) == (None, "", False, 2, 2)


def test_an_entry_runs_from_its_key_to_its_value_even_when_that_is_an_alias() -> None:
    node = mapping_of("one: &a\n  x: 1\ntwo: *a\n")
    entry = node.entries["two"]
    assert node.source.text[entry.start : entry.end] == "two: *a"
    assert entry.value is node.get("one")


def test_an_alias_as_a_key_stands_where_it_is_written() -> None:
    node = mapping_of("a: &k name\n*k : 2\n")
    assert value_of(node) == {"a": "name", "name": 2}
    assert slice_of(node.entries["name"].key) == "*k"


def test_places_count_characters_in_a_file_with_windows_line_ends() -> None:
    with (FIXTURES / "crlf.yaml").open(encoding="utf-8", newline="") as file:
        source = Source("crlf.yaml", file.read())
    (root,), problems = parse_yaml(source)
    assert not problems
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    assert isinstance(resources, Mapping)
    bucket = resources.get("B")
    assert isinstance(bucket, Mapping)
    assert slice_of(bucket.get("Text")) == "|\r\n      one\r\n      two"
    assert value_of(bucket.get("Text")) == "one\ntwo\n"
    assert source.position(resources.entries["C"].start) == (8, 3)


def test_tags_of_ones_own_are_kept_and_keep_their_text() -> None:
    node = mapping_of("a: !Ref yes\nb: !Sub 12\nc: !If [x, 1, 2]\nd: !X {a: 1}\ne: !!str 12\nf: ! 12\ng: !GetAtt\n")
    tags = {name: entry.value.tag for name, entry in node.entries.items()}
    assert tags == {"a": "!Ref", "b": "!Sub", "c": "!If", "d": "!X", "e": None, "f": None, "g": "!GetAtt"}
    assert value_of(node) == {"a": "yes", "b": "12", "c": ["x", 1, 2], "d": {"a": 1}, "e": "12", "f": 12, "g": ""}


def test_quotes_keep_text_as_text() -> None:
    node = mapping_of("a: '12'\nb: \"yes\"\nc: |\n  12\nd: 12\n")
    assert [value_of(entry.value) for entry in node.entries.values()] == ["12", "yes", "12\n", 12]
    leaves = [entry.value for entry in node.entries.values()]
    assert [leaf.quoted for leaf in leaves if isinstance(leaf, Scalar)] == [True, True, True, False]


def test_a_value_that_its_tag_does_not_fit_is_reported_and_stays_text() -> None:
    value, problems = read("a: !!int twelve\nb: !!bool 1\n")
    assert value == {"a": "twelve", "b": "1"}
    assert [place_of(problem) for problem in problems] == ["1:4", "2:4"]


def test_of_a_repeated_key_the_last_counts_and_it_is_reported() -> None:
    value, problems = read("a: 1\nb: 2\na: 3\n'b': 4\n")
    assert value == {"a": 3, "b": 4}
    assert [place_of(problem) for problem in problems] == ["3:1", "4:1"]
    assert "first on line 1" in problems[0].message


def test_merged_keys_stand_behind_ones_own() -> None:
    value, problems = read("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*b, *a], z: 5}\nd: {'<<': 1}\n")
    assert not problems
    assert value == {"a": {"x": 1, "y": 2}, "b": {"y": 3, "z": 4}, "c": {"z": 5, "y": 3, "x": 1}, "d": {"<<": 1}}


def test_what_cannot_be_merged_or_be_a_key_is_reported_where_it_stands() -> None:
    value, problems = read("a:\n  <<: 1\n  b: 2\n[1, 2]: 3\nc: 4\n")
    assert value == {"a": {"b": 2}, "c": 4}
    assert sorted(place_of(problem) for problem in problems) == ["2:7", "4:1"]


@pytest.mark.parametrize(("text", "why"), [("a: *b", "names no anchor"), ("a: &b [*b]", "stands inside")])
def test_an_alias_of_nothing_and_of_itself_is_null(text: str, why: str) -> None:
    value, problems = read(text)
    assert value in ({"a": None}, {"a": [None]})
    assert why in problems[0].message


def test_anchors_end_with_their_document() -> None:
    nodes, problems = parse_yaml(Source("x", "a: &x 1\n---\nb: *x\n"))
    assert [value_of(node) for node in nodes] == [{"a": 1}, {"b": None}]
    assert len(problems) == 1


def test_a_yaml_bomb_is_stopped_before_it_goes_off() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    nodes, problems = parse_yaml(Source("x", "\n".join(levels)))
    assert [problem.kind for problem in problems] == ["bound"]
    assert place_of(problems[0]).startswith("6:")
    assert sum(1 for _ in nodes_of(nodes[0])) <= MAX_ALIASED + 200


def test_many_nodes_without_aliases_are_no_bomb() -> None:
    text = "[" + "1, " * (MAX_ALIASED + 10) + "]"
    nodes, problems = parse_yaml(Source("x", text))
    assert not problems
    assert isinstance(nodes[0], Sequence)
    assert len(nodes[0].items) == MAX_ALIASED + 10


def test_aliases_cannot_nest_deeper_than_the_bound() -> None:
    """Each level of aliases adds one: few nodes, but more levels than any reader behind us stands."""
    text = "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 600))
    nodes, problems = parse_yaml(Source("x", text))
    assert [problem.kind for problem in problems] == ["bound"]
    assert isinstance(nodes[0], Mapping)
    deepest = nodes[0].get(f"a{MAX_DEPTH - 2}")
    depth = 1
    while isinstance(deepest, Sequence):
        deepest = deepest.items[0] if deepest.items else None
        depth += 1
    assert depth == MAX_DEPTH


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "[a, ", '{"a":'])
def test_nesting_without_end_stops_at_the_bound(piece: str) -> None:
    nodes, problems = parse_yaml(Source("x", piece * 10_000))
    assert any(problem.kind == "bound" for problem in problems)
    assert len(nodes) == 1


def test_nesting_up_to_the_bound_is_read() -> None:
    _, problems = read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert not problems
    _, problems = read("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert [place_of(problem) for problem in problems] == [f"1:{MAX_DEPTH + 1}"]


def test_faults_without_end_are_counted_not_listed() -> None:
    _, problems = read("a: 1\n" * 1000)
    assert len(problems) == MAX_PROBLEMS + 1
    assert "949 more" in problems[-1].message


@pytest.mark.parametrize(
    ("text", "kept", "place"),
    [
        ("a: 1\nb:\n  c: 2\n  d: [1, 2\ne: 3\n", {"a": 1, "b": {"c": 2, "d": [1, "2 e"]}}, "5:2"),
        ("a: 1\nb: 'open\nc: 3\n", {"a": 1, "b": None}, "2:4"),
        ("a: 1\nb:\n  - [1, [2, 3", {"a": 1, "b": [[1, [2, 3]]]}, "3:9"),
        ("a:\n  b: 1\n c: 2\n", {"a": {"b": 1}}, "3:2"),
        ("a: b: c\n", {"a": "b"}, "1:5"),
        ('a: 1\nb: "\\q"\n', {"a": 1, "b": None}, "2:5"),
        ("a: 1\n@x: 2\n", {"a": 1}, "2:1"),
        ("a: {b: 1, c\n", {"a": {"b": 1, "c": None}}, "1:4"),
    ],
)
def test_of_a_broken_document_what_stands_before_the_fault_is_kept(text: str, kept: object, place: str) -> None:
    value, problems = read(text)
    assert value == kept
    assert [place_of(problem) for problem in problems] == [place]
    assert problems[0].kind == "syntax"
    assert problems[0].message.endswith("what stands before the fault was read")


def test_a_forbidden_character_costs_itself_and_nothing_else() -> None:
    value, problems = read("é: 1\n" + "".join(f"k{n}: v\n" for n in range(5000)) + "bad: a\x00b\x07\nlast: 2\n")
    assert isinstance(value, dict)
    assert (value["é"], value["bad"], value["last"], len(value)) == (1, "a\ufffdb\ufffd", 2, 5003)
    assert [place_of(problem) for problem in problems] == ["5002:7"]
    assert "2 such characters" in problems[0].message


def test_a_lone_surrogate_from_an_editor_is_read() -> None:
    value, problems = read("a: x\ud800\n")
    assert value == {"a": "x\ufffd"}
    assert len(problems) == 1


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n", "%YAML 1.1\n"])
def test_a_stream_without_a_document_has_none(text: str) -> None:
    nodes, _ = parse_yaml(Source("x", text))
    assert nodes == []


WORDS = """a b: : - ? [ ] { } , & &a *a << !Ref !!int ! | > |2 ' " # --- ... % @ ` 1 0x \\ ~ yes é 😀"""
BLANKS = [" ", "  ", "\n", "\n  ", "\n- ", "\r\n", "\t", "\ufeff", "\x85", "\x00", "\ud800", "k: ", "<<: *a\n"]
PIECES = st.sampled_from([*WORDS.split(), *BLANKS])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join)))
def test_any_text_is_read_and_every_node_lies_in_it(text: str) -> None:
    nodes, problems = parse_yaml(Source("x", text))
    for root in nodes:
        for node in nodes_of(root):
            assert 0 <= node.start <= node.end <= len(text)
    for problem in problems:
        assert problem.place is not None
        assert 0 <= problem.place.start <= problem.place.end
        assert problem.message
        assert "\n" not in problem.message
