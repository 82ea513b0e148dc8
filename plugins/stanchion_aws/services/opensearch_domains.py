"""OpenSearch and Elasticsearch domains: is traffic between their nodes encrypted?"""

from __future__ import annotations

from stanchion.policy.policy import Policy, Severity, also, require


def _between_nodes(id_: str, service: str, type_: str, equivalents: dict[str, tuple[str, ...]]) -> Policy:
    return require(
        id_,
        f"Traffic between {service} nodes is not encrypted",
        type=type_,
        prop="NodeToNodeEncryptionOptions.Enabled",
        equals=True,
        severity=Severity.MEDIUM,
        message="nodes of {resource} talk to each other in plain text",
        why="Whoever can listen inside the VPC reads what is indexed and searched.",
        mend="Terraform: node_to_node_encryption { enabled = true }. "
        "CloudFormation: NodeToNodeEncryptionOptions: {Enabled: true}",
        docs="Amazon OpenSearch Service Developer Guide: Node-to-node encryption for Amazon OpenSearch Service",
        equivalents=equivalents,
    )


POLICIES = (
    _between_nodes(
        "ENC601",
        "Elasticsearch",
        "AWS::Elasticsearch::Domain",
        dict(
            also(
                trivy="AWS-0043",
                checkov="CKV_AWS_6",
                guard="ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK",
                security_hub="ES.3",
            )
        ),
    ),
    _between_nodes(
        "ENC602",
        "OpenSearch",
        "AWS::OpenSearchService::Domain",
        dict(also(trivy="AWS-0043", guard="OPENSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK", security_hub="Opensearch.3")),
    ),
)
