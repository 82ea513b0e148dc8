"""Condition keys: what a statement asks of one, and whether a requester can bring a value that fits.

Rules from the IAM User Guide: "IAM JSON policy elements: Condition operators" (absent keys, IfExists, Null), "Set
operators for multivalued context keys" (ForAllValues, ForAnyValue), "AWS global condition context keys".
"""

from __future__ import annotations

import enum
import ipaddress
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from stanchion_aws.analysis.access.globs import Glob, OpenGlob, literal, member

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Kind(enum.Enum):
    """How values of an operator are compared."""

    TEXT = "text"
    ADDRESS = "address"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    PRESENCE = "presence"


class Quantifier(enum.Enum):
    """Of a key with several values, how many must fit; one without the word has one value."""

    ONE = "one"
    ALL = "all"
    ANY = "any"


@dataclass(slots=True, frozen=True)
class Test:
    """What one operator asks of one key: an absent key passes where `absent` is so; a value passes where its fitting
    one of the values is as `fits` says. `than` is the comparison of numbers and dates ("<="). `open_globs` are globs
    that have holes or policy variables; `everything` says that one of the values takes in all. `key` is in small
    letters, `written` as the policy has it."""

    key: str
    kind: Kind
    absent: bool
    fits: bool
    quantifier: Quantifier = Quantifier.ONE
    globs: tuple[Glob, ...] = ()
    open_globs: tuple[OpenGlob, ...] = ()
    networks: tuple[Network, ...] = ()
    bounds: tuple[Decimal, ...] = ()
    than: str = "="
    truths: tuple[bool, ...] = ()
    everything: bool = False
    holes: bool = False
    written: str = ""

    def negated(self) -> Test:
        """The test that passes exactly where this one does not."""
        turned = {Quantifier.ALL: Quantifier.ANY, Quantifier.ANY: Quantifier.ALL}
        quantifier = turned.get(self.quantifier, self.quantifier)
        return replace(self, absent=not self.absent, fits=not self.fits, quantifier=quantifier)


class UnknownOperatorError(ValueError):
    """An operator that IAM does not have, or a value that it cannot compare."""


@dataclass(slots=True, frozen=True)
class Operator:
    """An operator's name taken apart: `name` is the positive one in small letters, without its prefix and suffix."""

    name: str
    negative: bool
    if_exists: bool
    quantifier: Quantifier

    @property
    def absent(self) -> bool:
        """Whether it is true of a key that is absent."""
        if self.quantifier is Quantifier.ALL:
            return True
        if self.quantifier is Quantifier.ANY:
            return self.if_exists
        return self.negative or self.if_exists


_TEXT = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "binaryequals")
_THAN = {"equals": "=", "lessthan": "<", "lessthanequals": "<=", "greaterthan": ">", "greaterthanequals": ">="}
_QUANTIFIERS = {"forallvalues": Quantifier.ALL, "foranyvalue": Quantifier.ANY, "": Quantifier.ONE}


def operator_named(name: str) -> Operator:
    """Take an operator's name apart. Raises UnknownOperatorError where IAM has none of that name."""
    prefix, _, bare = name.lower().rpartition(":")
    if prefix not in _QUANTIFIERS:
        raise UnknownOperatorError(name)
    short = bare.removesuffix("ifexists")
    negative = short.startswith(("stringnot", "arnnot", "numericnot", "datenot", "not"))
    positive = short.replace("not", "", 1) if negative else short
    known = (
        positive in _TEXT
        or positive in ("ipaddress", "bool", "null")
        or any(positive.startswith(p) and positive.removeprefix(p) in _THAN for p in ("numeric", "date"))
    )
    if not known or (positive == "null" and bare != short):
        raise UnknownOperatorError(name)
    return Operator(positive, negative, bare != short, _QUANTIFIERS[prefix])


def takes_text(name: str) -> bool:
    """Whether a positive operator compares texts."""
    return name in _TEXT


def compared(how: Operator, key: str, values: Sequence[str], holes: bool) -> Test:
    """What an operator that does not compare texts asks; `holes` says that nobody knows some of the values.

    Raises UnknownOperatorError where IAM could not compare a value.
    """
    written, key = key, key.lower()
    if how.name == "null":
        # `true` asks for absence; both values together ask nothing.
        wanted = {value.lower() == "true" for value in values} or {True, False}
        return Test(key, Kind.PRESENCE, True in wanted, False in wanted, written=written)
    same = Test(key, Kind.TRUTH, how.absent, not how.negative, how.quantifier, holes=holes, written=written)
    try:
        if how.name == "ipaddress":
            networks = tuple(ipaddress.ip_network(value, strict=False) for value in values)
            return replace(same, kind=Kind.ADDRESS, networks=networks)
        if how.name == "bool":
            return replace(same, truths=tuple(value.lower() == "true" for value in values))
        kind = Kind.DATE if how.name.startswith("date") else Kind.NUMBER
        than = _THAN[how.name.removeprefix("date").removeprefix("numeric")]
        bounds = tuple(_moment(v) if kind is Kind.DATE else Decimal(v) for v in values)
        return replace(same, kind=kind, bounds=bounds, than=than)
    except (ValueError, InvalidOperation) as error:
        raise UnknownOperatorError(str(error)) from None


