"""Quoted strings, heredocs and bare templates, by value: a tiny evaluator of literals here, and Terraform's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stanchion.syntax.hcl.nodes import (
    BinaryOp,
    Conditional,
    Interpolation,
    Literal,
    Parentheses,
    Template,
    TemplateFor,
    TemplateIf,
    TupleCons,
    UnaryOp,
    Variable,
)
from stanchion.syntax.hcl.parser import parse, parse_expression, parse_template
from stanchion.syntax.hcl.walk import Node
from stanchion.syntax.source import Source

# Expression and its value.
VALUES: list[tuple[str, object]] = [
    # Strings and escapes.
    ('""', ""),
    ('"a b"', "a b"),
    (r'"\n\r\t\"\\"', '\n\r\t"\\'),
    (r'"\u00e9\U0001F600"', "é😀"),
    (r'"\\n"', "\\n"),
    (r'"\\${1}"', "\\1"),
    ('"e\u0301"', "é"),
    # Dollars and percents that begin nothing.
    ('"$"', "$"),
    ('"$$"', "$$"),
    ('"%"', "%"),
    ('"100% $ $x $ {"', "100% $ $x $ {"),
    ('"$${x}"', "${x}"),
    ('"%%{x}"', "%{x}"),
    ('"$$${x}"', "$${x}"),
    ('"%%%%{x}"', "%%%{x}"),
    ('"$$$$${"', "$$$${"),
    ('"$%{ if true }a%{ endif }"', "$a"),
    ('"%${1}"', "%1"),
    # Interpolation.
    ('"${1}"', 1),
    ('"${true}"', True),
    ('"a${1}b${"c"}"', "a1bc"),
    ('"${"${1}"}"', 1),
    ('"${\n1 +\n1\n}"', 2),
    ('"a${"}"}b"', "a}b"),
    # Strip markers.
    ('"x ${~ 1 ~} z"', "x1z"),
    ('"x ${~ 1 } z"', "x1 z"),
    ('"${~ 1 ~} "', "1"),
    ('" \\n ${~ "a" ~} \\t\\n b"', "ab"),
    ('"x  %{~ if true ~}  y  %{~ endif ~}  z"', "xyz"),
    # Directives.
    ('"%{ if true }a%{ else }b%{ endif }"', "a"),
    ('"%{ if false }a%{ else }b%{ endif }"', "b"),
    ('"%{ if false }a%{ endif }"', ""),
    ('"%{ for v in [1, 2] }<${v}>%{ endfor }"', "<1><2>"),
    ('"%{ for i, v in ["a", "b"] }${i}${v}%{ endfor }"', "0a1b"),
    ('"%{ for v in [true, false] }%{ if v }t%{ else }f%{ endif }%{ endfor }"', "tf"),
    # Heredocs.
    ("<<EOT\nEOT\n", ""),
    ("<<EOT\na\n  b\nEOT\n", "a\n  b\n"),
    ("<<EOT\na\n  EOT\n", "a\n"),
    ("<<EOT\na\nEOT  \t\n", "a\n"),
    ("<<EOT\nEOTX\nEOT.\nEOT EOT\nEOT\n", "EOTX\nEOT.\nEOT EOT\n"),
    ("<<EOT\n${1}EOT\nEOT\n", "1EOT\n"),
    ('<<EOT\na\\n $${x} %%{y} $ % "q" #\nEOT\n', 'a\\n ${x} %{y} $ % "q" #\n'),
    ("<<EOT\r\na\r\nb\r\nEOT\r\n", "a\r\nb\r\n"),
    ("<<EOT\n${1}\nEOT\n", "1\n"),
    ("<<EOT\n${1}${2}\n\n${3}\nEOT\n", "12\n\n3\n"),
    ('"${<<EOT\nin\nEOT\n}"', "in\n"),
    # Strip markers in heredocs reach to the end of the line, or back to its beginning.
    ("<<EOT\nfoo\n   ${~ 1 ~}\n   bar\nEOT\n", "foo\n1   bar\n"),
    ("<<EOT\n%{ for v in [1, 2] ~}\n  s ${v}\n%{ endfor ~}\nEOT\n", "  s 1\n  s 2\n"),
    # Flush heredocs.
    ("<<-EOT\n  a\n    b\n  EOT\n", "a\n  b\n"),
    ("<<-EOT\n  a\n b\n\tc\nEOT\n", " a\nb\nc\n"),
    ("<<-EOT\n    a\n      b ${1}\n\n   \n    c\n  EOT  \n", "a\n  b 1\n\n   \nc\n"),
    ("<<-EOT\n\n\nEOT\n", "\n\n"),
    ("<<-EOT\n    ${1}\n      b\n  EOT\n", "1\n  b\n"),
    ("<<-EOT\n  a\n${1}\n  EOT\n", "  a\n1\n"),
    ("<<-EOT\n    a ${1 ~}   \n      b\n    c\n  EOT\n", "a 1      b\nc\n"),
    ("<<-EOT\n    %{ if true ~}\n    a\n    %{ endif ~}\n  EOT\n", "    a\n"),
    ("<<-EOT\n    %{ if true }\n    a\n    %{ else }\n    b\n    %{ endif }\n  EOT\n", "\na\n\n"),
    ("<<-EOT\n  a\r\n    b\r\n  EOT\n", "a\r\n  b\r\n"),
    # Precedence.
    ("1 + 2 * 3 - 4 % 3", 6),
    ("-1 + - 2", -3),
    ("!true || true", True),
    ("1 < 2 == true", True),
    ("2 + 2 == 4 && !(1 > 2)", True),
    ("false ? 1 : true ? 2 : 3", 2),
    ("true ? false ? 1 : 2 : 3", 2),
    ("10 - 3 - 2", 5),
    ("2 * (3 + 4)", 14),
]


def value_of(node: Node, names: dict[str, object]) -> object:
    """The value of what is made of literals only."""
    match node:
        case Literal():
            return node.value
        case Variable():
            return names[node.name]
        case Parentheses():
            return value_of(node.inner, names)
        case Template():
            if len(node.parts) == 1 and isinstance(node.parts[0], Interpolation):
                return value_of(node.parts[0].expression, names)
            return "".join(text_of(part, names) for part in node.parts)
        case Conditional():
            return value_of(node.then if value_of(node.condition, names) else node.otherwise, names)
        case UnaryOp():
            value = value_of(node.operand, names)
            return not value if node.operator == "!" else -value  # type: ignore[operator]
        case BinaryOp():
            operator = {"&&": "and", "||": "or"}.get(node.operator, node.operator)
            return eval(
                f"left {operator} right", {"left": value_of(node.left, names), "right": value_of(node.right, names)}
            )
    raise AssertionError(node)


def text_of(part: Node, names: dict[str, object]) -> str:
    match part:
        case TemplateIf():
            chosen = part.then if value_of(part.condition, names) else part.otherwise
            return "".join(text_of(inner, names) for inner in chosen)
        case TemplateFor():
            assert isinstance(part.collection, TupleCons)
            texts: list[str] = []
            for index, item in enumerate(part.collection.items):
                scope = names | {part.value: value_of(item, names)} | ({part.key: index} if part.key else {})
                texts.extend(text_of(inner, scope) for inner in part.body)
            return "".join(texts)
        case Interpolation():
            return str(value_of(part.expression, names))
    return str(value_of(part, names))


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value(text: str, expected: object) -> None:
    node, problems = parse_expression(Source("x", text))
    assert not problems
    assert value_of(node, {}) == expected


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_terraform_agrees(tmp_path: Path) -> None:
    lines = "".join(f"jsonencode({text}\n),\n" for text, _ in VALUES)
    (tmp_path / "main.tf").write_text(f"locals {{\n  all = [\n{lines}]\n}}\n", encoding="utf-8", newline="")
    answer = subprocess.run(
        ["terraform", "console", "-no-color"],
        input="jsonencode(local.all)\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1"},
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    theirs = [json.loads(one) for one in json.loads(json.loads(answer.stdout))]
    assert dict(zip((text for text, _ in VALUES), theirs, strict=True)) == dict(VALUES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r'"\/"', r"\/ is no escape sequence"),
        (r'"\u12"', r"\u needs four hexadecimal digits"),
        (r'"\U0001F60"', r"\U needs eight hexadecimal digits"),
        (r'"\ud83d"', r"\ud83d is no character"),
        (r'"\U00110000"', r"\U00110000 is no character"),
    ],
)
def test_bad_escapes_are_reported_at_the_backslash(text: str, message: str) -> None:
    node, problems = parse_expression(Source("x", text))
    assert isinstance(node, Literal)
    assert message in problems[0].message
    assert problems[0].place is not None
    assert problems[0].place.start == 1


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('"%{ if a }b"', 'expected "endif"', "%{ if a }"),
        ('"%{ for a in b }c"', 'expected "endfor"', "%{ for a in b }"),
        ('"a%{ endif }"', 'found "endif"', "%{ endif }"),
        ('"%{ if a }%{ endfor }"', 'expected "endif" for line 1, found "endfor"', "%{ endfor }"),
        ('"%{ for a in b }%{ else }%{ endfor }"', 'found "else"', "%{ else }"),
        ('"%{ if a }%{ else }%{ else }%{ endif }"', 'found another "else"', "%{ else }"),
        ('"%{ while a }"', "expected if, else, endif, for or endfor", "while"),
        ('"${a b}"', "expected an operator or a closing brace", "b"),
        ('"${}"', "expected an expression", "}"),
        ('"abc', "expected a closing quote", '"'),
        ('"abc\n"', "expected a closing quote", '"'),
        ("<<EOT\nabc\n", "expected a line with only EOT", "<<EOT"),
        ("<<EOT\nabc\nEOT", "expected a line with only EOT", "<<EOT"),
        ("<< EOT\nabc\nEOT\n", "expected the marker of a heredoc", "EOT"),
        ("<<EOT x\nabc\nEOT\n", "expected the marker of a heredoc", "EOT"),
    ],
)
def test_broken_templates_are_reported_in_place(text: str, message: str, place: str) -> None:
    source = Source("x", f"a = {text}")
    _, problems = parse(source)
    assert message in problems[0].message
    assert problems[0].place is not None
    assert source.text[problems[0].place.start : problems[0].place.end] == place


def test_bare_templates() -> None:
    def read(text: str) -> object:
        node, problems = parse_template(Source("x", f"<{text}>"), 1, len(text) + 1)
        assert not problems
        assert (node.start, node.end) == (1, len(text) + 1)
        return node.value if isinstance(node, Literal) else value_of(node, {})

    assert read("") == ""
    assert read('a "b" \\n\n$${c}\n') == 'a "b" \\n\n${c}\n'
    assert read("${1}") == 1
    assert read("a\n%{ for v in [1, 2] ~}\n${v},\n%{ endfor ~}\nb") == "a\n1,\n2,\nb"


def test_a_broken_bare_template_is_missing() -> None:
    node, problems = parse_template(Source("x", "a ${"), 0, 4)
    assert type(node).__name__ == "Missing"
    assert problems[0].kind == "syntax"


def test_the_span_of_a_heredoc_ends_with_its_marker() -> None:
    source = Source("x", "a = <<EOT\nb\n  EOT  \nc = 1\n")
    body, _ = parse(source)
    value = body.attributes["a"].value
    assert source.text[value.start : value.end] == "<<EOT\nb\n  EOT"


def test_labels_are_decoded_and_cannot_hold_templates() -> None:
    body, problems = parse(Source("x", 'a "b\\"c" "$${d}" e {\n}\n'))
    assert not problems
    assert [label.value for label in body.blocks[0].labels] == ['b"c', "${d}", "e"]
    body, problems = parse(Source("x", 'a "${b}" {\n}\n'))
    assert "a label cannot hold" in problems[0].message
    assert body.blocks[0].label(0) == "${b}"
