"""What functions give when not all of their arguments are known."""

from __future__ import annotations

import pytest

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.terraform.expressions.propagation import words
from stanchion.evaluation.terraform.functions import Context, call
from stanchion.evaluation.values import (
    Choice,
    Known,
    ListValue,
    MapValue,
    Reference,
    Unknown,
    Value,
    plain,
)

CONTEXT = Context(read=lambda path: None, render=lambda source, variables: Known(source.text))
ON = Is(Undecided("var.on"), True)


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


def run(name: str, *arguments: Value) -> Value:
    return call(name, list(arguments), None, CONTEXT)


def text(value: str) -> Known:
    return Known(value)


def listed(*items: Value, kind: str = "tuple") -> ListValue:
    return ListValue(items, kind=kind)


def variable(name: str, type_: str | None = None) -> Unknown:
    return Unknown(f"{name} has no default", variable=Undecided(name), type=type_)


def known(value: Value) -> object:
    assert isinstance(value, Known | ListValue | MapValue), value
    return plain(value)


X = variable("var.x", "string")
ITEMS = variable("var.items", "list")
TAGS = variable("var.tags", "map")


def test_a_list_with_an_unknown_element_still_has_a_length_and_its_other_elements() -> None:
    items = listed(text("a"), X, text("b"))
    assert known(run("length", items)) == 3
    assert known(run("element", items, Known(2))) == "b"
    assert run("element", items, Known(1)) is X
    assert known(run("reverse", items).items[0]) == "b"  # type: ignore[union-attr]
    assert run("concat", items, listed(text("c"))).items[1] is X  # type: ignore[union-attr]
    assert known(run("slice", items, Known(2), Known(3))) == ["b"]


def test_a_set_with_an_unknown_element_has_no_known_length() -> None:
    assert isinstance(run("length", run("toset", listed(text("a"), X))), Unknown)
    assert known(run("length", run("toset", listed(X)))) == 1


def test_equal_calls_on_equal_unknowns_are_the_same_variable() -> None:
    one, other = run("length", ITEMS), run("length", variable("var.items", "list"))
    assert isinstance(one, Unknown)
    assert isinstance(other, Unknown)
    assert one.variable == other.variable == Undecided("length(var.items)")
    assert one.type == "number"
    assert one.reason == "var.items has no default"


def test_what_gives_another_value_each_time_has_no_variable() -> None:
    for made in (run("uuid"), run("timestamp"), run("bcrypt", text("x"))):
        assert isinstance(made, Unknown)
        assert made.variable is None


def test_joined_and_formatted_texts_keep_their_known_parts() -> None:
    joined = run("join", text("-"), listed(text("a"), X, text("b")))
    assert isinstance(joined, Unknown)
    assert [part.value if isinstance(part, Known) else part for part in joined.parts or ()] == ["a-", X, "-b"]
    assert words(joined) == '"a-${var.x}-b"'
    formatted = run("format", text("arn:%s:%d"), X, Known(3))
    assert isinstance(formatted, Unknown)
    assert words(formatted) == '"arn:${var.x}:3"'
    formatted = run("formatlist", text("%s/%s"), listed(text("a"), X), text("z"))
    assert isinstance(formatted, ListValue)
    assert known(formatted.items[0]) == "a/z"
    assert words(formatted.items[1]) == '"${var.x}/z"'


def test_merging_an_unknown_map_keeps_what_comes_after_it() -> None:
    merged = run("merge", MapValue({"a": text("1")}), TAGS, MapValue({"Name": text("web")}))
    assert isinstance(merged, MapValue)
    assert merged.rest is not None
    assert known(merged.entries["Name"]) == "web"
    assert isinstance(merged.entries["a"], Unknown), "the unknown map may have overridden it"
    assert isinstance(run("keys", merged), Unknown)
    assert isinstance(run("length", merged), Unknown)
    assert known(run("lookup", merged, text("Name"))) == "web"
    assert isinstance(run("lookup", merged, text("other"), text("default")), Unknown)


def test_what_settles_a_question_settles_it_whatever_the_unknown_is() -> None:
    assert known(run("anytrue", listed(X, Known(True)))) is True
    assert known(run("alltrue", listed(X, Known(False)))) is False
    assert known(run("contains", listed(X, text("a")), text("a"))) is True
    found = run("contains", listed(text("b"), X), text("a"))
    assert isinstance(found, Choice)
    assert found.arms[0][0] == Is(Undecided("var.x"), "a")


def test_coalesce_takes_the_first_that_is_surely_there() -> None:
    assert known(run("coalesce", Known(None), text(""), text("a"), X)) == "a"
    assert isinstance(run("coalesce", X, text("a")), Unknown)
    sure = Unknown("known after apply", references=(Reference("aws_kms_key.k", "arn"),), type="string")
    assert run("coalesce", sure, text("a")) is sure


