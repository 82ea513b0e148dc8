"""Protocols and port ranges of network rules, as the EC2 API reads them.

Sources: Amazon EC2 API Reference, "IpPermission"; Amazon VPC User Guide, "Security group rules" and "Network ACL
rules"; IANA, "Protocol Numbers".
"""

from __future__ import annotations

from typing import NamedTuple

#: Every protocol.
ANY = "-1"
TCP, UDP, ICMP, ICMPV6 = "tcp", "udp", "icmp", "icmpv6"
HIGHEST = 65535
#: Port 0 cannot be listened on, so 1-65535 is as much as 0-65535.
LOWEST = 1

_NUMBERS = {"-1": ANY, "all": ANY, "6": TCP, "17": UDP, "1": ICMP, "58": ICMPV6, "ipv6-icmp": ICMPV6}


class Ports(NamedTuple):
    """Ports of one protocol, from `first` to `last`, both inside; a bound that nobody knows is None.

    `protocol` is "tcp", "udp", "icmp", "icmpv6", "-1" (every protocol), another protocol's number or name, "" where
    none was given, or None where nobody knows it.
    """

    protocol: str | None
    first: int | None
    last: int | None

    @property
    def everything(self) -> bool:
        """Whether it is every protocol, or every port of TCP or UDP."""
        if self.protocol == ANY:
            return True
        whole = self.first is not None and self.first <= LOWEST and self.last is not None and self.last >= HIGHEST
        return whole and self.protocol in (TCP, UDP, "")

    @property
    def open_ended(self) -> bool:
        """Whether the protocol or a bound is not known."""
        return self.protocol is None or self.first is None or self.last is None

    @property
    def width(self) -> int:
        """How many ports, 0 for protocols that have none or when a bound is not known."""
        if self.first is None or self.last is None:
            return 0
        return max(0, self.last - self.first + 1)

    def includes(self, other: Ports) -> bool | None:
        """Whether some of `other` (one known protocol and range) is inside; None when that cannot be told."""
        if self.protocol not in (other.protocol, ANY, "", None):
            return False
        assert other.first is not None
        assert other.last is not None
        if self.first is not None and self.first > other.last:
            return False
        if self.last is not None and self.last < other.first:
            return False
        return None if self.open_ended else True

    def __str__(self) -> str:
        if self.protocol == ANY:
            return "every protocol and port"
        if self.protocol in (ICMP, ICMPV6):
            return "ICMP" if self.protocol == ICMP else "ICMPv6"
        if self.protocol not in (TCP, UDP, "", None):
            return f"protocol {self.protocol}"
        named = f"{self.protocol.upper()} " if self.protocol else ""
        if self.everything:
            return f"every {named}port"
        if self.first == self.last:
            return f"{named}port {self.first}" if self.first is not None else f"{named}port"
        return f"{named}ports {self.first}-{self.last}"


def protocol_of(text: str) -> str:
    """A protocol as EC2 understands it, by name or by number."""
    spelt = text.strip().lower()
    return _NUMBERS.get(spelt, spelt)


def ports_of(protocol: str | None, first: int | None, last: int | None, known: bool = True) -> Ports:
    """The ports of a rule from its protocol and bounds as they are written.

    A bound that was left out is None with `known`; one that nobody knows is None without. -1 means all. Bounds of
    ICMP are a type and a code, and of other protocols EC2 takes no notice.
    """
    if protocol == ANY:
        return Ports(ANY, 0, HIGHEST)
    if protocol not in (TCP, UDP, "", None):
        return Ports(protocol, 0, -1)
    if not known:
        return Ports(protocol, first, last)
    first, last = (last if first is None else first), (first if last is None else last)
    if first is None or last is None or first == -1 or last == -1:
        return Ports(protocol, 0, HIGHEST)
    return Ports(protocol, first, last)
