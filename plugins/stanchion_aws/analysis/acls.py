"""Network ACL entries in one form, and which of them let the internet in although earlier entries may deny it.

Amazon VPC User Guide, "Network ACL rules": entries are read by number from the lowest, the first that fits decides,
and what none fits is denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from stanchion.evaluation.values import Unknown
from stanchion.syntax.source import Located
from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.addresses import Block, covers, open_to_internet, parse, show, without
from stanchion_aws.analysis.ports import ANY, TCP, UDP, Ports, ports_of, protocol_of

ACL, ENTRY = "AWS::EC2::NetworkAcl", "AWS::EC2::NetworkAclEntry"
#: The list property that holds an ACL's entries. An entry declared alone has the same list with itself in it.
ENTRIES = "Entries"


@dataclass(slots=True)
class Entry:
    """One entry: in which direction, at which number, whether it allows, and what.

    `owner` is the address of the resource whose property `path` it is. `number` is None when it is not known;
    `blocks` are empty when no CIDR is given or known. `doubt` says why something about it is not known, or "".
    `written_in` are the addresses of the block that it is written in.
    """

    place: Located
    owner: str
    path: str
    egress: bool
    allow: bool
    number: int | None
    ports: Ports
    blocks: list[Block] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    doubt: str = ""
    written_in: tuple[str, ...] = ()

    @property
    def spot(self) -> tuple[object, ...]:
        """What entries made of one block of one resource have in common."""
        return (self.place.source.path, self.place.start, self.place.end, self.written_in)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others of a unit."""
        return (self.owner, self.path)


def entries(acl: DecidedResource) -> list[Entry]:
    """The entries of an ACL, or the one that stands alone, in source order."""
    return acl.graph.once(("acls.entries", acl.address), lambda: list(_entries(acl)))


def neighbours(acl: DecidedResource) -> list[Entry]:
    """The entries that are read together with those of an ACL or of an entry: all that name the same ACL."""
    if acl.type != ENTRY:
        return entries(acl)
    groups = acl.graph.once("acls.alone", lambda: _alone(acl.graph))
    return groups.get(_named_acl(acl)) or entries(acl)


def _alone(graph: GraphView) -> dict[object, list[Entry]]:
    groups: dict[object, list[Entry]] = {}
    for other in graph.of_type(ENTRY):
        groups.setdefault(_named_acl(other), []).extend(entries(other))
    return groups


def _named_acl(entry: DecidedResource) -> object:
    """What an entry that stands alone says of its ACL; itself when that cannot be compared."""
    name = entry["NetworkAclId"]
    if name.references:
        return name.references[0]
    if isinstance(name.raw, Unknown) and name.raw.variable is not None:
        return name.raw.variable
    return entry.address if name.unknown or not name.text else name.text


def _entries(acl: DecidedResource) -> Iterator[Entry]:
    listed = acl[ENTRIES]
    if listed.unknown:
        yield _unread(listed)
        return
    for item in listed:
        yield _unread(item) if item.unknown else _entry(item)


def _unread(value: Decided) -> Entry:
    return Entry(
        value.place,
        value.resource.address,
        value.path,
        False,
        True,
        None,
        Ports(None, None, None),
        doubt=value.reason or "",
    )


def _entry(item: Decided) -> Entry:
    egress, action, number = item["Egress"], item["RuleAction"], item["RuleNumber"]
    doubt = egress.reason or action.reason or ""
    ports, ports_doubt = _ports(item)
    entry = Entry(
        item.place,
        item.resource.address,
        item.path,
        not egress.unknown and egress == True,  # noqa: E712 - equality decides, truth would guess
        action.unknown or action.text.strip().lower() == "allow",
        None if number.unknown or number.number is None else int(number.number),
        ports,
        doubt=doubt or ports_doubt,
        written_in=item.owners,
    )
    for cidr in (item["CidrBlock"], item["Ipv6CidrBlock"]):
        if cidr.unknown:
            entry.doubt = entry.doubt or cidr.reason or ""
        elif cidr.text:
            entry.written.append(cidr.text)
            block = parse(cidr.text)
            entry.blocks.extend((block,) if block is not None else ())
    return entry


