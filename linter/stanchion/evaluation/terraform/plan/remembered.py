"""What a plan's values only remember: attributes that nobody set and that repeat what other resources say.

A plan of an existing stack holds, in attributes that are optional and computed, what the provider found at its last
look: a security group's `ingress` repeats every rule that is a resource of its own, also one that this very plan
removes. What a companion says is taken off: where it stays it speaks for itself, and where it goes it is gone. What is
left was made by somebody else and is still there after the apply.

Source: Terraform documentation, "JSON Output Format"; documentation of the AWS provider, of each resource named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from stanchion.evaluation.terraform.plan.values import items_of, part, text_of
from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence

#: Of one companion, what it puts into an attribute; compared with what the elements of the attribute are named.
Names = Callable[[Node], Iterable[tuple[str, ...]]]


class Companion(NamedTuple):
    """A type of resource that says what an attribute of another repeats.

    `owner` is its argument that names the other one. Without `names` it speaks for all of the attribute.
    """

    type: str
    owner: str
    names: Names | None = None


def _word(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


def _listed(node: Node | None) -> Iterator[str]:
    """The words of a list, or of what may stand in its place."""
    for item in items_of(node) if isinstance(node, Sequence) else (node,):
        word = _word(item)
        if word:
            yield word


_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
#: What lets somebody in, by the names of arguments of a group's own rules and of the two kinds of separate ones.
_PEERS = {
    "cidr_blocks": "v4",
    "cidr_ipv4": "v4",
    "ipv6_cidr_blocks": "v6",
    "cidr_ipv6": "v6",
    "prefix_list_ids": "list",
    "prefix_list_id": "list",
    "security_groups": "group",
    "source_security_group_id": "group",
    "referenced_security_group_id": "group",
}


def rule_peers(rule: Node) -> Iterator[tuple[str, ...]]:
    """Protocol, ports and one peer, for each peer of a rule of a security group, however it is written."""
    protocol = (_word(part(rule, "protocol")) or _word(part(rule, "ip_protocol"))).lower()
    protocol = _PROTOCOLS.get(protocol, protocol)
    ports = ("", "") if protocol == "-1" else (_word(part(rule, "from_port")), _word(part(rule, "to_port")))
    for argument, kind in _PEERS.items():
        for word in _listed(part(rule, argument)):
            yield (protocol, *ports, kind, _as_returned(kind, word))
    if _word(part(rule, "self")) == "true":
        yield (protocol, *ports, "self", "")


def _as_returned(kind: str, word: str) -> str:
    """A peer as AWS gives it back: of a range of addresses there are several spellings."""
    if kind not in ("v4", "v6"):
        return word
    from ipaddress import ip_network

    try:
        return str(ip_network(word, strict=False))
    except ValueError:
        return word


def _in_direction(wanted: str) -> Names:
    def names(rule: Node) -> Iterable[tuple[str, ...]]:
        return rule_peers(rule) if text_of(part(rule, "type")) == wanted else ()

    return names


def _acl_entry(egress: str) -> Names:
    def names(rule: Node) -> Iterable[tuple[str, ...]]:
        if (_word(part(rule, "egress")) or "false") == egress:
            yield (_word(part(rule, "rule_number")),)

    return names


def _argument(*names: str) -> Names:
    def found(node: Node) -> Iterator[tuple[str, ...]]:
        for name in names:
            for word in _listed(part(node, name)):
                yield (word,)

    return found


def _bucket(*types: str) -> tuple[Companion, ...]:
    return tuple(Companion(f"aws_s3_bucket_{type_}", "bucket") for type_ in types)


_DESTINATIONS = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_ROUTE = _argument("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")

#: By type and attribute, who says what the attribute repeats.
COMPANIONS: dict[tuple[str, str], tuple[Companion, ...]] = {
    ("aws_security_group", "ingress"): (
        Companion("aws_security_group_rule", "security_group_id", _in_direction("ingress")),
        Companion("aws_vpc_security_group_ingress_rule", "security_group_id", rule_peers),
    ),
    ("aws_security_group", "egress"): (
        Companion("aws_security_group_rule", "security_group_id", _in_direction("egress")),
        Companion("aws_vpc_security_group_egress_rule", "security_group_id", rule_peers),
    ),
    ("aws_network_acl", "ingress"): (Companion("aws_network_acl_rule", "network_acl_id", _acl_entry("false")),),
    ("aws_network_acl", "egress"): (Companion("aws_network_acl_rule", "network_acl_id", _acl_entry("true")),),
    ("aws_network_acl", "subnet_ids"): (
        Companion("aws_network_acl_association", "network_acl_id", _argument("subnet_id")),
    ),
    ("aws_route_table", "route"): (Companion("aws_route", "route_table_id", _ROUTE),),
    ("aws_iam_role", "inline_policy"): (Companion("aws_iam_role_policy", "role", _argument("name")),),
    ("aws_iam_role", "managed_policy_arns"): (
        Companion("aws_iam_role_policy_attachment", "role", _argument("policy_arn")),
        Companion("aws_iam_policy_attachment", "roles", _argument("policy_arn")),
    ),
    ("aws_instance", "vpc_security_group_ids"): (
        Companion("aws_network_interface_sg_attachment", "network_interface_id", _argument("security_group_id")),
    ),
    ("aws_s3_bucket", "policy"): _bucket("policy"),
    ("aws_s3_bucket", "acl"): _bucket("acl"),
    ("aws_s3_bucket", "grant"): _bucket("acl"),
    ("aws_s3_bucket", "logging"): _bucket("logging"),
    ("aws_s3_bucket", "versioning"): _bucket("versioning"),
    ("aws_s3_bucket", "server_side_encryption_configuration"): _bucket("server_side_encryption_configuration"),
    ("aws_s3_bucket", "lifecycle_rule"): _bucket("lifecycle_configuration"),
    ("aws_s3_bucket", "cors_rule"): _bucket("cors_configuration"),
    ("aws_s3_bucket", "website"): _bucket("website_configuration"),
    ("aws_s3_bucket", "replication_configuration"): _bucket("replication_configuration"),
    ("aws_s3_bucket", "object_lock_configuration"): _bucket("object_lock_configuration"),
    ("aws_kms_key", "policy"): (Companion("aws_kms_key_policy", "key_id"),),
    ("aws_sqs_queue", "policy"): (Companion("aws_sqs_queue_policy", "queue_url"),),
    ("aws_sqs_queue", "redrive_policy"): (Companion("aws_sqs_queue_redrive_policy", "queue_url"),),
    ("aws_sns_topic", "policy"): (Companion("aws_sns_topic_policy", "arn"),),
    ("aws_secretsmanager_secret", "policy"): (Companion("aws_secretsmanager_secret_policy", "secret_arn"),),
    ("aws_elasticsearch_domain", "access_policies"): (Companion("aws_elasticsearch_domain_policy", "domain_name"),),
    ("aws_opensearch_domain", "access_policies"): (Companion("aws_opensearch_domain_policy", "domain_name"),),
    ("aws_api_gateway_rest_api", "policy"): (Companion("aws_api_gateway_rest_api_policy", "rest_api_id"),),
    ("aws_vpc_endpoint", "policy"): (Companion("aws_vpc_endpoint_policy", "vpc_endpoint_id"),),
    ("aws_vpc_endpoint", "security_group_ids"): (
        Companion("aws_vpc_endpoint_security_group_association", "vpc_endpoint_id", _argument("security_group_id")),
    ),
}

#: What there is one of from the start takes the same companions.
_DEFAULTS = {
    "aws_security_group": "aws_default_security_group",
    "aws_network_acl": "aws_default_network_acl",
    "aws_route_table": "aws_default_route_table",
}

#: How the elements of an attribute are named, for those whose companions speak for single elements.
_ELEMENTS: dict[tuple[str, str], Names] = {
    ("aws_security_group", "ingress"): rule_peers,
    ("aws_security_group", "egress"): rule_peers,
    ("aws_network_acl", "ingress"): _argument("rule_no"),
    ("aws_network_acl", "egress"): _argument("rule_no"),
    ("aws_route_table", "route"): _argument(*_DESTINATIONS),
    ("aws_iam_role", "inline_policy"): _argument("name"),
}
#: By which of its attributes a companion may name its owner.
_IDENTITIES = ("id", "arn", "bucket", "name", "key_id", "url", "domain_name", "primary_network_interface_id")


class Memory:
    """What the companions of before the apply say, asked for the attributes that repeat it."""

    def __init__(self, plan: Mapping) -> None:
        self._said: dict[tuple[str, str], dict[int, Node]] = {}
        for type_, values in _before(plan):
            for argument in _OWNERS[type_]:
                for owner in _listed(part(values, argument)):
                    self._said.setdefault((type_, owner), {})[id(values)] = values

    def left(self, type_: str, attribute: str, values: Node) -> Node | None:
        """What is left of an attribute that nobody set when all that its companions say is taken off it."""
        type_ = _KINDS.get(type_, type_)
        node = part(values, attribute)
        found = self._companions(type_, attribute, values)
        if not found or node is None:
            return node
        if not isinstance(node, Sequence) or any(companion.names is None for companion, _ in found):
            return None
        named = {name for companion, said in found if companion.names for name in companion.names(said)}
        names = _ELEMENTS.get((type_, attribute))
        kept = tuple(item for item in (_without(item, named, names) for item in node.items) if item is not None)
        return _list(node, kept) if kept else None

    def _companions(self, type_: str, attribute: str, values: Node) -> list[tuple[Companion, Node]]:
        """The resources that say what an attribute of a resource with these values repeats."""
        wanted = COMPANIONS.get((type_, attribute), ())
        names = dict.fromkeys(word for key in _IDENTITIES for word in _listed(part(values, key))) if wanted else ()
        return [
            (companion, said)
            for companion in wanted
            for name in names
            for said in self._said.get((companion.type, name), {}).values()
        ]


_KINDS = {default: usual for usual, default in _DEFAULTS.items()}
_OWNERS: dict[str, set[str]] = {}
for _companions in COMPANIONS.values():
    for _companion in _companions:
        _OWNERS.setdefault(_companion.type, set()).add(_companion.owner)


def _list(node: Node, items: tuple[Node, ...]) -> Sequence:
    return Sequence(node.source, node.start, node.end, items, None)


def _without(item: Node, named: set[tuple[str, ...]], names: Names | None) -> Node | None:
    """An element less what companions say: None where nothing is left of it."""
    if names is None:
        return None if (_word(item),) in named else item
    own = list(names(item))
    left = [name for name in own if name not in named]
    if len(left) == len(own) or not isinstance(item, Mapping):
        return item
    if names is not rule_peers or not left:
        return None
    # A rule of a group joins the peers of several: those that nobody else speaks for stay.
    peers = {name[-2:] for name in left}
    entries = dict(item.entries)
    for argument, kind in _PEERS.items():
        entry = entries.get(argument)
        if entry is not None and isinstance(entry.value, Sequence):
            kept = tuple(peer for peer in entry.value.items if (kind, _as_returned(kind, _word(peer))) in peers)
            entries[argument] = replace(entry, value=_list(entry.value, kept))
    if ("self", "") not in peers:
        entries.pop("self", None)
    return Mapping(item.source, item.start, item.end, entries, None)


def _before(plan: Mapping) -> Iterator[tuple[str, Node]]:
    """Types and values of all companions as they were before the apply."""
    for change in items_of(plan.get("resource_changes")):
        type_ = text_of(part(change, "type"))
        values = part(part(change, "change"), "before")
        if type_ in _OWNERS and isinstance(values, Mapping):
            yield type_, values
    for resource in resources_in(part(part(plan.get("prior_state"), "values"), "root_module")):
        type_ = text_of(part(resource, "type"))
        values = part(resource, "values")
        if type_ in _OWNERS and isinstance(values, Mapping):
            yield type_, values


def resources_in(module: Node | None) -> Iterator[Node]:
    """The resources of a module and of all below it, in the order of the file."""
    pending = [module]
    while pending:
        module = pending.pop()
        yield from (item for item in items_of(part(module, "resources")) if isinstance(item, Mapping))
        pending.extend(reversed(items_of(part(module, "child_modules"))))
