"""Judging: certainty is what trying every assignment would say, and one policy's crash is one problem."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Condition, Is, Undecided, negate
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.graph.resource import Graph, Part, Resource
from stanchion.judging.finding import Finding
from stanchion.judging.judge import judge
from stanchion.policy.policy import Policy, Severity, policies_in, policy, require
from stanchion.syntax.source import Source, Span
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

SOURCE = Source("main.tf", 'resource "aws_ebs_volume" "data" {\n  encrypted = false\n  size = 8\n}\n')
HEADER = Span(SOURCE, 0, 32)
BLOCK = Span(SOURCE, 0, len(SOURCE.text))
ENCRYPTED = Span(SOURCE, 37, 54)

FLAGS = tuple(Undecided(f"Flag{n}", (True, False)) for n in range(3))


def graph(properties: dict[str, Value], exists: Condition = True) -> Graph:
    resource = Resource(
        "aws_ebs_volume.data",
        "AWS::EC2::Volume",
        "terraform",
        "aws_ebs_volume",
        "data",
        MapValue(properties, places={"Encrypted": ENCRYPTED} if "Encrypted" in properties else None),
        MapValue({}),
        [Part("aws_ebs_volume.data", HEADER, BLOCK)],
        exists,
    )
    made = Graph("terraform", ".", [resource])
    made.by_address[resource.address] = resource
    made.by_type[resource.type] = [resource]
    return made


WHY, MEND, DOCS = "Copies can be read.", "encrypted = true", "Amazon EBS encryption"

ENCRYPTION = require(
    "ENC901",
    "Volume is not encrypted",
    type="AWS::EC2::Volume",
    prop="Encrypted",
    equals=True,
    severity=Severity.HIGH,
    message="{resource} is not encrypted",
    why=WHY,
    mend=MEND,
    docs=DOCS,
)


def findings(properties: dict[str, Value], exists: Condition = True, ask: Policy = ENCRYPTION) -> list[Finding]:
    return judge(graph(properties, exists), [ask]).findings


def test_a_missing_property_is_found_at_the_first_line() -> None:
    (finding,) = findings({})
    assert finding.certainty == "definite"
    assert finding.place is HEADER
    assert finding.resources == ("aws_ebs_volume.data",)


def test_a_wrong_property_is_found_at_the_property() -> None:
    (finding,) = findings({"Encrypted": Known(False)})
    assert finding.place is ENCRYPTED


def test_booleans_may_be_spelt_as_text() -> None:
    assert findings({"Encrypted": Known("true")}) == []
    assert len(findings({"Encrypted": Known("false")})) == 1


def test_a_choice_makes_a_conditional_finding_with_the_assignment() -> None:
    env = Undecided("Environment", ("dev", "prod"))
    value = choose(((Is(env, "prod"), Known(True)), (negate(Is(env, "prod")), Known(False))))
    (finding,) = findings({"Encrypted": value})
    assert (finding.certainty, finding.when) == ("conditional", 'Environment = "dev"')


def test_a_resource_that_exists_only_sometimes_fails_only_then() -> None:
    flag = Undecided("var.create")
    (finding,) = findings({}, exists=Is(flag, True))
    assert (finding.certainty, finding.when) == ("conditional", "var.create = true")


def test_a_contradiction_is_never_reported() -> None:
    flag = Undecided("IsProd", (True, False))
    value = choose(((Is(flag, True), Known(True)), (Is(flag, False), Known(False))))
    assert findings({"Encrypted": value}, exists=Is(flag, True)) == []


def test_an_unknown_makes_a_possible_finding_and_is_counted() -> None:
    judged = judge(graph({"Encrypted": Unknown("var.enc has no default", variable=Undecided("var.enc"))}), [ENCRYPTION])
    assert [finding.certainty for finding in judged.findings] == ["possible"]
    assert [item.reason for item in judged.undecided] == ["var.enc has no default"]


def test_an_unknown_sibling_does_not_soften_a_definite_fault() -> None:
    @policy("NET901", "Open", types="AWS::EC2::Volume", severity=Severity.HIGH, why=WHY, mend=MEND, docs=DOCS)
    def open_to_all(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        for cidr in resource["Cidrs"]:
            if cidr == "0.0.0.0/0":
                yield resource.finding("open", at=cidr)

    cidrs = ListValue((Unknown("var.a has no default"), Known("0.0.0.0/0"), Known("10.0.0.0/8")))
    found = findings({"Cidrs": cidrs}, ask=open_to_all)
    assert sorted((f.subject, f.certainty) for f in found) == [("Cidrs[0]", "possible"), ("Cidrs[1]", "definite")]


def test_a_crash_in_a_policy_is_a_problem_and_the_others_go_on() -> None:
    @policy("BAD901", "Crashes", types="AWS::EC2::Volume", severity=Severity.LOW, why=WHY, mend=MEND, docs=DOCS)
    def crashes(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        raise RuntimeError("boom")

    judged = judge(graph({}), [crashes, ENCRYPTION])
    assert [finding.policy.id for finding in judged.findings] == ["ENC901"]
    assert [problem.kind for problem in judged.problems] == ["plugin"]
    assert "BAD901" in judged.problems[0].message


def test_policies_are_found_alone_and_in_tuples() -> None:
    assert policies_in({"A": ENCRYPTION, "B": (ENCRYPTION,), "c": 3}) == (ENCRYPTION,)


trees = st.recursive(
    st.booleans(),
    lambda inner: st.tuples(st.sampled_from(range(3)), inner, inner),
    max_leaves=10,
)


def as_value(tree: object) -> Value:
    if isinstance(tree, bool):
        return Known(tree)
    assert isinstance(tree, tuple)
    flag = Is(FLAGS[tree[0]], True)
    return choose(((flag, as_value(tree[1])), (negate(flag), as_value(tree[2]))))


def under(tree: object, flags: tuple[bool, ...]) -> bool:
    while not isinstance(tree, bool):
        assert isinstance(tree, tuple)
        tree = tree[1] if flags[tree[0]] else tree[2]
    return tree


@given(trees, trees)
def test_certainty_agrees_with_trying_every_assignment(encrypted: object, exists: object) -> None:
    exists_value = as_value(exists)
    condition: Condition
    if isinstance(exists_value, Known):
        condition = exists_value.value is True
    else:
        assert isinstance(exists_value, Choice)
        condition = next(guard for guard, arm in exists_value.arms if isinstance(arm, Known) and arm.value is True)
    ways = [
        under(exists, flags) and not under(encrypted, flags) for flags in itertools.product((True, False), repeat=3)
    ]
    found = findings({"Encrypted": as_value(encrypted)}, exists=condition)
    assert bool(found) is any(ways)
    if found:
        assert {f.certainty for f in found} == ({"definite"} if all(ways) else {"conditional"})


def test_a_message_names_the_construct_that_made_the_resource() -> None:
    made = graph({"Encrypted": Known(False)})
    made.resources[0].attributes.entries["aws:cdk:path"] = Known("App/Data/Resource")
    [finding] = judge(made, [ENCRYPTION], {}).findings
    assert finding.message == "aws_ebs_volume.data is not encrypted (construct App/Data/Resource)"


SIZES = Undecided("Size", tuple(f"v{number}" for number in range(70)))
OTHER = Undecided("Other", tuple(f"v{number}" for number in range(20)))


def chosen(variable: Undecided, bad: set[int]) -> Value:
    assert variable.values is not None
    return choose([(Is(variable, value), Known(number not in bad)) for number, value in enumerate(variable.values)])


@given(st.sets(st.integers(0, 69), max_size=3), st.sets(st.integers(0, 19), max_size=2))
def test_a_fault_of_any_of_many_values_is_found_and_named(bad: set[int], gone: set[int]) -> None:
    exists = negate(Is(OTHER, f"v{min(gone)}")) if gone else True
    found = findings({"Encrypted": chosen(SIZES, bad)}, exists=exists)
    assert bool(found) is bool(bad)
    for finding in found:
        assert finding.certainty == "conditional"
        assert finding.when is not None
        assert all(f'"v{number}"' in finding.when for number in bad)
        assert finding.when.count("Size") <= 1


def test_a_fault_may_weigh_less_than_its_policy_where_it_does_in_every_world() -> None:
    def lighter(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        if resource["Encrypted"] != True:  # noqa: E712 - equality decides in this world
            yield resource.finding("matters little here", subject="Encrypted", severity=Severity.LOW)

    def either(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        own = Severity.LOW if resource["Encrypted"] == True else None  # noqa: E712
        yield resource.finding("matters more when it is encrypted", subject="Encrypted", severity=own)

    choice = Choice(((Is(Undecided("c"), True), Known(True)), (True, Known(False))))
    (low,) = findings({}, ask=ENCRYPTION._replace(check=lighter))
    assert (low.severity, low.policy.severity) == (Severity.LOW, ENCRYPTION.severity)
    (mixed,) = findings({"Encrypted": choice}, ask=ENCRYPTION._replace(check=either))
    assert mixed.severity == ENCRYPTION.severity
