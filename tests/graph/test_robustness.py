"""Bodies that no provider would take: normalisation reads them all, and what it makes can be written out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stanchion.evaluation.conditions import Is, Undecided, negate
from stanchion.evaluation.declarations import Declaration, Evaluated
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Reference, Unknown, Value
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.graph.render import to_dot, to_json, to_mermaid
from stanchion.syntax.source import Source, Span

MAPPINGS = Mappings.load()
TYPES = (
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_network_acl",
    "aws_network_acl_rule",
    "aws_s3_bucket",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_policy",
    "aws_instance",
    "aws_launch_template",
    "aws_cloudtrail",
    "aws_ecs_task_definition",
    "aws_opensearch_domain",
    "aws_db_parameter_group",
    "aws_lb",
    "aws_dynamodb_table",
    "aws_iam_policy_attachment",
    "aws_iam_role",
    "aws_eks_cluster",
    "aws_flow_log",
    "aws_directory_service_directory",
    "awscc_s3_bucket",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::Policy",
)
GUARD = Is(Undecided("var.x"), True)
REFERENCES = tuple((Reference(f"r{number}", "id"),) for number in range(4))
#: Names of attributes at any depth that rules read.
NAMES = ("cidr_blocks", "self", "type", "rule", "ebs", "name", "value", "enabled", "log_type", "user", "tags", "bucket")


def choice(first: Value, second: Value) -> Choice:
    return Choice(((GUARD, first), (negate(GUARD), second)))


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=6),
    st.sampled_from(["ingress", "true", "{}", '[{"a": 1}]']),
).map(Known)
unknowns = st.builds(
    lambda references, named: Unknown("not known", None, references, False, Undecided("var.y") if named else None),
    st.sampled_from(((), *REFERENCES)),
    st.booleans(),
)
values: st.SearchStrategy[Value] = st.recursive(
    scalars | unknowns,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: ListValue(tuple(items))),
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=3).map(MapValue),
        st.builds(choice, inner, inner),
    ),
    max_leaves=8,
)


@st.composite
def declarations(draw: st.DrawFn) -> list[Declaration]:
    source = Source("main.tf", "x" * 100)
    found = []
    for number in range(draw(st.integers(1, 4))):
        type_ = draw(st.sampled_from(TYPES))
        mapping = MAPPINGS.rules_for(type_)
        known = [name for name in (mapping.attributes if mapping else ()) if name not in ("*", "=")]
        pointers = list(mapping.fold.by) if mapping and mapping.fold else []
        body = draw(st.dictionaries(st.sampled_from([*known, *pointers, *NAMES]), values, max_size=5))
        span = Span(source, number, number + 1)
        framework = "cloudformation" if "::" in type_ else "terraform"
        exists = draw(st.sampled_from([True, GUARD, negate(GUARD)]))
        found.append(
            Declaration(
                framework, "resource", f"r{number}", type_, "r", MapValue(body), MapValue({}), span, span, exists
            )
        )
    return found


@settings(max_examples=150, deadline=None)
@given(declarations())
def test_no_body_stops_normalisation(given_declarations: list[Declaration]) -> None:
    graph = build(Evaluated("terraform", ".", given_declarations), MAPPINGS)
    written: dict[str, Any] = json.loads(json.dumps(to_json(graph)))
    made = list(dict.fromkeys(resource["address"] for resource in written["resources"]))
    assert made == [declaration.address for declaration in given_declarations]
    assert to_mermaid(graph).startswith("flowchart")
    assert to_dot(graph).endswith("}\n")
    addresses = {resource.address for resource in graph.resources}
    assert {edge.target for edge in graph.edges} <= addresses
    assert {resource.folded_into for resource in graph.resources} <= {*addresses, None}
    assert all(edge in graph.outgoing[edge.source] and edge in graph.incoming[edge.target] for edge in graph.edges)
