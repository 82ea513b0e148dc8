"""Security group rules in one form, whatever form they were written in, and which of them let the internet in or out.

A rule is a direction, a protocol with a port range, and peers: blocks of addresses, other groups, prefix lists. What
nobody knows is left out of every certain answer and named in a doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stanchion.syntax.source import Located, span_of
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Step
from stanchion.worlds.view import WRITTEN, DecidedResource, GraphView
from stanchion_aws.analysis.addresses import Block, loopback, open_to_internet, parse, public, show, without
from stanchion_aws.analysis.ports import Ports, ports_of, protocol_of

GROUP = "AWS::EC2::SecurityGroup"
PREFIX_LIST = "AWS::EC2::PrefixList"
#: The list properties that hold a group's rules. A rule declared alone has the same list with itself in it.
INGRESS, EGRESS = "SecurityGroupIngress", "SecurityGroupEgress"
INGRESS_TYPES = (GROUP, "AWS::EC2::SecurityGroupIngress")
EGRESS_TYPES = (GROUP, "AWS::EC2::SecurityGroupEgress")

_SIDES = {INGRESS: "Source", EGRESS: "Destination"}
_CIDRS = {"CidrIp": 8, "CidrIpv6": 32}
#: Attributes that hold the addresses of a VPC, a subnet or a single host. VPC User Guide, "VPC CIDR blocks": a VPC is
#: never larger than /16 (IPv6: /44).
_NARROW = {
    *("cidr_block", "CidrBlock", "ipv6_cidr_block", "Ipv6CidrBlock", "Ipv6CidrBlocks", "CidrBlockAssociations"),
    *("private_ip", "PrivateIp", "public_ip", "PublicIp", "private_cidr_block", "secondary_cidr_blocks"),
    *("cidr_block_associations", "ipv6_cidr_block_associations", "vpc_cidr_block"),
}


class Said(NamedTuple):
    """Where a rule names addresses, and where these were written when that is elsewhere (a default, a prefix list)."""

    block: Block
    place: Located
    elsewhere: Located | None


@dataclass(slots=True)
class Rule:
    """One rule of a group: what may pass, and from or to whom.

    `blocks` are the addresses named by it and by the prefix lists it names, as far as they are known; `written` are
    their texts, `said` tells where. `groups` are the groups that it names, itself too, by their references or ids.
    `doubt` says why its peers are not all known, `ports_doubt` why its ports are not, or "".
    `place` is the rule as a whole, `path` its property path, `owners` the addresses of the block it is written in.
    """

    direction: str
    ports: Ports
    place: Located
    path: str
    blocks: list[Block] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    doubt: str = ""
    ports_doubt: str = ""
    owners: tuple[str, ...] = ()

    @property
    def nobody(self) -> bool:
        """Whether it names a loopback address, the customary way to write a rule that allows nothing."""
        return any(loopback(block) for block in self.blocks)

    @property
    def without_peer(self) -> bool:
        """Whether it says neither who nor whose group."""
        return not (self.blocks or self.written or self.groups or self.doubt)


@dataclass(slots=True)
class Spot:
    """The rules written at one place by one resource: a Terraform block with two CIDRs is two rules.

    `narrow` when all its peers are known and none is large enough to be a part of the internet worth speaking of.
    """

    place: Located
    path: str
    rules: list[Rule]
    narrow: bool = False


@dataclass(slots=True)
class Opening:
    """A place whose rules let the whole internet through, for what was asked: where they name it, if they do.

    `rules`: those that do, `rule` is the whole of the first; `sources`: from or to where, in words; `others`: rules
    elsewhere without which it would be less than the internet; `doubt`: why it is only possible, or ""; `elsewhere`:
    where the addresses were written, when that is somewhere else.
    """

    place: Located
    rule: Located
    path: str
    rules: list[Rule]
    sources: str = ""
    others: tuple[Rule, ...] = ()
    doubt: str = ""
    elsewhere: Located | None = None

    @property
    def ports(self) -> Ports:
        """The widest port range among the rules."""
        return max((rule.ports for rule in self.rules), key=lambda ports: (ports.everything, ports.width))

    def steps(self) -> Iterator[Step]:
        """The other rules and where the addresses were written, as a trace."""
        for rule in self.others:
            yield Step(f"together with {', '.join(rule.written)} here", rule.place)
        if self.elsewhere is not None:
            yield Step(WRITTEN, self.elsewhere)


def spots(resource: DecidedResource, direction: str) -> list[Spot]:
    """The rules of a group, or the rule that stands alone, of one direction (`INGRESS` or `EGRESS`), by place."""
    key = ("network.spots", resource.address, direction, resource.focus)
    return resource.graph.once(key, lambda: _spots(resource, direction))


def rules(resource: DecidedResource, direction: str) -> Iterator[Rule]:
    """The same rules, one by one."""
    for spot in spots(resource, direction):
        yield from spot.rules


def openings(resource: DecidedResource, direction: str, asked: Callable[[Ports], bool | None]) -> Iterator[Opening]:
    """Where a group lets the whole internet through on the ports that are asked for.

    `asked` says of a rule's ports whether they include these, or None when that cannot be told. Judged is first each
    place alone, then what is left together, so that two halves of the internet in two rules are found.
    """
    rest: list[tuple[Spot, list[Rule]]] = []
    for spot in spots(resource, direction):
        if spot.narrow:
            continue
        answers = [(rule, asked(rule.ports)) for rule in spot.rules]
        sure = [rule for rule, answer in answers if answer]
        wide = open_to_internet(_blocks_of(sure))
        if wide:
            letting = [rule for rule in sure if _touches(rule, wide)]
            yield _opening(spot, letting, wide, _sources(letting, wide))
            continue
        rest.append((spot, sure))
        doubtful = _doubtful(spot, answers)
        if doubtful is not None:
            yield doubtful
    yield from _together(resource, direction, asked, rest)


def _doubtful(spot: Spot, answers: Sequence[tuple[Rule, bool | None]]) -> Opening | None:
    """What could let the internet in, were the unknown parts of a rule of the worst kind."""
    for rule, answer in answers:
        if answer is False:
            continue
        if rule.doubt:
            return Opening(spot.place, spot.place, spot.path, [rule], doubt=rule.doubt)
        wide = open_to_internet(rule.blocks) if answer is None else []
        if wide:
            return _opening(spot, [rule], wide, _sources([rule], wide), doubt=rule.ports_doubt)
    return None


def _opening(
    spot: Spot,
    letting: list[Rule],
    wide: Sequence[Block],
    sources: str,
    others: tuple[Rule, ...] = (),
    doubt: str = "",
) -> Opening:
    """What the rules of a spot let through, at the first of the addresses that do."""
    said = [said for rule in letting for said in rule.said if _meets(said.block, wide)]
    enough = [each for each in said if open_to_internet((each.block,))]
    first = next(iter(enough or said), Said(wide[0], spot.place, None))
    return Opening(first.place, spot.place, spot.path, letting, sources, others, doubt, first.elsewhere)


#: A rule must hold at least this share of what counts as the internet for others to be looked at beside it.
_PART = {4: 1 << 18, 6: 1 << 90}


def _together(
    resource: DecidedResource,
    direction: str,
    asked: Callable[[Ports], bool | None],
    rest: Sequence[tuple[Spot, list[Rule]]],
) -> Iterator[Opening]:
    large = [(spot, sure) for spot, sure in rest if any(map(_large, _blocks_of(sure)))]
    if not large:
        return
    everyone = large
    if resource.focus is not None:
        whole = DecidedResource(resource.resource, resource.graph)
        everyone = [
            (spot, sure)
            for spot in spots(whole, direction)
            if not spot.narrow
            and (sure := [rule for rule in spot.rules if asked(rule.ports)])
            and not open_to_internet(_blocks_of(sure))
        ]
    wide = open_to_internet(block for _, sure in everyone for block in _blocks_of(sure))
    if not wide:
        return
    letting = [
        (spot, [rule for rule in sure if _touches(rule, wide)])
        for spot, sure in everyone
        if any(_touches(rule, wide) for rule in sure)
    ]
    spot, first = letting[0]
    if all(_key(spot.rules[0]) != _key(other.rules[0]) for other, _ in large):
        return  # judged apart: the finding belongs to the first of them
    others = [rule for _, sure in letting[1:] for rule in sure]
    yield _opening(spot, first, wide, _sources([*first, *others], wide), tuple(others))


def _large(block: Block) -> bool:
    return block.size > _PART[block.family] and any(part.size > _PART[part.family] for part in public((block,)))


def _key(rule: Rule) -> tuple[object, ...]:
    return (rule.place.source.path, rule.place.start, rule.place.end, rule.owners)


def _blocks_of(several: Iterable[Rule]) -> list[Block]:
    return [block for rule in several for block in rule.blocks]


def _touches(rule: Rule, wide: Sequence[Block]) -> bool:
    return any(_meets(block, wide) for block in rule.blocks)


def _meets(block: Block, wide: Sequence[Block]) -> bool:
    return any(
        block.family == other.family and block.first <= other.last and other.first <= block.last for other in wide
    )


def _sources(several: Sequence[Rule], wide: Sequence[Block]) -> str:
    """The peers in words, as they were written, and what they come to where that is not the same."""
    written = list(dict.fromkeys(text for rule in several for text in rule.written if _named(text, wide)))
    enough = [text for text in written if open_to_internet(filter(None, (parse(text),)))]
    if not without(wide, filter(None, map(parse, enough))):
        written = enough
    shown = [show(block) for block in wide]
    listed = " and ".join(written[:4]) + (f" and {len(written) - 4} more" if len(written) > 4 else "")
    if not written or sorted(written) == sorted(shown):
        return " and ".join(shown)
    return f"{listed}, which is {' and '.join(shown)}"


def _named(text: str, wide: Sequence[Block]) -> bool:
    block = parse(text)
    return block is None or any(o.family == block.family and o.first <= block.first <= o.last for o in wide)


# Reading


def _spots(resource: DecidedResource, direction: str) -> list[Spot]:
    found: dict[tuple[object, ...], Spot] = {}
    value = resource[direction]
    if value.unknown:
        reason = value.reason or ""
        rule = Rule(direction, Ports(None, None, None), value.place, value.path, doubt=reason, ports_doubt=reason)
        return [Spot(value.place, value.path, [rule])]
    for item in resource.elements(direction):
        if not (item.is_map or item.unknown):
            continue
        rule = _rule(item, direction, resource.graph)
        key = _key(rule)
        if key not in found:
            found[key] = Spot(rule.place, rule.path, [])
        found[key].rules.append(rule)
    for spot in found.values():
        known = not any(rule.doubt or rule.ports_doubt for rule in spot.rules)
        spot.narrow = known and not any(map(_large, _blocks_of(spot.rules)))
    return list(found.values())


def _rule(item: Decided, direction: str, graph: GraphView) -> Rule:
    if item.unknown:
        reason = item.reason or ""
        ports = Ports(None, None, None)
        return Rule(direction, ports, item.place, item.path, doubt=reason, ports_doubt=reason, owners=item.owners)
    ports, ports_doubt = _ports(item)
    rule = Rule(direction, ports, item.place, item.path, ports_doubt=ports_doubt, owners=item.owners)
    side = _SIDES[direction]
    for name, widest in _CIDRS.items():
        for cidr in _elements(item[name]):
            _add_cidr(rule, cidr, widest, cidr)
    for name in (f"{side}SecurityGroupId", f"{side}SecurityGroupName"):
        if _given(item[name]):
            rule.groups.append(_name_of(item[name]))
    for prefix_list in _elements(item[f"{side}PrefixListId"]):
        _add_prefix_list(rule, prefix_list, graph)
    return rule


def _ports(item: Decided) -> tuple[Ports, str]:
    """The ports of a rule, and why they are not all known."""
    protocol = item["IpProtocol"]
    name = None if protocol.unknown else protocol_of(protocol.text)
    doubt = protocol.reason or ""
    bounds: list[int | None] = []
    known = True
    for bound in (item["FromPort"], item["ToPort"]):
        if bound.unknown:
            known = False
            doubt = doubt or bound.reason or ""
        number = None if bound.unknown else bound.number
        bounds.append(int(number) if number is not None else None)
    ports = ports_of(name, bounds[0], bounds[1], known)
    return ports, doubt if ports.protocol is None or ports.first is None or ports.last is None else ""


def _elements(value: Decided) -> Iterator[Decided]:
    """The elements of a list, or the one value; an unknown as itself, without asking whether it is there."""
    if value.unknown:
        yield value
    else:
        yield from value


def _given(value: Decided) -> bool:
    return value.unknown or value.present


def _name_of(value: Decided) -> str:
    """What tells one group from another, as far as that can be told."""
    if value.references:
        return f"{value.references[0].address}.{value.references[0].attribute}"
    return f"{value.path}: {value.reason}" if value.unknown else value.text


def _add_cidr(rule: Rule, cidr: Decided, widest: int, named: Decided) -> None:
    if cidr.unknown:
        if _never_wide(cidr, widest):
            rule.written.append("addresses that are known later")
        else:
            rule.doubt = rule.doubt or cidr.reason or ""
        return
    text = cidr.text.strip()
    if not text:
        return
    block = parse(text)
    rule.written.append(text)
    if block is not None:
        rule.blocks.append(block)
        place = named.place if named.owners == rule.owners else rule.place
        elsewhere = cidr.elsewhere if cidr is named else cidr.place
        rule.said.append(Said(block, span_of(place), span_of(elsewhere) if elsewhere is not None else None))


def _never_wide(cidr: Decided, widest: int) -> bool:
    """Whether an unknown block is certainly narrower than the internet: "${var.ip}/32", or a subnet's own block."""
    length = (cidr.pieces[-1] or "").rpartition("/")[2]
    if length.isdigit() and len(length) <= 3 and "/" in (cidr.pieces[-1] or ""):
        return int(length) >= widest
    return bool(cidr.references) and all(reference.attribute in _NARROW for reference in cidr.references)


def _add_prefix_list(rule: Rule, prefix_list: Decided, graph: GraphView) -> None:
    lists = [found for found in graph.named_by(prefix_list) if found.type == PREFIX_LIST]
    for found in lists:
        for entry in _elements(found["Entries"]):
            if entry.unknown:
                rule.doubt = rule.doubt or entry.reason or ""
            else:
                _add_cidr(rule, entry["Cidr"], 0, prefix_list)
    if not lists:
        name = prefix_list.reason if prefix_list.unknown else f"prefix list {prefix_list.text}"
        rule.doubt = rule.doubt or f"what is in the prefix list stands elsewhere ({name})"
