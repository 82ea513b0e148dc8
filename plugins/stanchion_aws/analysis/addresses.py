"""Blocks of IP addresses as intervals of integers, and how much of the internet a set of them lets in.

Own arithmetic on integers: importing the standard library's `ipaddress` costs more than judging a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

#: The number of addresses in a family.
SIZE = {4: 1 << 32, 6: 1 << 128}


class Block(NamedTuple):
    """The addresses of one family (4 or 6) from `first` to `last`, both inside."""

    family: int
    first: int
    last: int

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return self.last - self.first + 1

    @property
    def single(self) -> bool:
        """Whether it is one address: /32 or /128."""
        return self.first == self.last

    @property
    def everything(self) -> bool:
        """Whether it is every address of its family, however that was written."""
        return self.size == SIZE[self.family]


def parse(text: str) -> Block | None:
    """The block that a CIDR names, or None when the text is none.

    Host bits are ignored, as EC2 does ("1.2.3.4/0" is everything); an address without a prefix is that one address.
    """
    address, slash, length = text.strip().partition("/")
    family, width, number = 4, 32, _parse_v4(address)
    if number is None:
        family, width, number = 6, 128, _parse_v6(address)
    if number is None:
        return None
    prefix = width
    if slash:
        if not (length.isascii() and length.isdigit()) or len(length) > 3 or int(length) > width:
            return None
        prefix = int(length)
    host = (1 << (width - prefix)) - 1
    return Block(family, number & ~host, number | host)


def _parse_v4(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4:
        return None
    number = 0
    for part in parts:
        if not (part.isascii() and part.isdigit()) or len(part) > 3 or int(part) > 255:
            return None
        number = number << 8 | int(part)
    return number


def _parse_v6(text: str) -> int | None:
    """RFC 4291, section 2.2: eight groups, "::" once for groups of zero, the last 32 bits also in dots."""
    if ":" not in text or text.count("::") > 1:
        return None
    if "." in text:
        head, _, tail = text.rpartition(":")
        dotted = _parse_v4(tail)
        if dotted is None:
            return None
        text = f"{head}:{dotted >> 16:x}:{dotted & 0xFFFF:x}"
    before, gap, after = text.partition("::")
    left = _groups(before)
    right = _groups(after) if gap else []
    if left is None or right is None:
        return None
    missing = 8 - len(left) - len(right)
    if missing < 1 if gap else missing != 0:
        return None
    number = 0
    for group in (*left, *[0] * missing, *right):
        number = number << 16 | group
    return number


def _groups(text: str) -> list[int] | None:
    if not text:
        return []
    found = []
    for part in text.split(":"):
        if not 1 <= len(part) <= 4 or not all(c in "0123456789abcdefABCDEF" for c in part):
            return None
        found.append(int(part, 16))
    return found


def merged(blocks: Iterable[Block]) -> list[Block]:
    """The same addresses as few blocks, in order: overlapping and adjacent ones are joined."""
    found: list[Block] = []
    for block in sorted(blocks):
        last = found[-1] if found else None
        if last is not None and last.family == block.family and block.first <= last.last + 1:
            found[-1] = Block(last.family, last.first, max(last.last, block.last))
        else:
            found.append(block)
    return found


def without(blocks: Iterable[Block], taken: Iterable[Block]) -> list[Block]:
    """The addresses that are in `blocks` and not in `taken`."""
    left = merged(blocks)
    for hole in merged(taken):
        rest: list[Block] = []
        for block in left:
            if block.family != hole.family or hole.last < block.first or block.last < hole.first:
                rest.append(block)
                continue
            if block.first < hole.first:
                rest.append(Block(block.family, block.first, hole.first - 1))
            if hole.last < block.last:
                rest.append(Block(block.family, hole.last + 1, block.last))
        left = rest
    return left


def covers(blocks: Iterable[Block], inner: Block) -> bool:
    """Whether all addresses of a block are in a set of blocks."""
    return not without((inner,), blocks)


#: Addresses that never come from the internet (IANA IPv4 and IPv6 Special-Purpose Address Registries). IPv6
#: from outside is global unicast, 2000::/3 (RFC 4291): all else counts as inside.
_NOT_PUBLIC = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
    "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 ::/3 4000::/2 8000::/1 2001:db8::/32"
)
_inside: list[Block] = []


def public(blocks: Iterable[Block]) -> list[Block]:
    """The part of some blocks that the internet can have as its address."""
    if not _inside:
        _inside.extend(block for block in map(parse, _NOT_PUBLIC.split()) if block is not None)
    return without(blocks, _inside)


#: "Values broader than /8 for IPv4 and /32 for IPv6 (excluding RFC1918 private ranges)" count as public: Amazon S3
#: User Guide, "Blocking public access to your Amazon S3 storage", The meaning of "public".
_WIDEST = {4: 1 << 24, 6: 1 << 96}
#: Many scattered blocks are as good as everybody when they are a quarter of all addresses.
_MANY = {4: 1 << 30, 6: 1 << 123}


def open_to_internet(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, merged, that make a set as wide as the internet; empty when it is narrow or private.

    A merged block counts when it is broader than what AWS still calls a fixed range. Scattered narrower ones count
    when together they are a quarter of the family.
    """
    joined = merged(blocks)
    found: list[Block] = []
    for family in (4, 6):
        ours = [block for block in joined if block.family == family]
        wide = [block for block in ours if block.size > _WIDEST[family] and _reach(block) > _WIDEST[family]]
        if not wide and sum(block.size for block in ours) >= _MANY[family] <= sum(_reach(block) for block in ours):
            wide = ours
        found.extend(wide)
    return found


def _reach(block: Block) -> int:
    return sum(part.size for part in public((block,)))


def loopback(block: Block) -> bool:
    """Whether a block lies inside 127.0.0.0/8 or is ::1: the customary way to write "nobody"."""
    if block.family == 6:
        return block.first == block.last == 1
    return block.first >> 24 == 127 == block.last >> 24


def show(block: Block) -> str:
    """A block as CIDR where it is one ("0.0.0.0/0"), else as "first-last"."""
    width = 32 if block.family == 4 else 128
    length = width - (block.size - 1).bit_length()
    aligned = block.size == 1 << (width - length) and block.first % block.size == 0
    first = _show_address(block.family, block.first)
    return f"{first}/{length}" if aligned else f"{first}-{_show_address(block.family, block.last)}"


def _show_address(family: int, number: int) -> str:
    if family == 4:
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    groups = [f"{number >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    best, length = 0, 0
    for start in range(8):
        end = start
        while end < 8 and groups[end] == "0":
            end += 1
        if end - start > max(length, 1):
            best, length = start, end - start
    if not length:
        return ":".join(groups)
    return f"{':'.join(groups[:best])}::{':'.join(groups[best + length :])}"
