"""What holds for every text: no crash, spans in order and inside each other; and valid trees survive being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stanchion.syntax.hcl.nodes import Attribute, Block, Body, Expression
from stanchion.syntax.hcl.parser import parse, parse_expression, parse_template
from stanchion.syntax.hcl.walk import Node, children, deeper_than, walk
from stanchion.syntax.source import Source

# Pieces that mean something to HCL, so that random texts reach past the first word.
WORDS = """a b-c for in if else endfor true null 1 2.5 1e3 "x" "${ %{ ~} $${ } { [ ] ( ) , . .. ... * [*] .* = == => ?
    : :: ! - + / && || < > <<EOT <<-E EOT # // /* */ \\ \\n ' “ é resource"""
BLANK_WORDS = [" ", "\n", "\r\n", "\t", '"', "a = ", "x {\n", "}\n", "EOT\n", "<<EOT\n", "\x00", "\u00a0", "\ud7ff"]
PIECES = st.sampled_from([*WORDS.split(), *BLANK_WORDS])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=60).map(" ".join))


def check_spans(node: Node) -> None:
    for parent in walk(node):
        assert parent.start <= parent.end
        at = parent.start
        for child in children(parent):
            assert at <= child.start, (parent, child)
            at = child.end
        assert at <= parent.end or at == parent.start


def check_body(body: Body, text: str) -> None:
    assert 0 <= body.start <= body.end <= len(text)
    items: list[Attribute | Block] = [*body.attributes.values(), *body.blocks]
    items.sort(key=lambda item: item.start)
    at = body.start
    for item in items:
        assert at <= item.start < item.end <= body.end
        at = item.end
    for name, attribute in body.attributes.items():
        assert text[attribute.start : attribute.name_end] == name == attribute.name
        assert attribute.name_end <= attribute.value.start <= attribute.value.end == attribute.end
        assert not deeper_than(attribute.value, 200)
        check_spans(attribute.value)
    for block in body.blocks:
        assert text.startswith(block.type, block.start)
        at = block.start + len(block.type)
        for label in block.labels:
            assert at <= label.start < label.end <= block.header_end
            at = label.end
        assert block.header_end < block.body.start <= block.body.end <= block.end
        check_body(block.body, text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    body, problems = parse(Source("x", text))
    check_body(body, text)
    for problem in problems:
        assert problem.place is not None
        assert 0 <= problem.place.start <= problem.place.end <= len(text)
        assert "\n" not in problem.message


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 50), st.integers(0, 50))
def test_any_expression_and_template_is_read(text: str, first: int, second: int) -> None:
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    for node, problems in (
        parse_expression(Source("x", text)),
        parse_expression(Source("x", text), start, end),
        parse_template(Source("x", text), start, end),
    ):
        check_spans(node)
        assert (type(node).__name__ == "Missing") <= bool(problems)
    assert start <= node.start <= node.end <= end


def test_spans_of_the_fixtures(hcl_fixtures: dict[str, str]) -> None:
    for path, text in hcl_fixtures.items():
        body, problems = parse(Source(path, text))
        assert not problems, path
        check_body(body, text)


def test_line_ends_change_nothing_but_heredocs(
    hcl_fixtures: dict[str, str], body_shape: Callable[[Body], list[object]]
) -> None:
    for path, text in hcl_fixtures.items():
        windows, problems = parse(Source(path, text.replace("\n", "\r\n")))
        assert not problems, path
        unix = body_shape(parse(Source(path, text))[0])
        assert re.sub(r"\\+r", "", repr(body_shape(windows))) == re.sub(r"\\+r", "", repr(unix)), path


# Valid expressions, each as the text and the shape it must have.
Pair = tuple[str, str]
NAMES = ["a", "b_c", "d-e", "forest", "iff", "_x", "é", "var"]
BLANKS = ["", "", " ", "\t", " /* c */ "]
GAPS = ["", "", " ", "\n", " # c\n", "\r\n ", " // c\n\n", "/* \n */"]
LEVELS = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]]
LEVEL = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
# Without dollars and percents that would be read together with an escape or an interpolation behind them.
TEXT = st.text(st.sampled_from('ab \t${}%~"\\\n\rñ#/'), max_size=6).filter(
    lambda text: "$$" not in text and "%%" not in text and text[-1:] not in ("$", "%")
)


