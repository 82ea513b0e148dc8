"""Network ACL entries: read from the lowest number, the first that fits decides, what is not known stays a doubt."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value
from stanchion.graph.resource import Graph, Part, Resource
from stanchion.syntax.source import Source, Span
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import World
from stanchion_aws.analysis.acls import ACL, ENTRIES, ENTRY, admitted, entries, neighbours, shadowed
from stanchion_aws.analysis.addresses import parse
from stanchion_aws.analysis.ports import TCP, Ports

SOURCE = Source("main.tf", "entry\n" * 50)
BLOCK = Span(SOURCE, 0, len(SOURCE.text))
SSH = Ports(TCP, 22, 22)


def value(given_value: Any) -> Value:
    if isinstance(given_value, Known | Unknown | ListValue | MapValue):
        return given_value
    if isinstance(given_value, dict):
        return MapValue({key: value(inner) for key, inner in given_value.items()})
    return Known(given_value)


def entry(number: Any, action: Any = "allow", cidr: Any = "0.0.0.0/0", first: Any = 22, **more: Any) -> dict[str, Any]:
    ports = {"From": first, "To": first}
    return {"RuleNumber": number, "RuleAction": action, "CidrBlock": cidr, "Protocol": "6", "PortRange": ports, **more}


def made(address: str, type_: str, given_entries: list[dict[str, Any]], acl: str = "acl-1") -> Resource:
    listed = ListValue(
        tuple(
            MapValue({key: value(inner) for key, inner in item.items()}, Span(SOURCE, n * 6, n * 6 + 5))
            for n, item in enumerate(given_entries)
        )
    )
    body = MapValue({ENTRIES: listed, "NetworkAclId": Known(acl)})
    part = Part(address, Span(SOURCE, 0, 5), BLOCK)
    return Resource(address, type_, "terraform", "aws_x", "x", body, MapValue({}), [part])


def decided(*resources: Resource) -> list[DecidedResource]:
    graph = GraphView(Graph("terraform", ".", list(resources)), World(), {})
    return [DecidedResource(resource, graph) for resource in resources]


def open_numbers(*given_entries: dict[str, Any]) -> list[tuple[int | None, str]]:
    (acl,) = decided(made("acl", ACL, list(given_entries)))
    return [(found.entry.number, found.doubt) for found in admitted(acl, SSH)]


def test_a_deny_before_closes_and_a_deny_after_does_not() -> None:
    assert open_numbers(entry(200), entry(100, "deny")) == []
    assert open_numbers(entry(100), entry(200, "deny")) == [(100, "")]


def test_only_a_deny_of_all_the_ports_and_addresses_closes() -> None:
    assert open_numbers(entry(200), entry(100, "deny", first=23)) == [(200, "")]
    assert open_numbers(entry(200), entry(100, "deny", "10.0.0.0/8")) == [(200, "")]
    assert open_numbers(entry(200), entry(100, "deny", Protocol="17")) == [(200, "")]
    assert open_numbers(entry(200), entry(100, "deny", Protocol="-1", PortRange=None)) == []
    assert open_numbers(entry(200), entry(100, "deny", "0.0.0.0/1"), entry(110, "deny", "128.0.0.0/1")) == []


def test_outbound_entries_neither_open_nor_close() -> None:
    assert open_numbers(entry(200, Egress=True)) == []
    assert open_numbers(entry(200), entry(100, "deny", Egress="true")) == [(200, "")]


def test_ports_and_protocols_in_every_form() -> None:
    assert open_numbers(entry("100", Protocol="all", PortRange=None)) == [(100, "")]
    assert open_numbers(entry(100, PortRange={"From": "1", "To": "4000"})) == [(100, "")]
    assert open_numbers(entry(100, PortRange=None)) == []
    assert open_numbers(entry(100, PortRange={"From": 22})) == []


def test_what_is_not_known_is_a_doubt() -> None:
    unknown = Unknown("var.x has no default")
    assert open_numbers(entry(100, cidr=unknown)) == [(100, "var.x has no default")]
    assert open_numbers(entry(100, unknown)) == [(100, "var.x has no default")]
    assert open_numbers(entry(100, PortRange={"From": unknown, "To": 30})) == [(100, "var.x has no default")]
    assert open_numbers(entry(100, PortRange={"From": unknown, "To": 21})) == []
    assert open_numbers(entry(unknown), entry(100, "deny")) == [(None, "it is not known which entry is read first")]
    assert open_numbers(entry(200), entry(100, "deny", unknown)) == [(200, "var.x has no default")]


def test_entries_that_stand_alone_are_read_with_those_of_the_same_acl() -> None:
    allow, deny = made("allow", ENTRY, [entry(200)]), made("deny", ENTRY, [entry(100, "deny")])
    other = made("other", ENTRY, [entry(100, "deny")], "acl-2")
    first, _, _ = decided(allow, deny, other)
    assert list(admitted(first, SSH)) == []
    assert [item.owner for item in neighbours(first)] == ["allow", "deny"]
    assert [item.owner for item in entries(first)] == ["allow"]
    alone, _ = decided(allow, other)
    assert [found.entry.number for found in admitted(alone, SSH)] == [200]


def test_an_entry_that_another_decides_before_is_never_reached() -> None:
    (acl,) = decided(
        made(
            "acl",
            ACL,
            [
                entry(100, PortRange={"From": 0, "To": 1023}),
                entry(110, "deny"),
                entry(120, cidr="10.0.0.0/8", first=2000),
                entry(130, Egress=True),
                entry(90, "deny", "198.51.100.0/24"),
            ],
        )
    )
    assert [(late.number, early.number) for late, early in shadowed(acl)] == [(110, 100)]


choices = st.tuples(
    st.integers(1, 5),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"]),
    st.sampled_from([(22, 22), (20, 30), (23, 23), (0, 65535)]),
)


@given(st.lists(choices, max_size=6, unique_by=lambda choice: choice[0]))
def test_what_is_admitted_is_what_reading_in_order_admits(
    rows: list[tuple[int, str, str, tuple[int, int]]],
) -> None:
    def allowed(address: int) -> bool:
        for _, action, cidr, (first, last) in sorted(rows):
            block = parse(cidr)
            assert block is not None
            if block.first <= address <= block.last and first <= 22 <= last:
                return action == "allow"
        return False

    given_entries = [
        entry(number, action, cidr, PortRange={"From": first, "To": last})
        for number, action, cidr, (first, last) in rows
    ]
    (acl,) = decided(made("acl", ACL, given_entries))
    assert any(True for _ in admitted(acl, SSH)) is any(allowed(address) for address in (8 << 24, 200 << 24))
