"""The search against a plain evaluator: its witness is allowed, and where it finds none no request tried is."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.stanchion_aws.access.evaluator import allowed

from stanchion_aws.analysis.access.requesters import ANY_ACCOUNT, OUTSIDE
from stanchion_aws.analysis.access.search import Ask, witness
from stanchion_aws.analysis.access.statements import Statement, compiled

ACTIONS = ["s3:GetObject", "s3:PutObject"]
ASKS = (Ask(ACTIONS),)
RESOURCES = ["arn:aws:s3:::b/x", "arn:aws:s3:::b/private/x", "arn:aws:s3:::c/x"]
#: Keys that the requester is free to send or not, with values worth trying, and one of its own.
FREE: Mapping[str, list[str | None]] = {
    "aws:Referer": [None, "us", "them", "US", "zzz"],
    "s3:signatureAge": [None, "0", "5", "7", "10", "20"],
    "s3:prefix": [None, "a", "ab", "b"],
}
KEYS = {
    "aws:Referer": (["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIgnoreCase"], ["us", "u*", "th?m"]),
    "s3:signatureAge": (["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"], ["5", "10"]),
    "s3:prefix": (["StringLike", "StringNotLike", "ForAllValues:StringEquals", "Null"], ["a*", "b", "true", "false"]),
    "aws:PrincipalOrgID": (["StringEquals", "StringNotEquals", "StringLike"], ["o-ours000", "o-*"]),
    "aws:SourceVpc": (["StringEquals", "StringNotEquals", "Null"], ["vpc-1", "true"]),
    "aws:SecureTransport": (["Bool"], ["true", "false"]),
    "aws:SourceIp": (["IpAddress", "NotIpAddress"], ["0.0.0.0/1", "128.0.0.0/1", "203.0.113.0/24"]),
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    made: dict[str, dict[str, list[str]]] = {}
    for key in draw(st.lists(st.sampled_from(list(KEYS)), max_size=2, unique=True)):
        operators, values = KEYS[key]
        operator = draw(st.sampled_from(operators))
        if operator != "Null":
            values = [value for value in values if key != "s3:prefix" or value not in ("true", "false")]
            operator += draw(st.sampled_from(["", "", "IfExists"])) if ":" not in operator else ""
        else:
            values = ["true", "false"]
        wanted = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
        made.setdefault(operator, {})[key] = wanted
    return made


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    one: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    who = draw(st.sampled_from(["*", {"AWS": "*"}, {"AWS": "111122223333"}, {"AWS": [OUTSIDE, "111122223333"]}]))
    one[draw(st.sampled_from(["Principal"] * 4 + ["NotPrincipal"]))] = who
    patterns = ["s3:*", "S3:get*", "s3:PutObject", "*", "s3:??tObject"]
    one[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(
        st.lists(st.sampled_from(patterns), min_size=1, max_size=2)
    )
    paths = ["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/private/*", "arn:aws:s3:::?/x"]
    one[draw(st.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(
        st.lists(st.sampled_from(paths), min_size=1, max_size=2)
    )
    condition = draw(conditions())
    return {**one, "Condition": condition} if condition else one


def plain(written: Any) -> Any:
    """A document as the compiler reads it: scalars as texts without holes."""
    if isinstance(written, list):
        return [plain(one) for one in written]
    return {k: plain(v) for k, v in written.items()} if isinstance(written, dict) else (written,)


def read(document: list[dict[str, Any]]) -> list[Statement]:
    return list(compiled(plain({"Version": "2012-10-17", "Statement": document})))


#: What every request of somebody with an account elsewhere carries.
ALWAYS = {"aws:PrincipalOrgID": "o-outside000", "aws:PrincipalAccount": OUTSIDE}
ADDRESSES = ["1.2.3.4", "198.51.100.7", "2001:db8::7"]


@given(st.lists(statements(), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_the_witness_is_allowed_and_none_means_that_nothing_is(document: list[dict[str, Any]]) -> None:
    found = witness(read(document), ANY_ACCOUNT, ASKS)
    if found is not None:
        context = {**ALWAYS, "aws:SecureTransport": "true", "aws:SourceIp": "198.51.100.7"}
        context |= {key: value for key, value in found.context.items() if value is not None}
        assert allowed(document, OUTSIDE, found.action, found.resource, context), found
        return
    for action, resource, address, tls in itertools.product(ACTIONS, RESOURCES, ADDRESSES, ["true", "false"]):
        for values in itertools.product(*FREE.values()):
            context = {**ALWAYS, "aws:SourceIp": address, "aws:SecureTransport": tls}
            context |= {key: value for key, value in zip(FREE, values, strict=True) if value is not None}
            assert not allowed(document, OUTSIDE, action, resource, context), (action, resource, context)


@given(st.lists(statements(), min_size=1, max_size=3), statements())
@settings(max_examples=200, deadline=None)
def test_a_deny_more_never_opens_and_an_allow_more_never_closes(
    document: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    before = witness(read(document), ANY_ACCOUNT, ASKS)
    after = witness(read([*document, more]), ANY_ACCOUNT, ASKS)
    if more["Effect"] == "Deny":
        assert before is not None or after is None
    else:
        assert before is None or after is not None


@given(st.permutations(range(3)), st.lists(statements(), min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_order_of_statements_says_nothing(order: list[int], document: list[dict[str, Any]]) -> None:
    one = witness(read(document), ANY_ACCOUNT, ASKS)
    other = witness(read([document[number] for number in order]), ANY_ACCOUNT, ASKS)
    assert (one is None) is (other is None)


@given(st.lists(statements(), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_a_list_of_resources_of_an_allow_may_be_taken_apart(document: list[dict[str, Any]]) -> None:
    assume(any(s["Effect"] == "Allow" and len(s.get("Resource", ())) == 2 for s in document))
    apart = [
        {**s, "Resource": [one]} if s["Effect"] == "Allow" and "Resource" in s else s
        for s in document
        for one in (s["Resource"] if s["Effect"] == "Allow" and "Resource" in s else [None])
    ]
    one, other = (witness(read(d), ANY_ACCOUNT, ASKS) for d in (document, apart))
    assert (one is None) is (other is None)