def test_compact_tells_apart_whether_an_unknown_is_empty() -> None:
    compacted = run("compact", listed(text("a"), X, text("")))
    assert isinstance(compacted, Choice)
    assert sorted(len(arm.items) for _, arm in compacted.arms if isinstance(arm, ListValue)) == [1, 2]
    sure = Unknown("known after apply", references=(Reference("aws_security_group.g", "id"),))
    assert len(run("compact", listed(sure, text(""))).items) == 1  # type: ignore[union-attr]


def test_a_choice_is_mapped_over() -> None:
    size = Choice(((ON, text("t3.large")), (negate(ON), text("m5.large"))))
    result = run("split", text("."), size)
    assert isinstance(result, Choice)
    assert [known(arm) for _, arm in result.arms] == [["t3", "large"], ["m5", "large"]]
    joined = run("join", text(","), listed(text("a"), size))
    assert isinstance(joined, Choice)
    assert [known(arm) for _, arm in joined.arms] == ["a,t3.large", "a,m5.large"]


def test_choices_on_the_same_condition_are_not_mixed() -> None:
    left = Choice(((ON, text("a")), (negate(ON), text("b"))))
    right = Choice(((ON, text("1")), (negate(ON), text("2"))))
    result = run("format", text("%s%s"), left, right)
    assert isinstance(result, Choice)
    assert [known(arm) for _, arm in result.arms] == ["a1", "b2"]


def test_an_arm_that_would_be_refused_is_unknown_and_the_other_stands() -> None:
    result = run("tonumber", Choice(((ON, text("12")), (negate(ON), text("x")))))
    assert isinstance(result, Choice)
    assert len(result.arms) == 2
    assert isinstance(result.arms[0][1], Known)
    assert isinstance(result.arms[1][1], Unknown)


def test_references_and_sensitivity_are_handed_on() -> None:
    arn = Unknown("known after apply", references=(Reference("aws_s3_bucket.b", "arn"),), sensitive=True)
    for made in (
        run("jsonencode", MapValue({"Resource": listed(arn)})),
        run("format", text("%s/*"), arn),
        run("concat", listed(arn), listed(text("a"))).items[0],  # type: ignore[union-attr]
    ):
        assert made.references == (Reference("aws_s3_bucket.b", "arn"),)
        assert made.sensitive
    assert run("nonsensitive", arn).sensitive is False
    assert known(run("issensitive", arn)) is True
    assert run("length", run("sensitive", text("abc"))).sensitive


def test_flatten_does_not_guess_whether_an_unknown_is_a_list() -> None:
    assert isinstance(run("flatten", listed(variable("var.y"), listed(text("a")))), Unknown)
    flat = run("flatten", listed(X, listed(text("a"))))
    assert isinstance(flat, ListValue)
    assert len(flat.items) == 2


def test_a_file_that_cannot_be_read_is_recorded() -> None:
    context = Context(read=lambda path: None, render=lambda source, variables: Known(source.text))
    missing = call("file", [text("../secret")], None, context)
    assert isinstance(missing, Unknown)
    assert "../secret" in missing.reason
    assert context.unread == ["../secret"]


def test_a_providers_function_is_unknown() -> None:
    result = run("provider::aws::arn_parse", text("arn:aws:s3:::b"))
    assert isinstance(result, Unknown)
    assert "provider" in result.reason


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("format", [text("%999999999d"), Known(1)]),
        ("indent", [Known(10**9), text("a\nb")]),
        ("replace", [text("a" * 10_000), text("a"), text("b" * 10_000)]),
        ("join", [text("x" * 100_000), listed(*[text("")] * 1000)]),
        ("setproduct", [listed(*map(Known, range(200)))] * 4),
        ("regex", [text("(x+x+)+y"), text("x" * 200_000)]),
        ("regex", [text("((a{1,30}){1,30}){1,1}" * 200), text("a")]),
        ("parseint", [text("9" * 100_000), Known(36)]),
        ("jsondecode", [text("[" * 100_000)]),
        ("yamldecode", [text("[" * 10_000)]),
        ("yamldecode", [text(LAUGHS)]),
        ("tonumber", [text("1e999999999")]),
    ],
)  # fmt: skip
def test_what_would_take_too_much_is_unknown_and_says_so(name: str, arguments: list[Value]) -> None:
    result = call(name, arguments, None, CONTEXT)
    assert isinstance(result, Unknown)
    assert any(word in result.reason for word in ("more than", "beyond", "deeper"))


def test_values_that_share_their_parts_many_times_over_are_not_walked_for_ever() -> None:
    value: Value = text("x")
    for _ in range(60):
        value = listed(value, value)
    for name in ("jsonencode", "flatten", "length", "distinct"):
        assert isinstance(run(name, value), Unknown)


def test_values_nested_very_deep_are_given_up() -> None:
    value: Value = text("x")
    for _ in range(50_000):
        value = listed(value)
    assert isinstance(run("jsonencode", value), Unknown)
