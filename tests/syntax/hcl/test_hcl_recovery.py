"""What a broken file still gives: the problem in its place, and everything else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from stanchion.syntax.hcl.nodes import Block, Body
from stanchion.syntax.hcl.parser import parse
from stanchion.syntax.hcl.reference import MAX_CHARACTERS, parse_checked, second_opinion
from stanchion.syntax.source import Source

BodyShape = Callable[[Body], list[object]]

# Name, text, problems as (line, column, part of the message), the tree.
BROKEN: list[tuple[str, str, list[tuple[int, int, str]], list[object]]] = [
    (
        "no value",
        "a =\nb = 1\n",
        [
            (
                1,
                4,
                "expected an expression, found the end of the line; the value of a is taken as unknown, read on "
                "at line 2",
            )
        ],
        [("a", "MISSING"), ("b", "1")],
    ),
    (
        "unclosed bracket before the next argument",
        'x {\n  a = ["b",\n  c = 1\n}\ny {\n}\n',
        [(3, 5, "expected a comma or a closing bracket for the one opened on line 2, found =")],
        [(("x",), [("a", "MISSING"), ("c", "1")]), (("y",), [])],
    ),
    (
        "unclosed bracket at the end",
        "a = 1\nb = [1, 2",
        [(2, 5, "expected a closing bracket for the one opened on line 2, found the end of the text")],
        [("a", "1"), ("b", "MISSING")],
    ),
    (
        "unclosed parenthesis",
        "a = f(1\nb = g(2)\n",
        [(2, 1, "expected a comma or a closing parenthesis for the one opened on line 1, found b")],
        [("a", "MISSING"), ("b", "(g() 2)")],
    ),
    (
        "missing value in an object",
        "x {\n  a = {\n    b =\n    c = 2\n  }\n  d = 1\n}\n",
        [(3, 8, "expected an expression")],
        [(("x",), [("a", "MISSING"), ("d", "1")])],
    ),
    (
        "unclosed object swallows no blocks",
        'x "a" {\n  b = {\n    c = 1\n}\n\ny "d" {\n  e = 1\n}\n',
        [(1, 7, "expected a closing brace for the block opened on line 1; read on at line 6")],
        [(("x", "a"), [("b", "{'c'=1}")]), (("y", "d"), [("e", "1")])],
    ),
    (
        "unclosed block",
        "x {\n  a = 1\n\ny {\n  b = 1\n}\n\nz {\n}\n",
        [(1, 3, "expected a closing brace for the block opened on line 1; read on at line 4")],
        [(("x",), [("a", "1")]), (("y",), [("b", "1")]), (("z",), [])],
    ),
    (
        "two unclosed blocks",
        "x {\n  a = 1\n  y {\n    b = 1\n\nz {\n  c = 1\n}\n",
        [(3, 5, "for the block opened on line 3; read on at line 6"), (1, 3, "opened on line 1; read on at line 6")],
        [(("x",), [("a", "1"), (("y",), [("b", "1")])]), (("z",), [("c", "1")])],
    ),
    (
        "unclosed block in a file without indentation",
        'resource "a" "b" {\ningress {\nc = 1\n}\nresource "d" "e" {\n}\n',
        [(1, 18, "expected a closing brace for the block opened on line 1; read on at line 5")],
        [(("resource", "a", "b"), [(("ingress",), [("c", "1")])]), (("resource", "d", "e"), [])],
    ),
    (
        "unclosed quote",
        'x {\n  a = "b\n  c = "d"\n}\n',
        [(2, 7, "expected a closing quote for the string opened here, found the end of the line")],
        [(("x",), [("a", "MISSING"), ("c", "'d'")])],
    ),
    (
        "unclosed interpolation",
        'x {\n  a = "${b\n  c = "d"\n}\n',
        [(3, 3, "expected an operator or a closing brace for the one opened on line 2, found c")],
        [(("x",), [("a", "MISSING"), ("c", "'d'")])],
    ),
    (
        "unclosed heredoc",
        "x {\n  a = <<EOT\n  {\n}\n\ny {\n  b = 1\n}\n",
        [(2, 7, "expected a line with only EOT"), (1, 3, "expected a closing brace")],
        [(("x",), [("a", "MISSING")]), (("y",), [("b", "1")])],
    ),
    (
        "broken interpolation in a heredoc",
        "a = <<EOT\n${b c}\n}\nd = 2\nEOT\ne = 1\n",
        [(2, 5, "expected an operator or a closing brace")],
        [("a", "MISSING"), ("e", "1")],
    ),
    (
        "unclosed comment",
        "a = 1\n/* b = 2\nc = 3\n",
        [(2, 1, "expected */ for the comment opened here")],
        [("a", "1")],
    ),
    (
        "attribute set twice",
        "a = 1\nb = 2\na = 3\n",
        [(3, 1, "a is set a second time, after line 1; the first one is kept")],
        [("a", "1"), ("b", "2")],
    ),
    (
        "two arguments on a line",
        "a = 1 b = 2\n",
        [(1, 7, "expected a new line before the next argument")],
        [("a", "1"), ("b", "2")],
    ),
    (
        "more behind a value",
        "a = true false\nb = 1\n",
        [(1, 10, "expected a new line, found false")],
        [("a", "MISSING"), ("b", "1")],
    ),
    (
        "address without quotes",
        "a = 10.11.10.12/32\nb = 1\n",
        [(1, 5, "10.11.10.12 is not a number; an address or a version needs quotes")],
        [("a", "MISSING"), ("b", "1")],
    ),
    (
        "commas after arguments",
        "x {\n  a = 1,\n  b = 2\n}\n",
        [(2, 8, "expected a new line, found a comma")],
        [(("x",), [("a", "1"), ("b", "2")])],
    ),
    (
        "several arguments in a one-line block",
        "x { a = 1, b = 2 }\n",
        [(1, 10, "expected a new line, found a comma")],
        [(("x",), [("a", "1"), ("b", "2")])],
    ),
    (
        "one-line block goes on",
        "x { a = 1\n}\n",
        [(1, 1, "expected a closing brace on line 1")],
        [(("x",), [("a", "1")])],
    ),
    (
        "block in a one-line block",
        "x { y {} }\n",
        [(1, 5, "a block on one line can hold an argument, but no block"), (1, 10, "expected a new line before")],
        [(("x",), [(("y",), [])])],
    ),
    (
        "blocks on one line",
        "x {} y {}\nz {\n}\n",
        [(1, 6, "expected a new line, found y")],
        [(("x",), []), (("z",), [])],
    ),
    (
        "brace on the next line",
        'x "y"\n{\n  a = 1\n}\n',
        [(2, 1, "expected the opening brace of x on the same line")],
        [(("x", "y"), [("a", "1")])],
    ),
    (
        "closing brace too many",
        "x {\n}\n}\na = 1\n",
        [(3, 1, "found a closing brace that nothing opened")],
        [(("x",), []), ("a", "1")],
    ),
    (
        "quoted argument name",
        '"a" = 1\nb = 2\n',
        [(1, 1, "expected the name of an argument or of a block, found a quote")],
        [("b", "2")],
    ),
    (
        "half a header",
        'resource "aws_\nx {\n}\n',
        [(1, 10, "expected a closing quote")],
        [(("x",), [])],
    ),
    (
        "a name alone",
        "x {\n  a\n  b = 1\n}\n",
        [(2, 4, "expected = and a value, or a label or an opening brace, after a, found the end of the line")],
        [(("x",), [("b", "1")])],
    ),
    (
        "a reference where a name should be",
        "a.b = 1\nc = 2\n",
        [(1, 2, "expected = and a value, or a label or an opening brace, after a, found .")],
        [("c", "2")],
    ),
    (
        "a broken block header loses its block only",
        "x y.z {\n  a = 1\n}\nb {\n}\n",
        [(1, 4, "expected an opening brace for the block x, found .")],
        [(("b",), [])],
    ),
    (
        "line end in a conditional in an object",
        "x {\n  a = {\n    b = c\n    ? 1 : 2\n  }\n  d = 1\n}\n",
        [(4, 5, "expected an expression, found ?")],
        [(("x",), [("a", "MISSING"), ("d", "1")])],
    ),
    (
        "nothing but dirt",
        "@\n§\na = 1\n",
        [(1, 1, "found @"), (2, 1, "§ is not a name")],
        [("a", "1")],
    ),
]


@pytest.mark.parametrize(("text", "expected", "tree"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_broken(text: str, expected: list[tuple[int, int, str]], tree: list[object], body_shape: BodyShape) -> None:
    source = Source("x", text)
    body, problems = parse(source)
    assert body_shape(body) == tree
    assert len(problems) == len(expected), [problem.message for problem in problems]
    for problem, (line, column, message) in zip(problems, expected, strict=True):
        assert problem.place is not None
        assert message in problem.message
        assert source.position(problem.place.start) == (line, column)


def blocks_at_the_top(text: str, body_shape: BodyShape) -> list[tuple[Block, object]]:
    body, _ = parse(Source("x", text))
    return [
        (block, (block.type, [label.value for label in block.labels], body_shape(block.body))) for block in body.blocks
    ]


def test_a_file_cut_off_anywhere_keeps_its_whole_blocks(hcl_fixtures: dict[str, str], body_shape: BodyShape) -> None:
    text = hcl_fixtures["estate.tf"]
    whole = blocks_at_the_top(text, body_shape)
    for cut in range(len(text) + 1):
        kept = blocks_at_the_top(text[:cut], body_shape)
        before = [(block, shape) for block, shape in whole if block.end <= cut]
        assert [shape for _, shape in kept[: len(before)]] == [shape for _, shape in before], cut
        assert [block.end for block, _ in kept[: len(before)]] == [block.end for block, _ in before], cut


def test_a_line_missing_anywhere_costs_its_own_block_only(hcl_fixtures: dict[str, str], body_shape: BodyShape) -> None:
    """Also the line with a closing brace, bracket or heredoc marker: what follows is read as ever."""
    text = hcl_fixtures["estate.tf"]
    whole = blocks_at_the_top(text, body_shape)
    lines = text.splitlines(keepends=True)
    at = 0
    for number, line in enumerate(lines, 1):
        shapes = [shape for _, shape in blocks_at_the_top(text[:at] + text[at + len(line) :], body_shape)]
        for block, shape in whole:
            if not block.start <= at <= block.end:
                assert shape in shapes, (number, line, block.type)
        at += len(line)


@pytest.mark.parametrize("typed", ["[", "{", "(", '"', "${", '"${', "= ", "x = ", "x {", "<<EOT", "f(", "]", ")", ","])
def test_typing_inside_a_block_keeps_the_others(
    typed: str, hcl_fixtures: dict[str, str], body_shape: BodyShape
) -> None:
    text = hcl_fixtures["estate.tf"]
    whole = blocks_at_the_top(text, body_shape)
    for line in re.finditer(r"^  \w+ += .*\n", text, re.MULTILINE):
        at = line.start()
        shapes = [shape for _, shape in blocks_at_the_top(f"{text[:at]}  {typed}\n{text[at:]}", body_shape)]
        for block, shape in whole:
            if not block.start <= at <= block.end:
                assert shape in shapes, (at, block.type)


DEEP = ["[", "{a=", "(", "-", "!", "f(", "a[", '"${', "a ? b : ", "a ? ", "[for a in ", "{a=[(", "<<E\n${"]
LONG = [".a", "[0]", "[*]", " || a", '["a"]', ".a.0"]


@pytest.mark.parametrize("opening", DEEP)
def test_deep_nesting_is_a_problem(opening: str) -> None:
    body, problems = parse(Source("x", f"a = {opening * 20_000}\nb {{\n}}\n"))
    assert problems[0].kind == ("syntax" if opening.startswith("<<") else "bound")
    assert "a" in body.attributes


@pytest.mark.parametrize("link", LONG)
def test_long_chains_are_a_problem(link: str) -> None:
    _, problems = parse(Source("x", f"a = a{link * 20_000}\nb = 1\n"))
    assert [problem.kind for problem in problems] == ["bound"]
    _, problems = parse(Source("x", f"a = a{link * 90}\nb = 1\n"))
    assert not problems


def test_nested_blocks_are_bounded() -> None:
    body, problems = parse(Source("x", "a {\n" * 50_000 + "}\n" * 50_000 + "b {\n}\n"))
    assert [problem.kind for problem in problems] == ["bound"]
    assert [block.type for block in body.blocks] == ["a", "b"]
    deep, problems = parse(Source("x", "a {\n" * 150 + "}\n" * 150))
    assert not problems
    assert len(deep.blocks) == 1


def test_the_list_of_problems_is_bounded() -> None:
    _, problems = parse(Source("x", "a = \n" * 10_000))
    assert len(problems) == 201
    assert problems[-1].kind == "bound"


def test_a_deep_stack_of_the_caller_is_a_problem_too() -> None:
    def deeper(levels: int) -> list[str]:
        if levels:
            return deeper(levels - 1)
        return [problem.kind for problem in parse(Source("x", "a = " + "[" * 190 + "]" * 190 + "\n"))[1]]

    assert deeper(10) == []
    assert deeper(700) == ["bound"]


def test_the_second_reader_is_asked() -> None:
    strict = Source("x", "a = 1\na = 2\n")
    _, problems = parse_checked(strict)
    assert "python-hcl2, the second reader, reads this file without an error" in problems[0].message
    assert problems[0].message.startswith(parse(strict)[1][0].message)
    _, problems = parse_checked(Source("x", "a = [1 2]\n"))
    assert problems
    assert "python-hcl2" not in problems[0].message
    assert parse_checked(Source("x", "a = 1\n"))[1] == []


@pytest.mark.parametrize("text", ['a = "x\n', "a = <<EOT\n", "a = 1 /*\n", "a = " + "[" * 300 + "\n"])
def test_the_second_reader_is_spared(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Source) -> bool:
        raise AssertionError(source)

    monkeypatch.setattr("stanchion.syntax.hcl.reference.second_opinion", refuse)
    assert parse_checked(Source("x", text))[1]


def test_the_second_reader_has_no_opinion_on_large_files() -> None:
    assert not second_opinion(Source("x", "#" * MAX_CHARACTERS + "\n"))
    assert second_opinion(Source("x", "a = 1"))
