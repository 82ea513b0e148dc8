"""What a bucket's policy and ACL let the public do, case by case, and against a plain evaluator of single requests."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stanchion.run import RunOptions, run
from stanchion_aws.analysis.access.globs import Glob, Wild, in_segments, member, wildcards
from stanchion_aws.analysis.access.keys import compared, operator_named, value_for

ALLOW: dict[str, object] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::logs-of-ours/*",
}


def findings(tmp_path: Path, *policy: dict[str, object], version: str = "2012-10-17", **bucket: object) -> list[str]:
    """The certainty of each finding on the bucket of a trail."""
    resources: dict[str, object] = {
        "Logs": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "logs-of-ours", **bucket}},
        "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": {"Ref": "Logs"}}},
    }
    if policy:
        document = {"Version": version, "Statement": list(policy)}
        resources["Policy"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Logs"}, "PolicyDocument": document},
        }
    template = {"Parameters": {"Org": {"Type": "String"}}, "Resources": resources}
    (tmp_path / "t.json").write_text(json.dumps(template))
    outcome = run([tmp_path], RunOptions(select=("LOG120",)))
    assert [problem.message for problem in outcome.problems if problem.kind == "plugin"] == []
    return [str(finding.certainty) for finding in outcome.findings]


def condition(operator: str, key: str, value: object) -> dict[str, object]:
    return {"Condition": {operator: {key: value}}}


CASES: dict[str, dict[str, list[dict[str, object]]]] = json.loads(
    (Path(__file__).parent / "bucket_policies.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", CASES["public"])
def test_a_policy_that_lets_the_public_in(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, *CASES["public"][name]) == ["definite"]


@pytest.mark.parametrize("name", CASES["closed"])
def test_a_policy_that_lets_nobody_unnamed_in(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, *CASES["closed"][name]) == []


@pytest.mark.parametrize("setting", ["RestrictPublicBuckets", "BlockPublicPolicy"])
def test_block_public_access_takes_back_what_a_policy_gives(setting: str, tmp_path: Path) -> None:
    assert findings(tmp_path, ALLOW, PublicAccessBlockConfiguration={setting: True}) == []


@pytest.mark.parametrize("setting", ["IgnorePublicAcls", "BlockPublicAcls"])
def test_block_public_access_takes_back_what_an_acl_gives(setting: str, tmp_path: Path) -> None:
    assert findings(tmp_path, AccessControl="PublicRead", PublicAccessBlockConfiguration={setting: True}) == []
    assert findings(tmp_path, ALLOW, PublicAccessBlockConfiguration={setting: True}) == ["definite"]


def test_an_acl_says_nothing_where_the_owner_owns_all_objects(tmp_path: Path) -> None:
    owner = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert findings(tmp_path, AccessControl="PublicRead", OwnershipControls=owner) == []
    preferred = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    assert findings(tmp_path, AccessControl="PublicRead", OwnershipControls=preferred) == ["definite"]


def test_a_condition_on_a_value_that_nobody_knows_is_no_definite_answer(tmp_path: Path) -> None:
    closed = {**ALLOW, **condition("StringEquals", "aws:PrincipalOrgID", {"Ref": "Org"})}
    assert "definite" not in findings(tmp_path, closed)


def plain(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)


PATTERNS = st.text("ab*?", max_size=5)


@given(st.lists(st.lists(PATTERNS, min_size=1, max_size=2), min_size=1, max_size=2), st.lists(PATTERNS, max_size=2))
@settings(max_examples=300, deadline=None)
def test_a_member_is_one_and_none_means_there_is_none(groups: list[list[str]], none_of: list[str]) -> None:
    def fits(text: str) -> bool:
        inside = all(any(plain(p).fullmatch(text) for p in group) for group in groups)
        return inside and not any(plain(p).fullmatch(text) for p in none_of)

    found = member([[wildcards(p) for p in group] for group in groups], [wildcards(p) for p in none_of])
    short = ("".join(t) for size in range(7) for t in itertools.product("abx", repeat=size))
    expected = next((text for text in short if fits(text)), None)
    if found is None:
        assert expected is None
    else:
        assert fits(found)
        assert expected is None or len(found) == len(expected)


def arn_pattern(text: str) -> Glob:
    return tuple(token for token in in_segments(wildcards(text)) if isinstance(token, str | Wild))


def test_a_star_in_an_arn_stays_in_its_segment() -> None:
    assert member([[arn_pattern("arn:aws:s3:*:*:x")], [wildcards("arn:aws:s3:a:b:c:x")]]) is None
    assert member([[arn_pattern("arn:aws:sns:*:*:x*")], [wildcards("arn:aws:sns:a:b:x:c")]]) == "arn:aws:sns:a:b:x:c"
    assert Wild.SEGMENT_TEXT in arn_pattern("arn:aws:sns:*:1:x")


@given(
    st.sampled_from(["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"]),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_what_is_asked_of_a_number_and_its_opposite_leave_nothing(name: str, bound: int, other: int) -> None:
    asked = compared(operator_named(name), "s3:signatureAge", [str(bound)], False)
    assert value_for([asked, asked.negated()]) is None
    least = operator_named("NumericLessThanEquals")
    both = [asked, compared(least, "s3:signatureAge", [str(other)], False)]
    value = value_for(both)
    if value is not None:
        assert float(value) <= other
