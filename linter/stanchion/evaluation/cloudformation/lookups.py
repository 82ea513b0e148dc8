"""Looking things up: Fn::FindInMap, Fn::Select, Fn::Length, Fn::Cidr, Fn::ToJsonString, and the rule functions on
parameters.

Sources: CloudFormation User Guide, pages of those names, and "AWS::LanguageExtensions transform".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.conditions import size_of
from stanchion.evaluation.cloudformation.expression import OUTSIDE, Evaluation, Scope
from stanchion.evaluation.cloudformation.lifting import (
    combinations,
    derived,
    lift,
    relocate,
    scalar_words,
    settled,
    too_many,
)
from stanchion.evaluation.cloudformation.parameters import literal_for
from stanchion.evaluation.cloudformation.template import literal_text, shape_of
from stanchion.evaluation.conditions import Condition, Is, Undecided, all_of, any_of, negate
from stanchion.evaluation.values import MAX_ARMS, Choice, Known, ListValue, MapValue, Unknown, Value, choose
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


def fn_find_in_map(ev: Evaluation, argument: Node, scope: Scope, origin: Node) -> Value:
    """Fn::FindInMap [mapping, top key, second key, {DefaultValue: value}]."""
    items = ev.arguments("Fn::FindInMap", argument, 3, 4)
    if items is None:
        return ev.undecided("Fn::FindInMap is malformed", origin)
    default = _default_value(ev, items[3], scope) if len(items) == 4 else None
    keys = [ev.value(item, scope) for item in items[:3]]

    def table(row: list[Value]) -> Value:
        name = row[0]
        if isinstance(name, Unknown):
            return default_or(derived(name, "Fn::FindInMap", origin, None))
        if not isinstance(name, Known):
            return ev.broken("expected Fn::FindInMap to have the name of a mapping", items[0])
        found = mapping_named(ev, scalar_words(name.value))
        if found is not None:
            return found
        if default is not None:
            return default
        return ev.broken(f"there is no mapping {scalar_words(name.value)!r} in this template", items[0])

    def default_or(value: Value) -> Value:
        return default if default is not None else value

    found = lift([keys[0]], table, origin)
    for key, node in zip(keys[1:], items[1:3], strict=True):
        found = _step(ev, found, key, default, node, scope)
    return relocate(found, origin)


def _default_value(ev: Evaluation, node: Node, scope: Scope) -> Value | None:
    inner = node.get("DefaultValue") if isinstance(node, Mapping) and node.tag is None else None
    if inner is None:
        ev.problem(f"expected a mapping with DefaultValue, found {shape_of(node)}; it was left out", node)
        return None
    return ev.value(inner, scope)


def _step(ev: Evaluation, table: Value, key: Value, default: Value | None, node: Node, scope: Scope) -> Value:
    """One key into a table, either of which may be a choice."""

    rows = combinations([table, key])
    if rows is None:
        return too_many([table, key], node)
    return choose([(guard, _row(ev, row[0], row[1], default, node, scope, guard)) for guard, row in rows], node)


def _row(
    ev: Evaluation,
    rows: Value,
    key: Value,
    default: Value | None,
    node: Node,
    scope: Scope,
    guard: Condition,
) -> Value:
    """One decided row of a table, under the condition that it is asked for."""
    if not isinstance(rows, MapValue):
        if isinstance(rows, Unknown) or rows is default:
            return rows
        return ev.broken("expected a mapping of two levels, found a value at the first", node)
    if isinstance(key, Unknown):
        return _any_row(ev, rows, key, default, node, scope)
    if not isinstance(key, Known):
        return ev.broken("expected a key of a mapping as a string", node)
    text = scalar_words(key.value)
    found = rows.entries.get(text, default)
    if found is not None:
        return found
    if rows.rest is not None:
        return rows.rest
    if guard is True:
        return ev.broken(f"the mapping has no key {text!r}", node)
    _constrain(ev, negate(all_of(scope.path, guard)))
    return Unknown(f"the mapping has no key {text!r}", node)


def _constrain(ev: Evaluation, constraint: Condition) -> None:
    """Note what must hold for a lookup not to fail the deployment."""
    if not isinstance(constraint, bool) and size_of(constraint, MAX_CONSTRAINT) <= MAX_CONSTRAINT:
        ev.constraints.append(constraint)


def _any_row(ev: Evaluation, rows: MapValue, key: Unknown, default: Value | None, node: Node, scope: Scope) -> Value:
    """The rows that an undecided key may choose; a key that is in none of them makes the deployment fail."""
    if len(rows.entries) >= MAX_ARMS:
        return derived(key, "Fn::FindInMap", node, None)
    variable = key.variable or Undecided(" ".join(node.source.text[node.start : node.end].split()))
    arms: list[tuple[Condition, Value]] = []
    for text, value in rows.entries.items():
        scalar = literal_for(variable, text, variable.name in ev.numeric)
        if scalar is not None:
            arms.append((Is(variable, scalar), value))
    some = any_of(*(guard for guard, _ in arms))
    if default is not None:
        arms.append((negate(some), default))
        return choose(arms, node)
    _constrain(ev, any_of(negate(scope.path), some))
    nothing = Unknown(f"the mapping has no row for this {variable.name}", node)
    alike = choose([(guard, value) for guard, value in arms], node) if arms else nothing
    if isinstance(alike, Known):
        return alike
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
