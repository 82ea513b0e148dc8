"""Condition keys: what a statement asks of one, and whether a requester can bring a value that fits.

Rules from the IAM User Guide: "IAM JSON policy elements: Condition operators" (absent keys, IfExists, Null), "Set
operators for multivalued context keys" (ForAllValues, ForAnyValue), "AWS global condition context keys".
"""

from __future__ import annotations

import enum
import ipaddress
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from stanchion_aws.analysis.access.globs import Glob, arn, literal, member, wildcards

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Kind(enum.Enum):
    """How values of an operator are compared."""

    TEXT = "text"
    ADDRESS = "address"
    NUMBER = "number"
    DATE = "date"
    TRUTH = "truth"
    PRESENCE = "presence"


@dataclass(slots=True, frozen=True)
class Test:
    """What one operator asks of one key: an absent key passes where `absent` is so; a value passes where its fitting
    one of the values is as `fits` says. `than` is the comparison of numbers and dates ("<=")."""

    key: str
    kind: Kind
    absent: bool
    fits: bool
    globs: tuple[Glob, ...] = ()
    networks: tuple[Network, ...] = ()
    bounds: tuple[Decimal, ...] = ()
    than: str = "="
    truths: tuple[bool, ...] = ()

    def negated(self) -> Test:
        """The test that passes exactly where this one does not."""
        return Test(
            self.key,
            self.kind,
            not self.absent,
            not self.fits,
            self.globs,
            self.networks,
            self.bounds,
            self.than,
            self.truths,
        )


class UnknownOperatorError(ValueError):
    """An operator that IAM does not have, or a value that it cannot compare."""


#: Operators on text, by what makes a pattern of a value.
_TEXT: Mapping[str, Callable[[str], Glob]] = {
    "stringequals": literal,
    "stringequalsignorecase": lambda value: literal(value, any_case=True),
    "stringlike": wildcards,
    "arnequals": arn,
    "arnlike": arn,
    "binaryequals": literal,
}
_THAN = {"equals": "=", "lessthan": "<", "lessthanequals": "<=", "greaterthan": ">", "greaterthanequals": ">="}


def test(name: str, key: str, values: Sequence[str]) -> Test:
    """What `{name: {key: values}}` asks. Raises UnknownOperatorError where IAM would not take it."""
    quantifier, _, bare = name.lower().rpartition(":")
    name = bare.removesuffix("ifexists")
    key = key.lower()
    if name == "null":
        # `true` asks for absence; both values together ask nothing.
        wanted = {value.lower() == "true" for value in values}
        return Test(key, Kind.PRESENCE, True in wanted, False in wanted)
    negative = name.startswith(("stringnot", "arnnot", "numericnot", "datenot", "not"))
    positive_name = name.replace("not", "", 1) if negative else name
    absent = negative or bare != name
    if quantifier == "forallvalues":
        absent = True
    elif quantifier == "foranyvalue":
        absent = False
    return _compared(positive_name, key, values, absent, not negative)


def _compared(name: str, key: str, values: Sequence[str], absent: bool, fits: bool) -> Test:
    if name in _TEXT:
        return Test(key, Kind.TEXT, absent, fits, globs=tuple(_TEXT[name](value) for value in values))
    try:
        if name == "ipaddress":
            networks = tuple(ipaddress.ip_network(value, strict=False) for value in values)
            return Test(key, Kind.ADDRESS, absent, fits, networks=networks)
        if name == "bool":
            return Test(key, Kind.TRUTH, absent, fits, truths=tuple(value.lower() == "true" for value in values))
        for kind, prefix in ((Kind.NUMBER, "numeric"), (Kind.DATE, "date")):
            than = _THAN.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
            if than is not None:
                bounds = tuple(_moment(v) if kind is Kind.DATE else Decimal(v) for v in values)
                return Test(key, kind, absent, fits, bounds=bounds, than=than)
    except (ValueError, InvalidOperation) as error:
        raise UnknownOperatorError(str(error)) from None
    raise UnknownOperatorError(name)


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
    """A value of a key that is there and passes every test, or None where there is none.

    `only` are the texts that the requester can bring. Addresses are those of the internet at large: private ones, and
    those in a range that names somebody, are not the requester's. Raises globs.TooManyStatesError.
    """
    kinds = {each.kind for each in tests if each.kind is not Kind.PRESENCE}
    if any(not each.fits for each in tests if each.kind is Kind.PRESENCE):
        return None
    if len(kinds) > 1:
        # One key compared in two ways: only a text can be all of them, and nothing is proven by it.
        return None if any(value_for([each], only) is None for each in tests) else "value"
    kind = kinds.pop() if kinds else Kind.TEXT
    if kind is Kind.TEXT:
        groups = [each.globs for each in tests if each.kind is kind and each.fits]
        none_of = [glob for each in tests if each.kind is kind and not each.fits for glob in each.globs]
        return member([*groups, only] if only is not None else groups, none_of)
    if kind is Kind.ADDRESS:
        return next((str(a) for a in _addresses(tests) if all(_address_fits(each, a) for each in tests)), None)
    if kind is Kind.TRUTH:
        fitting = (v for v in (True, False) if all((v in each.truths) is each.fits for each in tests if each.truths))
        return next((str(value).lower() for value in fitting), None)
    numbers = sorted({b + d for each in tests for b in each.bounds for d in (Decimal(-1), Decimal(0), Decimal(1))})
    return next((str(n) for n in numbers if all(_number_fits(each, n) for each in tests)), None)


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
    if each.kind is not Kind.ADDRESS:
        return True
    return any(address.version == n.version and address in n for n in each.networks) is each.fits


_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _number_fits(each: Test, number: Decimal) -> bool:
    if not each.bounds:
        return True
    compare = _COMPARE[each.than]
    return any(compare(number, bound) for bound in each.bounds) is each.fits
