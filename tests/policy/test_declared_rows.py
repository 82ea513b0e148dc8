"""Rows in YAML are the very objects that the built-in services are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from stanchion.api import (
    ABSENT,
    LOW,
    MEDIUM,
    PRESENT,
    SAFE,
    STRICT,
    Policy,
    any_of,
    at_least,
    at_most,
    contains,
    matches,
    none_of,
    one_of,
    resource,
)
from stanchion.policy.declared.reading import read_policies
from stanchion.policy.predicates import Predicate, fits

HEAD = """\
policies:
  - id: ACME001
    title: Thing is wrong
    severity: low
    types: [AWS::SNS::Topic]
    message: is wrong
    why: It matters.
    docs: "A guide: A page"
"""


def read(tmp_path: Path, rest: str) -> Policy:
    path = tmp_path / "policies.yaml"
    path.write_text(HEAD + rest)
    policies, problems = read_policies([path])
    assert [problem.message for problem in problems] == []
    return policies[0]


def things(*types: str):  # type: ignore[no-untyped-def]
    return resource(*(types or ("AWS::SNS::Topic",)), name="Thing", guide="A guide")


WRITTEN: list[tuple[str, Predicate | str | int | bool]] = [
    ("true", True),
    ("5", 5),
    ("text", "text"),
    ("{equals: text}", "text"),
    ("{present: true}", PRESENT),
    ("{absent: true}", ABSENT),
    ("{one_of: [a, b]}", one_of("a", "b")),
    ("{none_of: [a]}", none_of("a")),
    ("{at_least: 7}", at_least(7)),
    ("{at_most: 7}", at_most(7)),
    ("{matches: ^TLS}", matches("^TLS")),
    ("{contains: [a, b]}", contains("a", "b")),
    ("{any_of: [a, {at_least: 3}, {absent: true}]}", any_of("a", at_least(3), ABSENT)),
    ("{schema: {type: string}}", fits({"type": "string"})),
]


@pytest.mark.parametrize(("written", "meant"), WRITTEN, ids=[written for written, _ in WRITTEN])
def test_every_predicate(tmp_path: Path, written: str, meant: Predicate | str | int | bool) -> None:
    mine = read(tmp_path, f"    property: DisplayName\n    must: {written}\n    when: {{TopicName: {written}}}\n")
    theirs = things().must(
        "ACME001", "DisplayName", meant, LOW, "is wrong", "It matters.", page="A page", when={"TopicName": meant}
    )
    assert mine.row == theirs.row
    assert mine == theirs._replace(check=mine.check)


def test_a_relation_a_profile_and_a_fix(tmp_path: Path) -> None:
    mine = read(
        tmp_path,
        "    needs: {type: AWS::SNS::TopicPolicy, by: 'Topics[]', "
        "having: {'PolicyDocument.Statement[].Effect': Deny}}\n"
        "    when: {FifoTopic: true}\n    profile: strict\n",
    )
    theirs = things().needs(
        "ACME001",
        "AWS::SNS::TopicPolicy",
        "Topics[]",
        LOW,
        "is wrong",
        "It matters.",
        page="A page",
        having={"PolicyDocument.Statement[].Effect": "Deny"},
        when={"FifoTopic": True},
        profile=STRICT,
    )
    assert mine == theirs._replace(check=mine.check)
    for fix, more in (("safe", {"fix": SAFE}), ("{effect: costs}", {"effect": "costs"})):
        mine = read(tmp_path, f"    property: FifoTopic\n    must: true\n    fix: {fix}\n")
        theirs = things().must("ACME001", "FifoTopic", True, LOW, "is wrong", "It matters.", page="A page", **more)
        assert mine.row == theirs.row


def test_both_are_refused_alike(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(HEAD + "    property: FifoTopic\n    must: {present: true}\n    fix: safe\n")
    policies, problems = read_policies([path])
    assert policies == []
    with pytest.raises(ValueError, match="there is no one value to write") as refused:
        things().must("ACME001", "FifoTopic", PRESENT, MEDIUM, "x", "It matters.", page="P", fix=SAFE)
    assert [problem.message for problem in problems] == [str(refused.value)]
