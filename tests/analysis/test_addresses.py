from __future__ import annotations

import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanchion_aws.analysis.addresses import (
    Block,
    covers,
    loopback,
    merged,
    open_to_internet,
    parse,
    public,
    show,
    without,
)


def block(text: str) -> Block:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["0.0.0.0/0", "1.2.3.4/0", " 0.0.0.0/0 ", "255.255.255.255/0", "0.0.0.0/00"])
def test_everything_however_written_in_v4(text: str) -> None:
    assert block(text).everything
    assert block(text).family == 4


@pytest.mark.parametrize(
    "text", ["::/0", "::0/0", "0:0:0:0:0:0:0:0/0", "0000:0000::/0", "2001:db8::1/0", "::0.0.0.0/0"]
)
def test_everything_however_written_in_v6(text: str) -> None:
    assert block(text).everything
    assert block(text).family == 6


@pytest.mark.parametrize(
    "text",
    [
        "",
        " hello ",
        " 1.2.3 ",
        " 1.2.3.4.5 ",
        " 256.1.1.1 ",
        " 1.2.3.4/33 ",
        " 1.2.3.4/ ",
        " 1.2.3.4/-1 ",
        " 1.2.3.4/x ",
        " ::/129 ",
        " 1.2.3.4/0000",
        " ::: ",
        " 1::2::3 ",
        " 1:2:3 ",
        " g:: ",
        " 12345:: ",
        " 1:2:3:4:5:6:7:8:9 ",
        " 1:2:3:4:5:6:7:8:: ",
        " sg-123 ",
        " 1.2.3.٤",
    ],
)
def test_what_is_no_cidr(text: str) -> None:
    assert parse(text) is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_v4_agrees_with_the_standard_library(number: int, length: int) -> None:
    network = ipaddress.IPv4Network((number, length), strict=False)
    found = block(f"{ipaddress.IPv4Address(number)}/{length}")
    assert (found.first, found.last) == (int(network.network_address), int(network.broadcast_address))
    assert show(found) == str(network)


@given(st.integers(0, 2**128 - 1) | st.integers(0, 2**20).map(lambda n: n << 100), st.integers(0, 128))
def test_v6_agrees_with_the_standard_library(number: int, length: int) -> None:
    network = ipaddress.IPv6Network((number, length), strict=False)
    for written in (str(ipaddress.IPv6Address(number)), ipaddress.IPv6Address(number).exploded):
        found = block(f"{written}/{length}")
        assert (found.first, found.last) == (int(network.network_address), int(network.broadcast_address))
    assert show(found) == str(network)


small = st.builds(lambda a, b: Block(4, min(a, b), max(a, b)), st.integers(0, 40), st.integers(0, 40))


def members(blocks: list[Block]) -> set[int]:
    return {number for b in blocks for number in range(b.first, b.last + 1)}


@given(st.lists(small, max_size=6), st.lists(small, max_size=6))
def test_sets_of_blocks_behave_like_sets(left: list[Block], right: list[Block]) -> None:
    assert members(merged(left)) == members(left)
    assert members(without(left, right)) == members(left) - members(right)
    joined = merged(left)
    assert all(a.last + 1 < b.first for a, b in itertools.pairwise(joined))
    assert all(covers(left, inner) == (members([inner]) <= members(left)) for inner in right)


def test_families_do_not_cover_each_other() -> None:
    assert not covers([block("0.0.0.0/0")], block("::/0"))
    assert open_to_internet([block("::/0")]) == [block("::/0")]


@pytest.mark.parametrize(
    "texts",
    [
        ["0.0.0.0/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["0.0.0.0/1"],
        ["128.0.0.0/1", "10.0.0.0/8"],
        ["2000::/3"],
        ["::/1", "8000::/1"],
        ["8.0.0.0/7"],
        [f"{first}.0.0.0/8" for first in range(256)],
        [f"{first}.0.0.0/8" for first in range(0, 256, 2)],
    ],
)
def test_as_wide_as_the_internet(texts: list[str]) -> None:
    assert open_to_internet([block(text) for text in texts])


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
        ["198.51.100.0/23"],
        ["8.0.0.0/8"],
        ["224.0.0.0/3"],
        ["fc00::/7"],
        ["2600:1f00::/32"],
        ["52.0.0.0/8", "54.0.0.0/8", "18.0.0.0/8"],
    ],
)
def test_narrower_than_the_internet(texts: list[str]) -> None:
    assert not open_to_internet([block(text) for text in texts])


def test_what_makes_it_wide_is_named() -> None:
    wide = open_to_internet([block("0.0.0.0/1"), block("128.0.0.0/1"), block("10.1.0.0/16")])
    assert [show(b) for b in wide] == ["0.0.0.0/0"]
    assert show(Block(4, 1, 6)) == "0.0.0.1-0.0.0.6"


def test_public_part() -> None:
    assert public([block("10.0.0.0/8"), block("127.0.0.1/32")]) == []
    assert public([block("9.0.0.0/7")]) == [block("8.0.0.0/7")]
    assert public([block("192.168.0.0/15")]) == [Block(4, block("192.169.0.0/16").first, block("192.169.0.0/16").last)]


def test_loopback() -> None:
    assert loopback(block("127.0.0.1/32"))
    assert loopback(block("::1/128"))
    assert not loopback(block("0.0.0.0/0"))
    assert not loopback(block("::/0"))