def _ports(item: Decided) -> tuple[Ports, str]:
    protocol = item["Protocol"]
    name = None if protocol.unknown else protocol_of(protocol.text)
    doubt = protocol.reason or ""
    bounds: list[int | None] = []
    known = True
    for bound in (item.get("PortRange", "From"), item.get("PortRange", "To")):
        if bound.unknown:
            known, doubt = False, doubt or bound.reason or ""
        number = None if bound.unknown else bound.number
        bounds.append(int(number) if number is not None else None)
    if known and None in bounds and name in (TCP, UDP):
        # EC2 refuses an entry for TCP or UDP without both bounds: it cannot be said to open any port
        return Ports(name, 0, -1), ""
    ports = ports_of(name, bounds[0], bounds[1], known)
    return ports, doubt if ports.open_ended else ""


@dataclass(slots=True)
class Admitted:
    """An entry that lets the internet in on some ports; `sources` in words; `doubt` why it is only possible, or ""."""

    entry: Entry
    sources: str
    doubt: str = ""


def admitted(acl: DecidedResource, asked: Ports) -> Iterator[Admitted]:
    """The entries that let the internet in on the ports asked for, less what entries with lower numbers deny.

    Entries made of one block are one, with the sources of all.
    """
    found: dict[tuple[object, ...], Admitted] = {}
    for one in _admitted(acl, asked):
        before = found.setdefault((*one.entry.spot, one.doubt), one)
        if before is not one and one.sources not in before.sources.split(" and "):
            before.sources = f"{before.sources} and {one.sources}"
    yield from found.values()


def _admitted(acl: DecidedResource, asked: Ports) -> Iterator[Admitted]:
    inbound = [entry for entry in neighbours(acl) if not entry.egress]
    for entry in entries(acl):
        if entry.egress or not entry.allow:
            continue
        includes = entry.ports.includes(asked)
        if includes is False:
            continue
        if includes is None or entry.doubt:
            wide = open_to_internet(entry.blocks) if entry.blocks else []
            if wide or not entry.blocks:
                yield Admitted(entry, " and ".join(entry.written), entry.doubt)
            continue
        denied, uncertain = _denied_before(entry, inbound, asked)
        wide = open_to_internet(without(entry.blocks, denied))
        if wide:
            yield Admitted(entry, _sources(entry, wide), uncertain)


def shadowed(acl: DecidedResource) -> Iterator[tuple[Entry, Entry]]:
    """Entries that never decide anything, each with the earlier entry that has decided all that it would."""
    known = [entry for entry in neighbours(acl) if not entry.doubt and entry.number is not None]
    known.sort(key=lambda entry: entry.number or 0)
    own = {entry.key for entry in entries(acl)}
    for index, entry in enumerate(known):
        if entry.key not in own:
            continue
        for before in known[:index]:
            if before.egress is entry.egress and before.number != entry.number and _decides_all(before, entry):
                yield entry, before
                break


def _decides_all(before: Entry, entry: Entry) -> bool:
    if not entry.blocks or not all(covers(before.blocks, block) for block in entry.blocks):
        return False
    if before.ports.protocol == ANY:
        return True
    if before.ports.protocol != entry.ports.protocol or before.ports.protocol not in (TCP, UDP):
        return False
    return entry.ports.width > 0 and _holds(before.ports, entry.ports)


def _denied_before(entry: Entry, others: Iterable[Entry], asked: Ports) -> tuple[list[Block], str]:
    """What is denied to all of the ports asked for before an entry is read, and why that may not be all."""
    denied: list[Block] = []
    uncertain = ""
    for other in others:
        if other.key == entry.key or (other.allow and not other.doubt):
            continue
        whole = other.ports.includes(asked) and _holds(other.ports, asked)
        if other.doubt or other.number is None or entry.number is None:
            may = other.ports.includes(asked) is not False and (other.number is None or _before(other, entry))
            if may and (other.doubt or whole):
                uncertain = uncertain or other.doubt or "it is not known which entry is read first"
            continue
        if whole and other.number < entry.number:
            denied.extend(other.blocks)
    return denied, uncertain


def _before(other: Entry, entry: Entry) -> bool:
    return other.number is None or entry.number is None or other.number < entry.number


def _holds(ports: Ports, asked: Ports) -> bool:
    assert asked.first is not None
    assert asked.last is not None
    return ports.first is not None and ports.last is not None and ports.first <= asked.first <= asked.last <= ports.last


def _sources(entry: Entry, wide: Sequence[Block]) -> str:
    shown = [show(block) for block in wide]
    if len(shown) > 2 or sorted(shown) == sorted(entry.written):
        return " and ".join(entry.written)
    return " and ".join(shown)
