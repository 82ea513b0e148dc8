"""Looking things up: Fn::FindInMap, Fn::Select, Fn::Length, Fn::Cidr, Fn::ToJsonString, and the rule functions on
parameters.

Sources: CloudFormation User Guide, pages of those names, and "AWS::LanguageExtensions transform".
"""

from __future__ import annotations

from dataclasses import replace

from stanchion.evaluation.cloudformation.intrinsics.conditions import equals_text
from stanchion.evaluation.cloudformation.intrinsics.expression import OUTSIDE, Evaluation, Scope
from stanchion.evaluation.cloudformation.intrinsics.lifting import (
    arms_of,
    derived,
    lift,
    relocate,
    scalar_words,
    settled,
)
from stanchion.evaluation.cloudformation.template.template import literal_text, shape_of
from stanchion.evaluation.conditions import Condition, Undecided, all_of, any_of, negate, size_of
from stanchion.evaluation.values import (
    MAX_ARMS,
    Choice,
    Known,
    ListValue,
    MapValue,
    Unknown,
    Value,
    choose,
    combinations,
    too_many,
)
from stanchion.syntax.document.nodes import Mapping, Node
from stanchion.syntax.source import Located

#: A constraint larger than this says more than a solver should be troubled with.
MAX_CONSTRAINT = 200


def mapping_named(ev: Evaluation, name: str) -> Value | None:
    """A mapping of the Mappings section, evaluated once; None when there is none of that name."""
    known = ev.mappings.get(name)
    if known is None:
        entry = ev.template.section("Mappings").get(name)
        if entry is None:
            return None
        known = ev.value(entry.value, OUTSIDE)
        ev.mappings[name] = known
    return known


class _Lookup:
    """One Fn::FindInMap: what stands for its default until the end, and for a failed deployment."""

    __slots__ = ("default", "ev", "failures", "node", "path")

    def __init__(self, ev: Evaluation, has_default: bool, node: Node, scope: Scope) -> None:
        self.ev = ev
        self.default = Unknown("the default value") if has_default else None
        self.node = node
        self.path = scope.path
        self.failures: list[Value] = []

    def fail(self, reason: str, constraint: Condition) -> Value:
        """The value where the key is in no row: CloudFormation then rejects the deployment, so the constraint holds."""
        if not isinstance(constraint, bool) and size_of(constraint) <= MAX_CONSTRAINT:
            self.ev.constraints.append(constraint)
        self.failures.append(Unknown(reason, self.node))
        return self.failures[-1]


