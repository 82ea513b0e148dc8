"""Judging lists and families of policies: elements apart, doubts without worlds, and one finding where one will do."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.values import NULL, Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.graph.resource import Graph, Part, Resource
from stanchion.judging.judge import judge
from stanchion.policy.policy import Policy, Severity, policy
from stanchion.syntax.source import Source, Span
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

LINES = 40
SOURCE = Source("main.tf", "".join(f"rule {n:02}\n" for n in range(LINES)))
BLOCK = Span(SOURCE, 0, len(SOURCE.text))
WHY, MEND, DOCS = "Anyone may come in.", "Close it.", "Security group rules"
HIGH = Severity.HIGH


def line(number: int) -> Span:
    return Span(SOURCE, number * 8, number * 8 + 7)


def graph_of(items: Iterable[Value]) -> Graph:
    listed = ListValue(tuple(items))
    part = Part("aws_security_group.web", line(0), BLOCK)
    properties = MapValue({"Rules": listed})
    resource = Resource(part.address, "T", "terraform", "aws_x", "web", properties, MapValue({}), [part])
    return Graph("terraform", ".", [resource])


def rule(number: int, cidr: Value) -> MapValue:
    return MapValue({"CidrIp": cidr}, line(number))


def sometimes(number: int, cidr: str) -> Value:
    flag = Is(Undecided(f"var.rule{number}"), True)
    return choose(((flag, rule(number, Known(cidr))), (negate(flag), NULL)))


def open_rules(id: str, each: str = "", yields_to: tuple[str, ...] = ()) -> Policy:  # noqa: A002
    @policy(id, "Open", types="T", severity=HIGH, why=WHY, mend=MEND, docs=DOCS, each=each, yields_to=yields_to)
    def check(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        for item in resource.elements("Rules"):
            cidr = item["CidrIp"]
            if cidr.unknown:
                yield resource.finding("perhaps open", at=item, doubt=cidr.reason or "")
            elif cidr == "0.0.0.0/0":
                yield resource.finding("open", at=item)

    return check


def test_elements_are_judged_apart_when_they_hang_on_too_much() -> None:
    items = [sometimes(n, "0.0.0.0/0" if n % 2 else "10.0.0.0/8") for n in range(30)]
    found = judge(graph_of([*items, rule(30, Known("0.0.0.0/0"))]), [open_rules("NET901", each="Rules")]).findings
    assert [(f.place.start // 8, f.certainty, f.when) for f in found] == [
        *((n, "conditional", f"var.rule{n} = true") for n in range(1, 30, 2)),
        (30, "definite", None),
    ]


def test_few_conditions_are_judged_together() -> None:
    items = [sometimes(n, "0.0.0.0/0") for n in range(3)]
    together = judge(graph_of(items), [open_rules("NET901")]).findings
    apart = judge(graph_of(items), [open_rules("NET901", each="Rules")]).findings
    assert [(f.place, f.when) for f in together] == [(f.place, f.when) for f in apart]


def test_a_doubt_is_possible_counted_and_splits_no_world() -> None:
    items = [rule(n, Unknown(f"var.c{n} has no default", variable=Undecided(f"var.c{n}"))) for n in range(20)]
    judged = judge(graph_of([*items, rule(20, Known("0.0.0.0/0"))]), [open_rules("NET901")])
    assert [f.certainty for f in judged.findings] == ["possible"] * 20 + ["definite"]
    assert [u.reason for u in judged.undecided] == ["var.c0 has no default"]


def test_a_policy_yields_to_one_that_says_more_at_the_same_place() -> None:
    graph = graph_of([rule(1, Known("0.0.0.0/0")), sometimes(2, "0.0.0.0/0")])
    narrow, wide = open_rules("NET902", yields_to=("NET901",)), open_rules("NET901")
    assert [f.policy.id for f in judge(graph, [narrow, wide]).findings] == ["NET901", "NET901"]
    assert [f.policy.id for f in judge(graph, [narrow]).findings] == ["NET902", "NET902"]


def test_a_policy_does_not_yield_to_a_weaker_finding() -> None:
    @policy("NET901", "Perhaps", types="T", severity=HIGH, why=WHY, mend=MEND, docs=DOCS)
    def perhaps(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        for item in resource.elements("Rules"):
            yield resource.finding("perhaps", at=item, doubt="nobody knows")

    found = judge(graph_of([rule(1, Known("0.0.0.0/0"))]), [open_rules("NET902", yields_to=("NET901",)), perhaps])
    assert sorted(f.policy.id for f in found.findings) == ["NET901", "NET902"]


def test_what_is_shared_is_worked_out_once_for_each_answer_of_the_world() -> None:
    asked: list[str] = []

    def counting(id: str) -> Policy:  # noqa: A002
        @policy(id, "Count", types="T", severity=HIGH, why=WHY, mend=MEND, docs=DOCS)
        def check(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
            def work_out() -> int:
                asked.append(id)
                return sum(item["CidrIp"] == "0.0.0.0/0" for item in resource.elements("Rules"))

            if graph.once("open rules", work_out):
                yield resource.finding("open")

        return check

    policies = [counting("NET901"), counting("NET902")]
    assert len(judge(graph_of([rule(1, Known("0.0.0.0/0"))]), policies).findings) == 2
    assert asked == ["NET901"]
    asked.clear()
    found = judge(graph_of([sometimes(1, "0.0.0.0/0")]), policies).findings
    assert [f.certainty for f in found] == ["conditional", "conditional"]
    assert asked == ["NET901", "NET901"]


def test_an_open_question_that_another_policy_asks_too_is_counted_once() -> None:
    graph = graph_of([rule(1, Unknown("var.c has no default"))])
    judged = judge(graph, [open_rules("NET902", yields_to=("NET901",)), open_rules("NET901")])
    assert [f.policy.id for f in judged.findings] == ["NET901"]
    assert [note.policy for note in judged.undecided] == ["NET901"]
