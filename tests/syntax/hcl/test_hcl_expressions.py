"""Expressions: what binds to what, which forms exist, and which do not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from stanchion.syntax.hcl.nodes import Index, Literal, Splat, Template
from stanchion.syntax.hcl.parser import parse, parse_expression
from stanchion.syntax.hcl.walk import Node
from stanchion.syntax.source import Source

Shape = Callable[[Node], str]

READ = [
    # Precedence and grouping.
    ("a || b && c", "(|| a (&& b c))"),
    ("a && b == c", "(&& a (== b c))"),
    ("a == b < c", "(== a (< b c))"),
    ("a < b + c", "(< a (+ b c))"),
    ("a + b * c", "(+ a (* b c))"),
    ("a * b + c", "(+ (* a b) c)"),
    ("a - b - c", "(- (- a b) c)"),
    ("a / b % c * d", "(* (% (/ a b) c) d)"),
    ("a == b != c", "(!= (== a b) c)"),
    ("a >= b <= c > d", "(> (<= (>= a b) c) d)"),
    ("!a && b", "(&& (! a) b)"),
    ("-a.b + c", "(+ (- (. a b)) c)"),
    ("- -a", "(- (- a))"),
    ("!!a", "(! (! a))"),
    ("a ? b : c ? d : e", "(? a b (? c d e))"),
    ("a ? b ? c : d : e", "(? a (? b c d) e)"),
    ("a || b ? c + 1 : d", "(? (|| a b) (+ c 1) d)"),
    ("(a + b) * c", "(* <(+ a b)> c)"),
    ("a-b", "a-b"),
    ("a -b", "(- a b)"),
    # Traversals, indexes, splats.
    ("a.b.c", "(. (. a b) c)"),
    ("a . b", "(. a b)"),
    ('a["b"].c[0]', "(at (. (at a 'b') c) 0)"),
    ("a.0.b", "(. (at a 0) b)"),
    ("a.*.b.c", "(.* a (. (. @ b) c))"),
    ("a.*.b.0.c", "(.* a (. (at (. @ b) 0) c))"),
    ("a.*.b[0]", "(at (.* a (. @ b)) 0)"),
    ("a.*", "(.* a @)"),
    ("a[*].b[0].c", "([*] a (. (at (. @ b) 0) c))"),
    ("a[ * ].b", "([*] a (. @ b))"),
    ("a[*].b[*].c", "([*] a ([*] (. @ b) (. @ c)))"),
    ("f(x).y[1]", "(at (. (f() x) y) 1)"),
    ("[1, 2][0]", "(at [1 2] 0)"),
    ('{ a = 1 }["a"]', "(at {'a'=1} 'a')"),
    ("a[b[c]]", "(at a (at b c))"),
    # Calls.
    ("f()", "(f() )"),
    ("f (a, b,)", "(f() a b)"),
    ("f(a, b...)", "(f() a b ...)"),
    ("provider::aws::parse(a)", "(provider::aws::parse() a)"),
    ("f(\na\n,\nb\n)", "(f() a b)"),
    # Collections.
    ("[]", "[]"),
    ("[a, b, ]", "[a b]"),
    ("{}", "{}"),
    ('{ a = 1, "b" : 2, (c) = 3, 4 = 5 }', "{'a'=1 'b'=2 <c>=3 4=5}"),
    ("{ a = 1\n b = 2, \n\n c = 3 }", "{'a'=1 'b'=2 'c'=3}"),
    ("{ true = false, null = null, if = 1 }", "{'true'=false 'null'=null 'if'=1}"),
    ('{ "${a}" = 1 }', "{(template ${a})=1}"),
    ("{ f(a) = 1 }", "{(f() a)=1}"),
    ("[for v in l : v]", "(for None v l v)"),
    ("[for k, v in m : k if v]", "(for k v m k if v)"),
    ("{for k, v in m : k => v... if v}", "(for k v m k=>v... if v)"),
    ("{\nfor k, v in m :\n k\n => v\n}", "(for k v m k=>v)"),
    ("[forest, for_each]", "[forest for_each]"),
    ("[for in in in : in]", "(for None in in in)"),
    # Words and line ends.
    ("true", "true"),
    ("trueish", "trueish"),
    ("null == false", "(== null false)"),
    ("(a\n+\nb)", "<(+ a b)>"),
    ("a /* b */ + /* c */ d", "(+ a d)"),
    ("[a, # b\n c // d\n]", "[a c]"),
    ("größe.länge", "(. größe länge)"),
    ("हिन्दी", "हिन्दी"),
]

REFUSED = [
    "",
    "a b",
    "a +",
    "a\n+ b",
    "a +\nb",
    "a ? b",
    "a ? b\n: c",
    "[a b]",
    "[,]",
    "[a,,b]",
    "[a",
    "(a",
    "(a, b)",
    "{ a }",
    "{ a = 1 b = 2 }",
    "{ a = 1,, b = 2 }",
    "{ a = 1\n, b = 2 }",
    "{ a = b\n ? c : d }",
    "{ a == 1 }",
    "{ for = 1 }",
    "{ a.b = 1 }",
    "{ a[0] = 1 }",
    "{ a = 1; b = 2 }",
    "[for v in l v]",
    "[for v l : v]",
    "[for a, b, c in l : a]",
    "[for v in l : v => v]",
    "[for v in l : v...]",
    "{for v in l : v}",
    "f(,)",
    "f(a b)",
    "f(a..., b)",
    "f(a...,)",
    "f(",
    "f::(a)",
    "f::g",
    "a.",
    "a.b.",
    "a.*.*",
    "a.0.1",
    "a[]",
    "a[*",
    "a[\n*]",
    "a[0",
    "1.",
    ".5",
    "0x10",
    "1e",
    "10.11.10.12",
    "10.0.0.0/16",
    "'a'",
    "a & b",
    "a | b",
    "a ** b",
    "a...",
    "a => b",
    "(1)(2)",
    "a.b(c)",
    "a \u00a0 b",
    "“a”",
    "/*",
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_reads(text: str, expected: str, shape: Shape) -> None:
    node, problems = parse_expression(Source("x", text))
    assert not problems
    assert shape(node) == expected


@pytest.mark.parametrize("text", REFUSED)
def test_refuses(text: str) -> None:
    source = Source("x", f"a = {text}\n")
    body, problems = parse(source)
    assert problems
    assert list(body.attributes) == ["a"]
    for problem in problems:
        assert problem.kind == "syntax"
        assert problem.place is not None
        assert 0 <= problem.place.start <= problem.place.end <= len(source.text)
    assert parse_expression(Source("x", text))[1]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_reads_and_refuses_the_same(tmp_path: Path) -> None:
    texts = {f"x{number}.tf": text for number, text in enumerate([*(text for text, _ in READ), *REFUSED])}
    for name, text in texts.items():
        (tmp_path / name).write_text(f"a = {text}\n", encoding="utf-8", newline="")
    answer = subprocess.run(
        ["terraform", "fmt", "-no-color", "-write=false", "-list=false", str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null"},
        check=False,
    )
    refused = {texts[name] for name in re.findall(r"\bx\d+\.tf\b", answer.stderr)}
    # Terraform refuses these when it evaluates them: "Ambiguous attribute key".
    assert refused == set(REFUSED) - {"{ a.b = 1 }", "{ a[0] = 1 }"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("007", 7),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.50", Decimal("1.50")),
        ("1e5", Decimal("1e5")),
        ("1.5e-3", Decimal("0.0015")),
        ("2E+3", Decimal(2000)),
    ],
)
def test_numbers(text: str, value: int | Decimal) -> None:
    node, problems = parse_expression(Source("x", text))
    assert not problems
    assert isinstance(node, Literal)
    assert type(node.value) is type(value)
    assert node.value == value


@pytest.mark.parametrize("text", ["9" * 5000, "1e99999", "1e-" + "9" * 100, "1." + "0" * 5000])
def test_numbers_are_bounded(text: str) -> None:
    _, problems = parse_expression(Source("x", text))
    assert [problem.kind for problem in problems] == ["bound"]


def test_two_legacy_indexes_are_reported_and_read() -> None:
    node, problems = parse_expression(Source("x", "a.0.1.b"))
    assert "[0][1]" in problems[0].message
    assert isinstance(node.target.key, Literal)  # type: ignore[union-attr]
    assert isinstance(node.target.target, Index)  # type: ignore[union-attr]


def test_spans_of_an_expression() -> None:
    text = '  a.b[*].c + f("x", -1) ? [1] : { k = "${v}" }  '
    node, problems = parse_expression(Source("x", text))
    assert not problems
    written = {}
    pending: list[Node] = [node]
    from stanchion.syntax.hcl.walk import children

    while pending:
        one = pending.pop()
        written[type(one).__name__] = text[one.start : one.end]
        pending.extend(children(one))
    assert written["Conditional"] == text.strip()
    assert written["BinaryOp"] == 'a.b[*].c + f("x", -1)'
    assert written["Splat"] == "a.b[*].c"
    assert written["SplatItem"] == "[*]"
    assert written["FunctionCall"] == 'f("x", -1)'
    assert written["UnaryOp"] == "-1"
    assert written["TupleCons"] == "[1]"
    assert written["ObjectItem"] == 'k = "${v}"'
    assert written["Template"] == '"${v}"'
    assert written["Interpolation"] == "${v}"


def test_an_expression_inside_a_larger_text_stays_inside() -> None:
    source = Source("x", "xx a.b yy")
    node, problems = parse_expression(source, 3, 6)
    assert not problems
    assert (node.start, node.end) == (3, 6)
    node, problems = parse_expression(source, 3, 5)
    assert problems
    assert "found the end of the text" in problems[0].message


def test_unwrapping_needs_exactly_one_part() -> None:
    node, _ = parse_expression(Source("x", '"${~ x ~} "'))
    assert isinstance(node, Template)
    assert len(node.parts) == 2, "the stripped blank still makes the value a string"


def test_a_full_splat_takes_all_steps_after_it() -> None:
    node, _ = parse_expression(Source("x", "a[*].b[0]"))
    assert isinstance(node, Splat)
    node, _ = parse_expression(Source("x", "a.*.b[0]"))
    assert isinstance(node, Index)