def fn_find_in_map(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::FindInMap [mapping, top key, second key, {DefaultValue: value}]."""
    items = ev.arguments("Fn::FindInMap", argument, 3, 4)
    if items is None:
        return ev.undecided("Fn::FindInMap is malformed", origin)
    default = _default_value(ev, items[3], scope) if len(items) == 4 else None
    keys: list[Value] = []
    for item in items[:3]:
        keys.append(ev.value(item, scope))  # noqa: PERF401 - a comprehension would cost a frame a level
    lookup = _Lookup(ev, default is not None, items[0], scope)
    found = lift([keys[0]], lambda row: _table(lookup, row[0]), origin)
    for key, node in zip(keys[1:], items[1:3], strict=True):
        lookup.node = node
        found = _step(lookup, found, key)
    if default is not None:
        arms = [(guard, default if arm is lookup.default else arm) for guard, arm in arms_of(found)]
        found = arms[0][1] if len(arms) == 1 else choose(arms, origin)
    if isinstance(found, Choice):
        # A deployment that fails has no value at all: where all others agree, theirs is the value.
        arms = [(guard, arm) for guard, arm in found.arms if arm not in lookup.failures]
        found = arms[0][1] if len(arms) == 1 else found
    return relocate(found, origin)


def _default_value(ev: Evaluation, node: Node, scope: Scope) -> Value | None:
    inner = node.get("DefaultValue") if isinstance(node, Mapping) and node.tag is None else None
    if inner is None:
        ev.problem(f"expected a mapping with DefaultValue, found {shape_of(node)}; it was left out", node)
        return None
    return ev.value(inner, scope)


def _table(lookup: _Lookup, name: Value) -> Value:
    """The mapping of a name."""
    ev, default = lookup.ev, lookup.default
    if isinstance(name, Unknown):
        return default if default is not None else derived(name, "Fn::FindInMap", lookup.node, None)
    if not isinstance(name, Known):
        return ev.broken("expected Fn::FindInMap to have the name of a mapping", lookup.node)
    found = mapping_named(ev, scalar_words(name.value)) or default
    if found is not None:
        return found
    if ev.template.is_open("Mappings"):
        reason = "the mapping may stand in a file that is not seen here"
        return ev.undecided(reason, lookup.node, f"Fn::FindInMap {scalar_words(name.value)}")
    return ev.broken(f"there is no mapping {scalar_words(name.value)!r} in this template", lookup.node)


def _step(lookup: _Lookup, table: Value, key: Value) -> Value:
    """One key into a table, either of which may be a choice."""
    rows = combinations([table, key])
    if rows is None:
        return too_many([table, key], lookup.node)
    return choose([(guard, _row(lookup, row[0], row[1], guard)) for guard, row in rows], lookup.node)


def _row(lookup: _Lookup, rows: Value, key: Value, guard: Condition) -> Value:
    """One decided row of a table, under the condition that it is asked for."""
    ev, default = lookup.ev, lookup.default
    if not isinstance(rows, MapValue):
        if isinstance(rows, Unknown):
            return rows
        return ev.broken("expected a mapping of two levels, found a value at the first", lookup.node)
    if isinstance(key, Unknown):
        return _any_row(lookup, rows, key)
    if not isinstance(key, Known):
        return ev.broken("expected a key of a mapping as a string", lookup.node)
    text = scalar_words(key.value)
    found = rows.entries.get(text, default)
    if found is not None:
        return found
    if rows.rest is not None:
        return rows.rest
    if guard is True:
        return ev.broken(f"the mapping has no key {text!r}", lookup.node)
    return lookup.fail(f"the mapping has no key {text!r}", negate(all_of(lookup.path, guard)))


def _any_row(lookup: _Lookup, rows: MapValue, key: Unknown) -> Value:
    """The rows that an undecided key may choose."""
    node = lookup.node
    if len(rows.entries) >= MAX_ARMS:
        return derived(key, "Fn::FindInMap", node, None)
    variable = key.variable or Undecided(" ".join(node.source.text[node.start : node.end].split()))
    named = replace(key, variable=variable)
    asked = [(equals_text(lookup.ev, named, text, node), value) for text, value in rows.entries.items()]
    arms: list[tuple[Condition, Value]] = [(guard, value) for guard, value in asked if guard is not False]
    if rows.rest is not None:
        return choose([*arms, (all_of(*(negate(guard) for guard, _ in arms)), rows.rest)], node)
    some = any_of(*(guard for guard, _ in arms))
    nothing: Value | None = lookup.default
    if nothing is None:
        nothing = lookup.fail(f"the mapping has no row for this {variable.name}", any_of(negate(lookup.path), some))
    return choose([*arms, (all_of(*(negate(guard) for guard, _ in arms)), nothing)], node)


# --- lists ----------------------------------------------------------------------------------------------------------


def fn_select(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Select [index, list]."""
    items = ev.arguments("Fn::Select", argument, 2, 2)
    if items is None:
        return ev.undecided("Fn::Select is malformed", origin)

    def select(row: list[Value]) -> Value:
        index, values = row
        place = scalar_words(index.value) if isinstance(index, Known) else None
        if isinstance(values, Unknown):
            return derived(values, f"Fn::Select {place or 'some'} of", origin, None)
        if not isinstance(values, ListValue):
            return ev.broken("expected Fn::Select to have a list to select from", items[1])
        if place is None:
            return Unknown("the index of Fn::Select is not known", origin, values.references)
        if not place.isdecimal() or len(place) > 9:
            return ev.broken(f"expected the index of Fn::Select as a whole number, found {place!r}", items[0])
        if int(place) >= len(values.items):
            count = len(values.items)
            outside.append(f"Fn::Select asks for element {place} of a list of {count}")
            return Unknown(outside[-1], origin)
        return relocate(values.items[int(place)], origin)

    outside: list[str] = []
    index, values = ev.value(items[0], scope), settled(ev.value(items[1], scope))
    result = lift([index, values], select, origin)
    if outside and not isinstance(index, Choice) and not isinstance(values, Choice):
        return ev.broken(outside[0], origin)
    return result


def fn_length(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Length of a list."""

    def length(row: list[Value]) -> Value:
        value = row[0]
        if isinstance(value, ListValue):
            return Known(len(value.items), origin)
        if isinstance(value, Unknown):
            return derived(value, "Fn::Length of", origin, "number")
        return ev.broken("expected Fn::Length to have a list", origin)

    return lift([settled(ev.value(argument, scope))], length, origin)


def fn_cidr(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::Cidr [block, count, bits]: the first `count` subnets of a block, each with `bits` bits for hosts."""
    items = ev.arguments("Fn::Cidr", argument, 2, 3)
    if items is None:
        return ev.undecided("Fn::Cidr is malformed", origin)

    def cidr(row: list[Value]) -> Value:
        block, count, bits = row
        number = _whole(count)
        if number is None or not 1 <= number <= 256:
            if isinstance(count, Unknown):
                return derived(count, "Fn::Cidr with the count", origin, "list")
            return ev.broken("expected the count of Fn::Cidr as a number from 1 to 256", items[1])
        beyond = ev.spent(origin, number)
        if beyond is not None:
            return beyond
        if isinstance(block, Unknown):
            whole = derived(block, "Fn::Cidr of", origin, "list")
            pieces = (derived(whole, f"Fn::Select {index} of", origin, "string") for index in range(number))
            return ListValue(tuple(pieces), origin, block.references)
        wanted = _whole(bits)
        if isinstance(bits, Unknown) or not isinstance(block, Known):
            return Unknown("the size of the subnets is not known", origin, type="list")
        if wanted is None:
            return ev.broken("expected the bits of Fn::Cidr as a number", items[-1])
        subnets = subnets_of(scalar_words(block.value), number, wanted)
        if subnets is None:
            message = f"{scalar_words(block.value)!r} is no block that holds {number} subnets of {wanted} bits each"
            return ev.broken(message, origin)
        return ListValue(tuple(Known(subnet, origin) for subnet in subnets), origin, block.references)

    bits = ev.value(items[2], scope) if len(items) == 3 else Unknown("Fn::Cidr has no bits", origin)
    return lift([ev.value(items[0], scope), ev.value(items[1], scope), bits], cidr, origin)


def _whole(value: Value) -> int | None:
    text = scalar_words(value.value) if isinstance(value, Known) else ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def subnets_of(block: str, count: int, bits: int) -> list[str] | None:
    """The first `count` subnets with `bits` host bits in a CIDR block, IPv4 or IPv6; None when they do not fit."""
    import ipaddress

    try:
        network = ipaddress.ip_network(block, strict=False)
    except ValueError:
        return None
    prefix = network.max_prefixlen - bits
    if prefix < network.prefixlen or bits < 1 or count > 1 << (prefix - network.prefixlen):
        return None
    first = int(network.network_address)
    make = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return [f"{make(first + (index << bits))}/{prefix}" for index in range(count)]


# --- rule functions on parameters -----------------------------------------------------------------------------------


def fn_value_of(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::ValueOf [parameter, attribute]: an attribute of what a parameter names, which only AWS knows."""
    return _of_parameters(ev, argument, origin)


def fn_ref_all(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::RefAll type: the values of all parameters of a type."""
    wanted = literal_text(argument)
    found: list[Value] = []
    for name, entry in ev.template.section("Parameters").items():
        body = entry.value
        if isinstance(body, Mapping) and literal_text(body.get("Type")) == wanted and name in ev.names:
            found.append(relocate(ev.names[name], origin))
    return ListValue(tuple(found), origin)


def _of_parameters(ev: Evaluation, argument: Node, origin: Located) -> Value:
    from stanchion.syntax.document.nodes import Sequence

    names = [literal_text(item) or "?" for item in argument.items] if isinstance(argument, Sequence) else ["?"]
    return ev.undecided("it is an attribute that only AWS knows", origin, "Fn::ValueOf " + ".".join(names))