def _moment(value: str) -> Decimal:
    """A date as seconds since 1970, written as such or as ISO 8601."""
    try:
        return Decimal(value)
    except InvalidOperation:
        moment = datetime.fromisoformat(value)
        return Decimal(str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


#: A range of addresses at least this long names somebody; a wider one is "the internet" (Amazon S3 User Guide, "The
#: meaning of public").
_NAMES_SOMEBODY = {4: 8, 6: 32}
_PRIVATE = tuple(ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
_SOMEWHERE = (ipaddress.ip_address("198.51.100.7"), ipaddress.ip_address("2001:db8::7"))


def value_for(tests: Sequence[Test], only: Sequence[Glob] | None = None) -> str | None:
    """A value of a key that is there and passes every test, or None where there is none; of a key with several values
    all that are needed, with commas between.

    `only` are the texts that the requester can bring. Addresses are those of the internet at large: private ones, and
    those in a range that names somebody, are not the requester's. Raises globs.TooManyStatesError.
    """
    if any(not each.fits for each in tests if each.kind is Kind.PRESENCE):
        return None
    asked = [each for each in tests if each.kind is not Kind.PRESENCE]
    some = [each for each in asked if each.quantifier is Quantifier.ANY]
    common = [each for each in asked if each.quantifier is not Quantifier.ANY]
    if len(some) < 2:
        return _single(asked, only)
    values = [_single([*common, each], only) for each in some]
    return None if None in values else ",".join(dict.fromkeys(value for value in values if value is not None))


def _single(tests: Sequence[Test], only: Sequence[Glob] | None) -> str | None:
    """One value that passes every test."""
    if any(each.everything and not each.fits for each in tests):
        return None
    tests = [each for each in tests if not each.everything]
    kinds = {each.kind for each in tests}
    if len(kinds) > 1:
        # One key compared in two ways: each must be possible; nothing more is proven.
        return None if any(_single([each], only) is None for each in tests) else "value"
    kind = kinds.pop() if kinds else Kind.TEXT
    if kind is Kind.TEXT:
        groups = [each.globs for each in tests if each.fits]
        none_of = [glob for each in tests if not each.fits for glob in each.globs]
        return member([*groups, only] if only is not None else groups, none_of)
    if kind is Kind.ADDRESS:
        return next((str(a) for a in _addresses(tests) if all(_address_fits(each, a) for each in tests)), None)
    if kind is Kind.TRUTH:
        fitting = (v for v in (True, False) if all((v in each.truths) is each.fits for each in tests))
        return next((str(value).lower() for value in fitting), None)
    return next((str(n) for n in _numbers(tests) if all(_number_fits(each, n) for each in tests)), None)


def value_fits(test: Test, value: str) -> bool:
    """Whether one value of a key passes one test."""
    if test.kind is Kind.PRESENCE:
        return test.fits
    return _single([test], [literal(value)]) is not None if test.kind is Kind.TEXT else _other_fits(test, value)


def _other_fits(test: Test, value: str) -> bool:
    if test.everything:
        return test.fits
    if test.kind is Kind.TRUTH:
        return ((value == "true") in test.truths) is test.fits
    if test.kind is Kind.ADDRESS:
        return _address_fits(test, ipaddress.ip_address(value))
    return _number_fits(test, Decimal(value))


def _numbers(tests: Sequence[Test]) -> list[Decimal]:
    """Every bound, what lies between two of them, and what lies beyond them all."""
    bounds = sorted({bound for each in tests for bound in each.bounds}) or [Decimal(0)]
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]


def _addresses(tests: Iterable[Test]) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """One address of every region that the ranges of the tests cut the internet into."""
    networks = [network for each in tests for network in each.networks]
    own = [n for n in networks if n.prefixlen >= _NAMES_SOMEBODY[n.version]]
    edges = [*_SOMEWHERE]
    for network in [*networks, *_PRIVATE]:
        edges += [network.network_address, network.broadcast_address]
        first, last = int(network.network_address), int(network.broadcast_address)
        if first > 0:
            edges.append(type(network.network_address)(first - 1))
        if last < 2**network.max_prefixlen - 1:
            edges.append(type(network.network_address)(last + 1))
    for address in edges:
        if not any(address.version == n.version and address in n for n in (*own, *_PRIVATE)):
            yield address


def _address_fits(each: Test, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(address.version == n.version and address in n for n in each.networks) is each.fits


_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _number_fits(each: Test, number: Decimal) -> bool:
    compare = _COMPARE[each.than]
    return any(compare(number, bound) for bound in each.bounds) is each.fits