def quoted(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("${", "$${"), ("%{", "%%{")):
        value = value.replace(plain, escaped)
    return f'"{value}"'


class Writer:
    """Writes expressions of a bounded depth, every choice drawn by hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def one(self, choices: Sequence[str]) -> str:
        return self.draw(st.sampled_from(choices))

    def count(self, low: int, high: int) -> range:
        return range(self.draw(st.integers(low, high)))

    def gap(self) -> str:
        return self.one(GAPS)

    def blank(self) -> str:
        return self.one(BLANKS)

    def expression(self, depth: int) -> Pair:
        kinds = [self.scalar]
        if depth:
            kinds += [self.steps, self.call, self.brackets, self.braces, self.loop, self.template, self.operation]
            kinds += [self.parentheses, self.conditional]
        return self.draw(st.sampled_from(kinds))(depth - 1)

    def scalar(self, depth: int) -> Pair:
        kind = self.one(["number", "word", "name", "text"])
        if kind == "text":
            text = self.draw(TEXT)
            return quoted(text), repr(text)
        number = str(self.draw(st.integers(0, 10**9)))
        text = {"number": number, "word": self.one(["true", "false", "null"]), "name": self.one(NAMES)}[kind]
        return text, text

    def parentheses(self, depth: int) -> Pair:
        text, shape = self.expression(depth)
        return f"({self.gap()}{text}{self.gap()})", f"<{shape}>"

    def name(self, depth: int) -> Pair:
        name = self.one(NAMES)
        return name, name

    def many(self, depth: int) -> tuple[str, str]:
        items = [self.expression(depth) for _ in self.count(0, 3)]
        text = ",".join(f"{self.gap()}{text}{self.gap()}" for text, _ in items)
        return text, " ".join(shape for _, shape in items)

    def call(self, depth: int) -> Pair:
        name = self.one(["f", "jsonencode", "provider::aws::f"])
        text, shape = self.many(depth)
        tail = self.one(["", ",", "..."]) if shape else ""
        return f"{name}({text}{tail}{self.gap()})", f"({name}() {shape}{' ...' if tail == '...' else ''})"

    def brackets(self, depth: int) -> Pair:
        text, shape = self.many(depth)
        return f"[{text}{self.one(['', ',']) if shape else ''}{self.gap()}]", f"[{shape}]"

    def braces(self, depth: int) -> Pair:
        text, shapes = "", []
        for _ in self.count(0, 3):
            kind = self.one(["name", "text", "parentheses"])
            key, key_shape = self.parentheses(depth) if kind == "parentheses" else self.name(depth)
            if kind == "name":
                key_shape = repr(key)
            elif kind == "text":
                plain = self.draw(TEXT)
                key, key_shape = quoted(plain), repr(plain)
            value, shape = self.expression(depth)
            end = self.one([",", "\n", ",\n", " # c\n"])
            text += f"{self.gap()}{key}{self.blank()}{self.one('=:')}{self.blank()}{value}{end}"
            shapes.append(f"{key_shape}={shape}")
        return f"{{{text}{self.gap()}}}", f"{{{' '.join(shapes)}}}"

    def loop(self, depth: int) -> Pair:
        (collection, c), (key, k), (value, v), (test, t) = (self.expression(depth) for _ in range(4))
        one, two = self.one(NAMES), self.one(NAMES)
        pair = self.draw(st.booleans())
        names = f"{one}{self.gap()},{self.gap()}{two}" if pair else two
        shape = f"{one if pair else None} {two} {c}"
        condition, ct = (f" if {test}", f" if {t}") if self.draw(st.booleans()) else ("", "")
        head = f"{self.gap()}for {names} in {collection}{self.gap()}:{self.gap()}"
        if self.draw(st.booleans()):
            return f"[{head}{value}{condition}{self.gap()}]", f"(for {shape} {v}{ct})"
        dots = self.one(["", "..."])
        text = f"{{{head}{key}{self.gap()}=>{self.gap()}{value}{dots}{condition}{self.gap()}}}"
        return text, f"(for {shape} {k}=>{v}{dots}{ct})"

    def template(self, depth: int) -> Pair:
        written, parts = "", []
        for index in range(2 * len(self.count(1, 3)) + 1):
            if index % 2:
                text, shape = self.expression(depth)
                written += f"${{{self.gap()}{text}{self.gap()}}}"
                parts.append(f"${{{shape}}}")
            elif text := self.draw(TEXT):
                written += quoted(text)[1:-1]
                parts.append(repr(text))
        return f'"{written}"', f"(template {' '.join(parts)})"

    def steps(self, depth: int) -> Pair:
        text, shape = self.draw(st.sampled_from([self.name, self.parentheses, self.call]))(depth)
        for _ in self.count(1, 3):
            kind, name = self.one(["attribute", "index", "legacy", "splat", "full"]), self.one(NAMES)
            if kind == "attribute":
                text, shape = f"{text}.{name}", f"(. {shape} {name})"
            elif kind == "index":
                key, key_shape = self.expression(depth)
                text, shape = f"{text}[{self.gap()}{key}{self.gap()}]", f"(at {shape} {key_shape})"
            elif kind == "legacy":
                text, shape = f"{text}.0.{name}", f"(. (at {shape} 0) {name})"
            elif kind == "splat":
                return f"{text}.*.{name}[1]", f"(at (.* {shape} (. @ {name})) 1)"
            else:
                return f"{text}[*].{name}[1]", f"([*] {shape} (at (. @ {name}) 1))"
        return text, shape

    def operand(self, depth: int) -> Pair:
        text, shape = self.draw(st.sampled_from([self.scalar, self.steps, self.parentheses]))(depth)
        sign = self.one(["", "", "-", "!"])
        return (f"{sign}{text}", f"({sign} {shape})") if sign else (text, shape)

    def operation(self, depth: int) -> Pair:
        """A chain of operators on operands that bind tighter than any of them, grouped by precedence climbing."""
        text, shape = self.operand(depth)
        pending: list[Pair] = []
        for _ in self.count(1, 4):
            operator = self.one(sorted(LEVEL))
            right, right_shape = self.operand(depth)
            text += f" {self.blank()}{operator}{self.blank()} {right}"
            while pending and LEVEL[pending[-1][0]] >= LEVEL[operator]:
                before, left = pending.pop()
                shape = f"({before} {left} {shape})"
            pending.append((operator, shape))
            shape = right_shape
        for operator, left in reversed(pending):
            shape = f"({operator} {left} {shape})"
        return text, shape

    def conditional(self, depth: int) -> Pair:
        text, shape = self.expression(depth)
        for _ in self.count(1, 2):
            (condition, c), (then, t) = self.operation(depth), self.expression(depth)
            text = f"{condition}{self.blank()} ?{self.blank()} {then} {self.blank()}: {self.blank()}{text}"
            shape = f"(? {c} {t} {shape})"
        return text, shape

    def body(self, depth: int) -> tuple[str, list[object]]:
        text = ""
        tree: list[object] = []
        for name in self.draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
            value, shape = self.expression(2)
            text += f"{self.gap()}{name}{self.blank()}={self.blank()}{value}{self.one(['', ' # c', ' /* c */'])}\n"
            tree.append((name, shape))
        for _ in self.count(0, 2 if depth else 0):
            labels = [self.one(NAMES), self.draw(TEXT)][: len(self.count(0, 2))]
            header = [self.one(NAMES), *labels[:1], *map(quoted, labels[1:])]
            inside, inner = self.body(depth - 1)
            text += f"{self.gap()}{' '.join(header)}{self.blank()}{{{self.one(['', ' # c'])}\n{inside}}}\n"
            tree.append(((header[0], *labels), inner))
        return text, tree


@st.composite
def expressions(draw: st.DrawFn) -> Pair:
    return Writer(draw).expression(3)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[object]]:
    return Writer(draw).body(2)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pair=expressions())
def test_a_written_tree_is_read_back(shape: Callable[[Expression], str], pair: Pair) -> None:
    text, expected = pair
    node, problems = parse_expression(Source("x", text))
    assert not problems, (text, problems[0].message)
    assert shape(node) == expected, text
    assert (node.start, node.end) == (0, len(text))
    check_spans(node)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pair=files())
def test_a_written_file_is_read_back(
    body_shape: Callable[[Body], list[object]], pair: tuple[str, list[object]]
) -> None:
    text, expected = pair
    body, problems = parse(Source("x", text))
    assert not problems, (text, problems[0].message)
    assert body_shape(body) == expected
    check_body(body, text)
