"""IP network functions ("IP Network Functions", Terraform language documentation)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.access import part_of
from stanchion.evaluation.terraform.expressions.propagation import derive
from stanchion.evaluation.terraform.functions.lists import integer, listed
from stanchion.evaluation.terraform.functions.signature import (
    MAX_ELEMENTS,
    NUM,
    TEXT,
    Parameter,
    Surroundings,
    scalar,
    valued,
)
from stanchion.evaluation.terraform.functions.strings import whole
from stanchion.evaluation.terraform.types.numbers import Number
from stanchion.evaluation.terraform.types.types import STRING
from stanchion.evaluation.values import Known, Unknown, Value

_LOW = (1 << 64) - 1


@dataclass(slots=True)
class Network:
    """A block of addresses: the first of them, how many bits are fixed, and how many there are."""

    address: int
    prefix: int
    bits: int


def read(text: str) -> Network:
    """A block in CIDR notation, host bits cleared. Raises EvaluationError for anything else.

    Leading zeros in IPv4 are taken for decimal, as Terraform does.
    """
    from ipaddress import AddressValueError, IPv4Address, IPv6Address

    address, slash, length = text.partition("/")
    good = slash and length.isascii() and length.isdigit() and len(length) < 4 and (length == "0" or length[0] != "0")
    try:
        if ":" in address:
            if "%" in address:
                raise AddressValueError
            number, bits = int(IPv6Address(address)), 128
        else:
            number, bits = int(IPv4Address(".".join(part.lstrip("0") or part[-1:] for part in address.split(".")))), 32
    except AddressValueError:
        good = ""
        number = bits = 0
    if not good or int(length) > bits:
        raise EvaluationError(f"invalid CIDR expression: {text[:60]}")
    prefix = int(length)
    return Network(number >> (bits - prefix) << (bits - prefix), prefix, bits)


def write(number: int, bits: int) -> str:
    """An address as Go writes it: IPv4-mapped ones as IPv4."""
    from ipaddress import IPv4Address, IPv6Address

    if bits == 32 or number >> 32 == 0xFFFF:
        return str(IPv4Address(number & 0xFFFFFFFF))
    return str(IPv6Address(number))


def _block(number: int, prefix: int, bits: int) -> str:
    if bits == 128 and number >> 32 == 0xFFFF:
        prefix = max(prefix - 96, 0)
    return f"{write(number, bits)}/{prefix}"


def _combined(network: Network, number: int, shift: int) -> int:
    """The address with a number put in; of a negative one Go takes the magnitude of the result."""
    combined = abs(network.address | (number << shift))
    if combined >> network.bits:
        raise EvaluationError("the number does not fit the address")
    return combined


def _host(prefix: str, number: Number) -> str:
    network = read(prefix)
    host = whole(number, "the host number")
    last = (1 << (network.bits - network.prefix)) - 1
    low = host & _LOW  # go-cidr compares the lowest 64 bits of a positive number, as a signed one
    if (-host - 1 if host < 0 else low if low < 1 << 63 else low - (1 << 64)) > last:
        raise EvaluationError(f"prefix of {network.prefix} does not accommodate a host numbered {host}")
    shift = 96 if network.bits == 128 and network.address >> 32 == 0xFFFF else 0
    return write(_combined(network, last + 1 + host if host < 0 else host, shift), network.bits)


def _netmask(prefix: str) -> str:
    network = read(prefix)
    if network.bits != 32:
        raise EvaluationError("IPv6 addresses cannot have a netmask")
    return write((1 << 32) - (1 << (32 - network.prefix)), 32)


def _subnet(prefix: str, new_bits: Number, number: Number) -> str:
    network = read(prefix)
    bits, index = whole(new_bits, "the number of new bits"), whole(number, "the network number")
    length = network.prefix + bits
    if length > network.bits:
        raise EvaluationError(f"insufficient address space to extend prefix of {network.prefix} by {bits}")
    if length < 0:
        raise EvaluationError(f"a prefix of {network.prefix} cannot be shortened by {-bits} bits")
    # go-cidr compares the lowest 64 bits of the magnitude, and a shift by a negative count leaves all of them.
    if index.bit_length() > 200 or (0 <= bits < 64 and abs(index) & _LOW > (1 << bits) - 1):
        raise EvaluationError(f"prefix extension of {bits} does not accommodate a subnet numbered {index}")
    return _block(_combined(network, index, network.bits - length), length, network.bits)


def _subnets_of_unknown(arguments: list[Value], around: Surroundings) -> Value:
    """Nobody knows the blocks, but there are as many as were asked for, or the plan fails."""
    around.context.assumed += 1
    whole_list = derive(arguments, around.origin, "list", lambda names: f"{around.name}({', '.join(names)})")
    blocks = (part_of(whole_list, f"[{index}]", "", around.origin) for index in range(len(arguments) - 1))
    return listed((replace(block, type="string") for block in blocks), around.origin)


def _subnets(arguments: list[Value], around: Surroundings) -> Value:
    if isinstance(arguments[0], Unknown) and len(arguments) <= MAX_ELEMENTS:
        return _subnets_of_unknown(arguments, around)
    text = arguments[0].value if isinstance(arguments[0], Known) else None
    assert isinstance(text, str)
    network = read(text)
    if len(arguments) > MAX_ELEMENTS:
        raise BoundExceededError(f"its result has more than {MAX_ELEMENTS:,} elements")
    cursor, end = network.address, network.address + (1 << (network.bits - network.prefix))
    blocks: list[Value] = []
    if len(arguments) > 1 and cursor == 0:
        raise EvaluationError("a network that begins at address zero cannot be divided")  # go-cidr wraps around
    for argument in arguments[1:]:
        bits = integer(argument, "the number of new bits")
        if not 1 <= bits <= 32:
            raise EvaluationError("must extend prefix by at least one and at most 32 bits")
        length = network.prefix + bits
        if length > network.bits:
            raise EvaluationError(f"would extend prefix to {length} bits, which is too long for an address")
        size = 1 << (network.bits - length)
        start = (cursor + size - 1) // size * size
        if start + size > end:
            raise EvaluationError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        blocks.append(Known(_block(start, length, network.bits), around.origin))
        cursor = start + size
    return listed(blocks, around.origin)


FUNCTIONS = {
    "cidrhost": scalar(_host, TEXT, NUM),
    "cidrnetmask": scalar(_netmask, TEXT),
    "cidrsubnet": scalar(_subnet, TEXT, NUM, NUM),
    "cidrsubnets": valued(_subnets, Parameter(STRING, "raw"), variadic=NUM, returns="list"),
}
