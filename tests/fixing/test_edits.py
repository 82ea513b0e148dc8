"""Laws of single edits: what is asked for is there afterwards, everything else reads as before, comments stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stanchion.patching.documents import remove_entry, set_entry
from stanchion.patching.edits import Edit, edited
from stanchion.patching.hcl import remove_argument, set_argument
from stanchion.syntax.document.json import parse_json
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.hcl.nodes import Block, Literal
from stanchion.syntax.hcl.parser import parse
from stanchion.syntax.source import Source

NAMES = st.sampled_from(["a", "bc", "def", "some_longer_name"])
GAPS = st.sampled_from(["", "\n", "  # said before\n", "  // also said\n\n", "  /* and this\n  */\n"])
TAILS = st.sampled_from(["", " # behind", "  // behind"])
VALUES = st.sampled_from(["1", "true", '"x"', "[\n    1, # one\n  ]", "var.x", "<<EOT\ntext\nEOT\n", '"a#b"'])


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """A resource block as somebody may have laid it out."""
    names = draw(st.lists(NAMES, unique=True, max_size=4))
    if draw(st.booleans()) and len(names) < 2:
        inner = f" {names[0]} = 1 " if names else draw(st.sampled_from(["", " "]))
        return f'# head\nresource "t" "n" {{{inner}}} # tail\n'
    lines = ['resource "t" "n" { # head\n']
    for name in names:
        value = draw(VALUES)
        tail = "" if value.endswith("\n") else draw(TAILS) + "\n"
        lines.append(f"{draw(GAPS)}  {name}{draw(st.sampled_from([' ', '   ', '']))}= {value}{tail}")
    if draw(st.booleans()):
        lines.append(f"{draw(GAPS)}  nested {{\n    a = 2 # inside\n  }}{draw(TAILS)}\n")
    text = "".join([*lines, draw(GAPS), "}\n"])
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def read(text: str) -> Block:
    body, problems = parse(Source("main.tf", text))
    assert not problems, (text, problems)
    return body.blocks[0]


def arguments(block: Block) -> dict[str, str]:
    """The arguments of a block as they are written, those of nested blocks among them."""
    text = block.source.text
    own = {name: text[each.value.start : each.value.end] for name, each in block.body.attributes.items()}
    for nested in block.body.blocks:
        own |= {f"{nested.type}.{name}": value for name, value in arguments(nested).items()}
    return own


MARKS = ("# head", "# tail", "said before", "also said", "and this", "# behind", "# inside", "# one")


def words(text: str) -> list[str]:
    """The comments that are still there."""
    return [word for word in MARKS if word in text]


@given(
    blocks(), st.sampled_from(["a", "bc", "new", "a_very_much_longer_name"]), st.sampled_from([True, 7, 'say "${x}"'])
)
def test_an_argument_is_set_and_all_else_stays(text: str, name: str, value: Any) -> None:
    block = read(text)
    before = arguments(block)
    edits = set_argument(block, ((), name), value)
    if edits is None:
        assert not isinstance(block.body.attributes[name].value, Literal)
        return
    after = edited(text, edits)
    found = read(after)
    written = found.body.attributes[name].value
    assert isinstance(written, Literal)
    assert written.value == value
    now = arguments(found)
    del now[name]
    before.pop(name, None)
    assert now == before
    assert words(after) == words(text)
    assert after.count("\r\n") == after.count("\n") if "\r\n" in text else "\r" not in after


@given(blocks(), st.sampled_from([("inner",), ("inner", "most")]))
def test_a_nested_block_is_added(text: str, types: tuple[str, ...]) -> None:
    block = read(text)
    edits = set_argument(block, (tuple((type_, 0) for type_ in types), "on"), True)
    assert edits is not None
    after = edited(text, edits)
    now = arguments(read(after))
    assert now.pop(f"{'.'.join(types)}.on") == "true"
    assert now == arguments(block)
    assert words(after) == words(text)


@given(blocks(), NAMES)
def test_an_argument_is_taken_out_and_all_else_stays(text: str, name: str) -> None:
    block = read(text)
    edits = remove_argument(block, ((), name))
    before = arguments(block)
    if edits is None:
        assert name not in before
        return
    after = edited(text, edits)
    del before[name]
    assert arguments(read(after)) == before
    assert words(after.replace("# one", "")) == words(text.replace("# one", ""))


KEYS = st.sampled_from(["A", "B", "Cc", "Some.Key"])
LEAVES = st.sampled_from([1, True, "x", "a: b", "yes", None, "two\nlines\n"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=8,
)


def with_value(tree: dict[str, Any], way: tuple[str, ...], value: Any) -> dict[str, Any]:
    below = tree.get(way[0], {}) if len(way) > 1 else None
    return {**tree, way[0]: with_value(below, way[1:], value) if isinstance(below, dict) else value}


def mapping(text: str, is_json: bool) -> Mapping:
    source = Source("x", text)
    if is_json:
        node, problems = parse_json(source)
    else:
        nodes, problems = parse_yaml(source)
        node = nodes[0]
    assert not problems
    assert isinstance(node, Mapping)
    return node


@given(
    st.dictionaries(KEYS, TREES, min_size=1, max_size=3),
    st.sampled_from([("A",), ("New",), ("A", "B"), ("New", "Inner"), ("Cc", "New", "Deep")]),
    st.sampled_from([True, 7, "Enabled", "a: #b"]),
    st.sampled_from(["json", "json in one line", "yaml", "yaml in braces"]),
    st.booleans(),
)
def test_an_entry_is_set_and_all_else_stays(
    tree: dict[str, Any], way: tuple[str, ...], value: Any, form: str, crlf: bool
) -> None:
    is_json = form.startswith("json")
    if is_json:
        text = json.dumps(tree, indent=None if "line" in form else 2)
    else:
        text = yaml.safe_dump(tree, default_flow_style="braces" in form, sort_keys=False)
    text = text.replace("\n", "\r\n") if crlf and is_json else text
    edits = set_entry(mapping(text, is_json), way, value, is_json)
    if edits is None:
        return
    after = edited(text, edits)
    expected = with_value(tree, way, value)
    assert (json.loads(after) if is_json else yaml.safe_load(after)) == expected


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a: 1 # one\nb: 2 # two\n", "a: 1 # one\nb: 2 # two\nnew: true\n"),
        ("p:\n  # why\n  a: 1\n\nq: 2\n", "p:\n  # why\n  a: 1\n\nq: 2\nnew: true\n"),
        ("{a: 1}\n", "{a: 1, new: true}\n"),
        ("{\n  a: 1 # one\n}\n", "{\n  a: 1,\n  new: true # one\n}\n"),
    ],
)
def test_an_entry_comes_in_the_style_of_its_neighbours(text: str, after: str) -> None:
    edits = set_entry(mapping(text, False), ("new",), True, False)
    assert edits is not None
    assert edited(text, edits) == after


def test_what_an_alias_or_a_merge_brings_is_not_changed_where_others_use_it() -> None:
    text = "base: &base {on: false}\none: *base\ntwo:\n  <<: *base\n  name: x\n"
    node = mapping(text, False)
    assert set_entry(node, ("one", "on"), True, False) is None
    assert set_entry(node, ("two", "on"), True, False) is None


@given(st.dictionaries(KEYS, LEAVES, min_size=2, max_size=4), st.booleans(), st.booleans())
def test_an_entry_is_taken_out(tree: dict[str, Any], is_json: bool, flow: bool) -> None:
    name = next(iter(tree))
    text = json.dumps(tree, indent=None if flow else 1) if is_json else yaml.safe_dump(tree, default_flow_style=flow)
    edits = remove_entry(mapping(text, is_json), (name,))
    assert edits is not None
    after = edited(text, edits)
    del tree[name]
    assert (json.loads(after) if is_json else yaml.safe_load(after)) == tree


def test_edits_are_made_from_the_end() -> None:
    source = Source("x", "abcdef")
    assert edited("abcdef", [Edit(source, 1, 2, "BBB"), Edit(source, 4, 4, "-"), Edit(source, 5, 6, "")]) == "aBBBcd-e"
