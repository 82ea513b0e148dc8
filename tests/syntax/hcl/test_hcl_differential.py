"""Our parser beside tree-sitter-hcl and python-hcl2: the same attributes and blocks in the same places."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stanchion.syntax.hcl.nodes import Body, Conditional
from stanchion.syntax.hcl.parser import parse
from stanchion.syntax.hcl.walk import Node, walk
from stanchion.syntax.source import Source

SHARED = Path(__file__).parents[4] / "shared"
# What ours calls the nodes that tree-sitter-hcl has as nodes of their own.
NODES = {
    "function_call": "FunctionCall",
    "tuple": "TupleCons",
    "object": "ObjectCons",
    "object_elem": "ObjectItem",
    "for_expr": "ForExpr",
    "conditional": "Conditional",
    "binary_operation": "BinaryOp",
    "unary_operation": "UnaryOp",
    "template_interpolation": "Interpolation",
}

Facts = set[tuple[object, ...]]


def values(body: Body) -> Iterator[tuple[int, int, Node]]:
    """Beginning, end of the name, and value of every attribute at any depth."""
    bodies = [body]
    while bodies:
        one = bodies.pop()
        bodies.extend(block.body for block in one.blocks)
        for attribute in one.attributes.values():
            yield attribute.start, attribute.name_end, attribute.value


def our_structure(body: Body) -> Facts:
    facts: Facts = {("attribute", start, name_end, value.start, value.end) for start, name_end, value in values(body)}
    bodies = [body]
    while bodies:
        one = bodies.pop()
        bodies.extend(block.body for block in one.blocks)
        facts.update(("block", block.start, block.end, len(block.labels)) for block in one.blocks)
    return facts


def our_nodes(body: Body) -> Facts:
    found = (node for _, _, value in values(body) for node in walk(value))
    kinds = set(NODES.values())
    return {(type(node).__name__, node.start, node.end) for node in found if type(node).__name__ in kinds}


def tree_sitter_facts(text: str) -> tuple[Facts, Facts]:
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_hcl")
    data = text.encode()
    characters = list(range(len(data) + 1))
    if len(data) != len(text):
        at = 0
        for index, character in enumerate(text):
            characters[at] = index
            at += len(character.encode())
        characters[at] = len(text)
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(data)
    assert not tree.root_node.has_error
    structure: Facts = set()
    nodes: Facts = set()
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        children = node.children
        pending.extend(children)
        start, end = characters[node.start_byte], characters[node.end_byte]
        if node.type == "attribute":
            name, value = children[0], next(child for child in children if child.type == "expression")
            edges = (name.end_byte, value.start_byte, value.end_byte)
            structure.add(("attribute", start, *(characters[edge] for edge in edges)))
        elif node.type == "block":
            labels = [child for child in children[1:] if child.type in ("string_lit", "identifier")]
            structure.add(("block", start, end, len(labels)))
        elif node.type == "template_interpolation" and text[start - 1 : start] == "$":
            pass  # `$$${`: it takes that for a dollar's escape and an interpolation, Terraform for a dollar and `$${`
        elif node.type in NODES:
            nodes.add((NODES[node.type], start, end))
    return structure, nodes


def python_hcl2_facts(text: str) -> Facts:
    hcl2 = pytest.importorskip("hcl2")
    facts: Facts = set()
    pending: list[Any] = [hcl2.parses_to_tree(text if text.endswith("\n") else text + "\n")]
    while pending:
        node = pending.pop()
        if not hasattr(node, "data"):
            continue
        pending.extend(node.children)
        if node.data == "attribute":
            name, value = node.children[0].meta, node.children[2]
            facts.add(("attribute", name.start_pos, name.end_pos, value.meta.start_pos, lark_end(value, text)))
        elif node.data == "block":
            labels = [child for child in node.children[1:] if getattr(child, "data", "") in ("string", "identifier")]
            facts.add(("block", node.meta.start_pos, node.meta.end_pos, len(labels)))
    return facts


def lark_end(value: Any, text: str) -> int:
    """Where a value ends: in python-hcl2's tree operations hold the comments behind them, heredocs a line end."""
    tokens = value.scan_values(lambda token: token.type != "NL_OR_COMMENT")
    start, end = max((token.start_pos, token.end_pos) for token in tokens)
    return int(start + len(text[start:end].rstrip()))


def nests_conditionals(body: Body) -> bool:
    """Whether a conditional is another's last part, which tree-sitter-hcl groups from the left."""
    nodes = (node for _, _, value in values(body) for node in walk(value))
    return any(isinstance(node, Conditional) and isinstance(node.otherwise, Conditional) for node in nodes)


def compare(files: Iterable[tuple[str, str]], *, second_reader: bool) -> int:
    compared = 0
    for path, text in files:
        body, problems = parse(Source(path, text))
        assert not problems, (path, problems[0].message)
        structure, nodes = tree_sitter_facts(text)
        assert our_structure(body) == structure, path
        ours = our_nodes(body)
        if nests_conditionals(body):
            nodes = {fact for fact in nodes if fact[0] != "Conditional"}
            ours = {fact for fact in ours if fact[0] != "Conditional"}
        assert ours == nodes, path
        if second_reader:
            assert our_structure(body) == python_hcl2_facts(text), path
        compared += 1
    return compared


def test_own_fixtures(hcl_fixtures: dict[str, str]) -> None:
    files = [(path, text) for path, text in hcl_fixtures.items() if "/" not in path]
    assert compare(files, second_reader=True) >= 4


@pytest.mark.parametrize(
    "path",
    [
        "comments.tf",
        "line_ends.tf",
        "names.tf",
        "nested_conditionals.tf",
        "numbers.tf",
        "strip_markers.tf",
        "terminator.tf",
    ],
)
def test_where_the_others_differ(path: str, hcl_fixtures: dict[str, str]) -> None:
    text = hcl_fixtures[f"oracles_differ/{path}"]
    body, problems = parse(Source(path, text))
    assert not problems
    ours = our_structure(body)
    agree = []
    for facts in (lambda: tree_sitter_facts(text)[0], lambda: python_hcl2_facts(text)):
        try:
            agree.append(facts() == ours)  # type: ignore[no-untyped-call]
        except Exception:
            agree.append(False)
    if path == "nested_conditionals.tf":
        assert agree == [True, True]
        assert tree_sitter_facts(text)[1] != our_nodes(body)
    else:
        assert sorted(agree) == [False, True], "one of the two reads it as we do, the other does not"


@pytest.mark.skipif(not (SHARED / "corpus").is_dir(), reason="no corpus beside the project")
@pytest.mark.parametrize("folder", ["terragoat-aws", "terraform-aws-vpc"])
def test_corpus(folder: str) -> None:
    paths = sorted((SHARED / "corpus" / folder).rglob("*.tf"))
    assert compare(((str(path), path.read_text(encoding="utf-8")) for path in paths), second_reader=True) > 10


@pytest.mark.skipif(not (SHARED / "conformance").is_dir(), reason="no labelled cases beside the project")
def test_labelled_cases() -> None:
    texts = {}
    with gzip.open(SHARED / "conformance" / "labels.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            texts.update({text: case["id"] for path, text in case["files"].items() if path.endswith(".tf")})
    readable = [(path, text) for text, path in texts.items() if not parse(Source(path, text))[1]]
    assert len(texts) - len(readable) <= 2, "Terraform refuses some of the cases too"
    assert compare(readable, second_reader=True) > 100
