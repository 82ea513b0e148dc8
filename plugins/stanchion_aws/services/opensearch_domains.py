"""OpenSearch and Elasticsearch domains: is traffic between their nodes encrypted?"""

from stanchion.api import MEDIUM, SAFE, resource

# fmt: off
GUIDE = "Amazon OpenSearch Service Developer Guide"
LEGACY = resource("AWS::Elasticsearch::Domain", name="Elasticsearch domain", guide=GUIDE)
DOMAINS = resource("AWS::OpenSearchService::Domain", name="OpenSearch domain", guide=GUIDE)

LEGACY.must("TLS601", "NodeToNodeEncryptionOptions.Enabled", True, MEDIUM, "lets its nodes talk in plain text",
    "Whoever can listen inside the VPC reads what is indexed and searched.", fix=SAFE,
    page="Node-to-node encryption for Amazon OpenSearch Service", aliases=("ENC601",))
DOMAINS.must("TLS602", "NodeToNodeEncryptionOptions.Enabled", True, MEDIUM, "lets its nodes talk in plain text",
    "Whoever can listen inside the VPC reads what is indexed and searched.", fix=SAFE,
    page="Node-to-node encryption for Amazon OpenSearch Service", aliases=("ENC602",))
