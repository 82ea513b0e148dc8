"""YAML values laid beside those of PyYAML's own loader, and every span read on its own."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence
from stanchion.syntax.document.yaml import parse_yaml
from stanchion.syntax.source import Source

from .conftest import FIXTURES, nodes_of, same, value_of

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
FILES = sorted([*FIXTURES.glob("*.yaml"), *CORPUS.rglob("*.yaml"), *CORPUS.rglob("*.yml")])


class Peer(yaml.CSafeLoader):
    """PyYAML's loader with what CloudFormation does otherwise: dates are text, tags of its own carry their node."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":value"))]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """Keys as they are written, of a repeated one the last, those of `<<` behind the others."""
        if not isinstance(node, yaml.MappingNode):
            raise yaml.constructor.ConstructorError(None, None, "expected a mapping", node.start_mark)
        plain: dict[str, Any] = {}
        merged: list[Any] = []
        for key, value in node.value:
            if key.tag.endswith(":merge"):
                merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            else:
                plain.pop(key.value, None)
                plain[key.value] = self.construct_object(value, deep=True)
        for mapping in merged:
            for key, value in self.construct_mapping(mapping, deep=True).items():
                plain.setdefault(key, value)
        return plain


def _local(loader: Peer, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


Peer.add_multi_constructor("!", _local)


def _mapping(loader: Peer, node: yaml.MappingNode) -> Any:
    return loader.construct_mapping(node, deep=True)


Peer.add_constructor("tag:yaml.org,2002:map", _mapping)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_values_are_those_of_pyyaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    nodes, problems = parse_yaml(Source(path.name, text))
    expected = [document for document in yaml.load_all(text, Loader=Peer)]  # noqa: C416
    assert [problem.message for problem in problems if "defined twice" not in problem.message] == []
    assert same([value_of(node) for node in nodes], expected)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_span_read_alone_gives_the_same_value(path: Path) -> None:
    source = Source(path.name, path.read_text(encoding="utf-8"))
    seen = 0
    for root in parse_yaml(source)[0]:
        for node in nodes_of(root):
            text = source.text[node.start : node.end]
            if re.search(r"\*\w|[|>][-+0-9]", text):
                continue  # an alias without its anchor, or a block text whose end the next line decides
            assert alone(node, text, value_of(node)), (node, text)
            seen += 1
    assert seen > 5


def alone(node: Node, text: str, expected: object) -> bool:
    """Whether a stretch of text, set at its column, gives the expected value."""
    column = node.source.position(node.start).column
    again, problems = parse_yaml(Source("alone", " " * (column - 1) + text + "\n"))
    if text == "":
        return expected is None
    if len(again) != 1 or any("defined twice" not in problem.message for problem in problems):
        return False
    if isinstance(node, Scalar) and isinstance(expected, str):
        # As an entry of a flow collection or a key, plain text means the same alone unless it looks like another thing.
        return str(getattr(again[0], "text", "")).rstrip("\n") == expected.rstrip("\n")
    return same(stripped(value_of(again[0])), stripped(expected))


def stripped(value: object) -> object:
    """Without line ends at the end of texts: a block text's last one lies behind its span."""
    if isinstance(value, dict):
        return {key: stripped(part) for key, part in value.items()}
    if isinstance(value, list):
        return [stripped(part) for part in value]
    return value.rstrip("\n") if isinstance(value, str) else value


WORDLIKE = ["yes", "No", "oN", "~", "null", "NULL", "y", "true", "nUll", "=", "<"]


@given(st.from_regex(r"\A[-+]?[0-9._:eExXbaf~+-]{0,12}\Z") | st.sampled_from(WORDLIKE))
@example("0_")
@example("190:20:30.15")
@example("0o17")
def test_plain_scalars_are_typed_as_pyyaml_types_them(text: str) -> None:
    if re.match(r"[-+]\.\d", text):
        return  # by YAML 1.1 a number, to PyYAML text
    try:
        expected = yaml.load(f"[{text}]", Loader=Peer)
    except (yaml.YAMLError, ValueError):
        return
    nodes, problems = parse_yaml(Source("x", f"[{text}]"))
    assert not problems
    got = value_of(nodes[0])
    if isinstance(expected, list) and len(expected) == 1 and isinstance(expected[0], float):
        if not math.isfinite(expected[0]):
            assert got == [text]
            return
        assert isinstance(got, list)
        assert got == pytest.approx(expected)
        return
    assert same(got, expected)


#: PyYAML's writer takes the line ends that only YAML 1.1 knows for plain text, its C reader does not.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans() | st.none(), st.sampled_from([None, '"', "'", "|", ">"]), st.booleans())
def test_what_pyyaml_writes_is_read_back(value: object, flow: bool | None, style: str | None, wide: bool) -> None:
    written = yaml.safe_dump(
        value,
        default_flow_style=flow,
        default_style=style,
        allow_unicode=wide,
        width=20 if wide else 80,
        sort_keys=False,
    )
    nodes, problems = parse_yaml(Source("x", written))
    assert not problems
    assert same(value_of(nodes[0]), value)


def test_the_slow_twin_gives_the_same_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML can be installed without its C parser; places and values must not hang on it."""
    source = Source("forms.yaml", (FIXTURES / "forms.yaml").read_text(encoding="utf-8"))
    fast, _ = parse_yaml(source)
    monkeypatch.setattr("stanchion.syntax.document.yaml._parser", lambda text: yaml.SafeLoader(text))
    slow, problems = parse_yaml(source)
    assert not problems
    assert [shape(node) for node in nodes_of(slow[0])] == [shape(node) for node in nodes_of(fast[0])]


def shape(node: Node) -> tuple[object, ...]:
    if isinstance(node, Scalar):
        return (node.start, node.end, node.value, node.text, node.quoted, node.tag)
    return (type(node), node.start, node.end, node.tag, len(node.items if isinstance(node, Sequence) else node.entries))


def test_the_mapping_helper_of_this_test_agrees_on_merges() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {x: 3}\nc: {<<: [*b, *a], y: 4}\n"
    expected = {"x": 3, "y": 4}
    assert yaml.safe_load(text)["c"] == expected
    (root,), _ = parse_yaml(Source("x", text))
    assert isinstance(root, Mapping)
    assert value_of(root.get("c")) == {"y": 4, "x": 3}
