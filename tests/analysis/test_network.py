"""Rules in one form: protocols, ports, peers; the union of a group; and what nobody knows stays a doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.values import NULL, Known, ListValue, MapValue, Reference, Unknown, Value, choose
from stanchion.graph.resource import Graph, Part, Resource
from stanchion.syntax.source import Source, Span
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import World, explore
from stanchion_aws.analysis.addresses import open_to_internet, parse
from stanchion_aws.analysis.network import INGRESS, Opening, openings, rules
from stanchion_aws.analysis.ports import ANY, HIGHEST, TCP, UDP, Ports, ports_of, protocol_of

SOURCE = Source("main.tf", "".join(f"rule {n:02}\n" for n in range(80)))
SSH = Ports(TCP, 22, 22)


def asks_ssh(ports: Ports) -> bool | None:
    return ports.includes(SSH)


def line(number: int) -> Span:
    return Span(SOURCE, number * 8, number * 8 + 7)


def value_of(given_value: Any, place: Span | None = None) -> Value:
    if isinstance(given_value, dict):
        return MapValue({key: value_of(inner, place) for key, inner in given_value.items()}, place)
    if isinstance(given_value, list):
        return ListValue(tuple(value_of(inner, place) for inner in given_value), place)
    if isinstance(given_value, (str, int)) or given_value is None:
        return Known(given_value, place)
    assert isinstance(given_value, (Known, Unknown, MapValue, ListValue)) or hasattr(given_value, "arms")
    return given_value  # type: ignore[no-any-return]


def rule(
    cidr: Any = "0.0.0.0/0", first: Any = 22, last: Any = 22, protocol: Any = "tcp", **more: Any
) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "CidrIp": cidr, **more}


def graph_of(*items: Any, others: tuple[Resource, ...] = ()) -> Graph:
    listed = ListValue(tuple(value_of(item, line(number + 1)) for number, item in enumerate(items)))
    part = Part("aws_security_group.web", line(0), Span(SOURCE, 0, len(SOURCE.text)))
    made = Resource(
        part.address,
        "AWS::EC2::SecurityGroup",
        "terraform",
        "aws_security_group",
        "web",
        MapValue({INGRESS: listed}),
        MapValue({}),
        [part],
    )
    return Graph("terraform", ".", [made, *others])


def found(
    graph: Graph, asked: Callable[[Ports], bool | None] = asks_ssh, focus: tuple[int, ...] | None = None
) -> list[Opening]:
    world = World()
    view = GraphView(graph, world, {})
    answer = list(openings(DecidedResource(graph.resources[0], view, focus), INGRESS, asked))
    assert world.decisions == [], "nothing here hangs on a condition"
    return answer


def lines_of(answer: list[Opening]) -> list[int]:
    return [opening.place.start // 8 for opening in answer]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tcp", TCP),
        ("TCP", TCP),
        ("6", TCP),
        ("17", UDP),
        ("-1", ANY),
        ("all", ANY),
        ("ALL", ANY),
        ("58", "icmpv6"),
        ("icmp", "icmp"),
        ("1", "icmp"),
        ("50", "50"),
        (" tcp ", TCP),
    ],
)
def test_protocols_by_name_and_number(written: str, meant: str) -> None:
    assert protocol_of(written) == meant


@pytest.mark.parametrize(
    ("first", "last", "protocol"),
    [
        (22, 22, "tcp"),
        ("22", "22", "tcp"),
        (22, 22, 6),
        (0, 65535, "tcp"),
        (20, 25, "tcp"),
        (0, 0, "-1"),
        (None, None, -1),
        (80, 80, "-1"),
        (-1, -1, "tcp"),
        (None, None, "tcp"),
        (22, None, "tcp"),
        (1, 65535, "6"),
    ],
)
def test_rules_that_open_ssh(first: Any, last: Any, protocol: Any) -> None:
    assert lines_of(found(graph_of(rule("0.0.0.0/0", first, last, protocol)))) == [1]


@pytest.mark.parametrize(
    ("first", "last", "protocol"),
    [
        (222, 222, "tcp"),
        (0, 21, "tcp"),
        (22, 22, "udp"),
        (8, -1, "icmp"),
        (-1, -1, "icmp"),
        (0, 0, "tcp"),
        (22, 22, 50),
        (30, 20, "tcp"),
    ],
)
def test_rules_that_do_not_open_ssh(first: Any, last: Any, protocol: Any) -> None:
    assert found(graph_of(rule("0.0.0.0/0", first, last, protocol))) == []


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "1.2.3.4/0", ["10.0.0.0/8", "0.0.0.0/0"], "0.0.0.0/1"])
def test_sources_that_are_the_internet(cidr: Any) -> None:
    assert lines_of(found(graph_of(rule(cidr)))) == [1]


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "198.51.100.0/29", "198.51.100.0/23", "hello", [], None, ""])
def test_sources_that_are_not(cidr: Any) -> None:
    assert found(graph_of(rule(cidr))) == []


@pytest.mark.parametrize("cidr", ["::/0", "::0/0", "0:0:0:0:0:0:0:0/0", "2000::/3"])
def test_ipv6_is_a_world_of_its_own(cidr: str) -> None:
    (opening,) = found(graph_of(rule(None, CidrIpv6=cidr)))
    assert opening.sources.endswith("::/0") or cidr == "2000::/3"


def test_a_cidr_beside_a_group_still_lets_everybody_in() -> None:
    assert lines_of(found(graph_of(rule("0.0.0.0/0", SourceSecurityGroupId="sg-1")))) == [1]


def test_a_group_alone_lets_only_its_members_in() -> None:
    graph = graph_of(rule(None, SourceSecurityGroupId=Unknown("known only after apply")))
    assert found(graph) == []
    (only,) = rules(DecidedResource(graph.resources[0], GraphView(graph, World(), {})), INGRESS)
    assert only.groups
    assert not only.without_peer


def test_halves_in_two_rules_are_the_whole_and_found_at_the_first() -> None:
    graph = graph_of(rule("10.0.0.0/8"), rule("0.0.0.0/1"), rule("128.0.0.0/1", 0, 65535), rule("128.0.0.0/1", 80, 80))
    alone = found(graph)
    assert [(o.place.start // 8, o.sources) for o in alone] == [(2, "0.0.0.0/1"), (3, "128.0.0.0/1")]
    quarters = [rule(f"{first}.0.0.0/8") for first in (8, 9, 12, 14)]
    (together,) = found(graph_of(*quarters, rule("11.0.0.0/8", 80, 80)))
    assert together.place.start // 8 == 1
    assert [other.place.start // 8 for other in together.others] == [2]
    assert together.sources == "8.0.0.0/8 and 9.0.0.0/8, which is 8.0.0.0/7"


def test_what_two_rules_make_together_is_found_once_when_judged_apart() -> None:
    graph = graph_of(rule("8.0.0.0/8"), rule("10.0.0.0/8"), rule("9.0.0.0/8"))
    assert lines_of(found(graph, focus=(0,))) == [1]
    assert found(graph, focus=(1,)) == []
    assert found(graph, focus=(2,)) == []


def test_rules_of_one_place_are_one_finding() -> None:
    both = [value_of(rule("0.0.0.0/0"), line(5)), value_of(rule(None, CidrIpv6="::/0"), line(5))]
    (opening,) = found(graph_of(*both))
    assert opening.sources == "0.0.0.0/0 and ::/0"


def test_an_unknown_source_is_a_doubt_and_its_siblings_are_judged() -> None:
    graph = graph_of(rule(Unknown("var.cidr has no default")), rule("0.0.0.0/0"), rule(Unknown("var.b has no default")))
    answer = found(graph)
    assert [(o.place.start // 8, o.doubt) for o in answer] == [
        (1, "var.cidr has no default"),
        (2, ""),
        (3, "var.b has no default"),
    ]


def test_an_unknown_port_is_a_doubt_only_where_it_could_be_the_one() -> None:
    port = Unknown("var.port has no default")
    assert found(graph_of(rule("0.0.0.0/0", port, port)))[0].doubt == "var.port has no default"
    assert found(graph_of(rule("0.0.0.0/0", port, 21))) == []
    assert found(graph_of(rule("0.0.0.0/0", 23, port))) == []
    assert found(graph_of(rule("10.0.0.0/8", port, port))) == []


def test_unknown_lists_and_rules_are_doubts() -> None:
    graph = graph_of(Unknown("var.rules has no default"), rule("0.0.0.0/0"))
    assert [o.doubt for o in found(graph)] == ["var.rules has no default", ""]
    resource = graph.resources[0]
    resource.properties.entries[INGRESS] = Unknown("var.all has no default")
    assert [o.doubt for o in found(graph)] == ["var.all has no default"]


@pytest.mark.parametrize(
    "cidr",
    [
        Unknown("known only after apply", parts=(Unknown("known only after apply"), Known("/32"))),
        Unknown("known only after apply", references=(Reference("aws_vpc.main", "cidr_block"),)),
    ],
)
def test_what_cannot_be_the_internet_is_no_doubt(cidr: Unknown) -> None:
    graph = graph_of(rule(cidr))
    assert found(graph) == []
    (only,) = rules(DecidedResource(graph.resources[0], GraphView(graph, World(), {})), INGRESS)
    assert not only.without_peer


def test_prefix_lists_of_the_unit_are_read_and_others_are_doubts() -> None:
    part = Part("aws_ec2_managed_prefix_list.wide", line(60), line(60))
    entries = value_of({"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "0.0.0.0/0"}]})
    assert isinstance(entries, MapValue)
    wide = Resource(part.address, "AWS::EC2::PrefixList", "terraform", "x", "wide", entries, MapValue({}), [part])
    named = Unknown("known only after apply", references=(Reference(part.address, "id"),))
    graph = graph_of(rule(None, SourcePrefixListId=named), rule(None, SourcePrefixListId="pl-123"), others=(wide,))
    answer = found(graph)
    assert lines_of(answer) == [1, 2]
    assert answer[0].doubt == ""
    assert "pl-123" in answer[1].doubt


def test_conditions_decide_rule_by_rule() -> None:
    flag = Is(Undecided("var.open"), True)
    sometimes = choose(((flag, value_of(rule(), line(1))), (negate(flag), NULL)))
    graph = graph_of(sometimes, rule("10.0.0.0/8"))

    def question(world: World) -> list[str]:
        resource = DecidedResource(graph.resources[0], GraphView(graph, world, {}))
        return [opening.sources for opening in openings(resource, INGRESS, asks_ssh)]

    leaves = explore(question).leaves
    assert sorted(leaf.answer for leaf in leaves) == [[], ["0.0.0.0/0"]]


bounds = st.integers(-1, 70) | st.none()
cidrs = st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "9.0.0.0/8", "10.0.0.0/8", "1.2.3.4/32"])


@given(st.lists(st.tuples(st.sampled_from(["tcp", "udp", "-1", "icmp"]), bounds, bounds, cidrs), max_size=5))
def test_a_group_is_open_exactly_when_its_union_is(given_rules: list[tuple[str, int | None, int | None, str]]) -> None:
    """An independent reading: collect the blocks of all rules that hold port 22, and look at all of them at once."""
    blocks = []
    for protocol, first, last, cidr in given_rules:
        low, high = (first if first is not None else last), (last if last is not None else first)
        if protocol == "tcp" and (low is None or high is None or -1 in (low, high)):
            low, high = 0, HIGHEST
        if protocol == "-1" or (protocol == "tcp" and low is not None and high is not None and low <= 22 <= high):
            block = parse(cidr)
            assert block is not None
            blocks.append(block)
    graph = graph_of(*(rule(cidr, first, last, protocol) for protocol, first, last, cidr in given_rules))
    assert bool(found(graph)) is bool(open_to_internet(blocks))


def test_ports_in_words() -> None:
    assert str(ports_of(TCP, 22, 22)) == "TCP port 22"
    assert str(ports_of(UDP, 20, 30)) == "UDP ports 20-30"
    assert str(ports_of(ANY, 0, 0)) == "every protocol and port"
    assert str(ports_of(TCP, 0, 65535)) == "every TCP port"
    assert str(ports_of("50", 1, 2)) == "protocol 50"
