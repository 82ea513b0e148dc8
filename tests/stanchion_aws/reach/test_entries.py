"""What network ACL entries let through is what walking single packets through them says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stanchion.syntax.source import Source, Span
from stanchion_aws.analysis.acls import Entry
from stanchion_aws.analysis.addresses import Block
from stanchion_aws.analysis.ports import ANY, HIGHEST, TCP, UDP, Ports
from stanchion_aws.analysis.reach.routes import passing

PLACE = Span(Source("main.tf", "x"), 0, 1)
EDGES = (0, 1, 21, 22, 23, 1023, 1024, 65534, 65535)
ADDRESSES = (0, 1, 7, 8, 15, 16, (1 << 32) - 1)


@st.composite
def ranges(draw: st.DrawFn, among: tuple[int, ...]) -> tuple[int, int]:
    first, last = sorted((draw(st.sampled_from(among)), draw(st.sampled_from(among))))
    return first, last


@st.composite
def port_ranges(draw: st.DrawFn) -> Ports:
    protocol = draw(st.sampled_from([TCP, UDP, ANY]))
    return Ports(ANY, 0, HIGHEST) if protocol == ANY else Ports(protocol, *draw(ranges(EDGES)))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    block = Block(4, *draw(ranges(ADDRESSES)))
    return Entry(PLACE, "acl", "Entries", False, draw(st.booleans()), 1, draw(port_ranges()), [block])


def walked(listed: list[Entry], protocol: str, port: int, address: int) -> bool:
    """The first entry that fits one packet decides."""
    for entry in listed:
        ports, block = entry.ports, entry.blocks[0]
        assert ports.first is not None
        assert ports.last is not None
        fits = ports.protocol == ANY or (ports.protocol == protocol and ports.first <= port <= ports.last)
        if fits and block.first <= address <= block.last:
            return entry.allow
    return False


@settings(max_examples=400)
@given(st.lists(entries(), max_size=6), port_ranges(), st.lists(ranges(ADDRESSES), min_size=1, max_size=2))
def test_the_addresses_that_pass_are_those_of_some_packet_that_does(
    listed: list[Entry], asked: Ports, sources: list[tuple[int, int]]
) -> None:
    assert asked.first is not None
    assert asked.last is not None
    blocks = [Block(4, first, last) for first, last in sources]
    passed = passing(listed, asked, blocks)
    protocols = [TCP, UDP, "47"] if asked.protocol == ANY else [asked.protocol or ""]
    ports = [port for port in EDGES if asked.first <= port <= asked.last]
    ports += [port + 1 for port in ports if port + 1 <= asked.last]
    for address in {*ADDRESSES, *(a + 1 for a in ADDRESSES[:-1])}:
        inside = any(first <= address <= last for first, last in sources)
        wanted = inside and any(walked(listed, p, port, address) for p in protocols for port in ports)
        assert any(block.first <= address <= block.last for block in passed) is wanted
