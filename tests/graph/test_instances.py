"""Of several instances of one block, the one that a property came from is named."""

from __future__ import annotations

from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Known, ListValue, MapValue, Reference, Unknown, Value
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.syntax.source import Source, Span
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import World

SOURCE = Source("main.tf", "." * 400)
MAPPINGS = Mappings.load()


def declaration(address: str, type_: str, start: int, given: dict[str, Value]) -> Declaration:
    block = Span(SOURCE, start, start + 90)
    places = {name: Span(SOURCE, start + 20 + n * 10, start + 28 + n * 10) for n, name in enumerate(given)}
    body = MapValue(given, block, places=dict(places))
    return Declaration(
        "terraform", "resource", address, type_, "x", body, MapValue({}), Span(SOURCE, start, start + 9), block
    )


def rule(type_: str, index: int, cidr: dict[str, Value]) -> Declaration:
    group = Unknown("known only after apply", references=(Reference("aws_security_group.web", "id"),))
    common: dict[str, Value] = {"security_group_id": group, "from_port": Known(22), "to_port": Known(22)}
    return declaration(f"{type_}.many[{index}]", type_, 100, {**common, **cidr})


def test_each_instance_of_a_folded_rule_is_told_from_the_others() -> None:
    cidrs = ("10.0.0.0/8", "0.0.0.0/0", "192.168.0.0/16")
    given: list[Declaration] = [declaration("aws_security_group.web", "aws_security_group", 0, {})]
    for index, cidr in enumerate(cidrs):
        given.append(rule("aws_vpc_security_group_ingress_rule", index, {"cidr_ipv4": Known(cidr)}))
        listed = ListValue((Known(cidr),))
        given.append(rule("aws_security_group_rule", index, {"type": Known("ingress"), "cidr_blocks": listed}))
    graph = build(Evaluated("terraform", ".", given), MAPPINGS)
    group = DecidedResource(graph.by_address["aws_security_group.web"], GraphView(graph, World(), {}))
    for item in group["SecurityGroupIngress"]:
        index = cidrs.index(item["CidrIp"].text)
        for at in (item, item["CidrIp"], item["FromPort"]):
            (owner,) = at.owners
            assert owner.endswith(f".many[{index}]")
            assert group.finding("x", at=at).resources == (owner, "aws_security_group.web")
        assert group.finding("x", at=item.place).resources[0].endswith(f".many[{index}]")
