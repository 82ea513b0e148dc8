"""OpenSearch and Elasticsearch domains: HTTPS, encryption at rest, a VPC of their own."""

from stanchion.api import HIGH, LOW, MEDIUM, PRESENT, SAFE, STRICT, one_of, resource

# fmt: off
DOMAINS = resource(
    "AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain",
    name="search domain", guide="Amazon OpenSearch Service Developer Guide",
)

DOMAINS.must(
    "TLS603", "DomainEndpointOptions.EnforceHTTPS", True, HIGH, "takes requests without TLS",
    "Queries, records and passwords cross the network in clear text.",
    page="Infrastructure security in Amazon OpenSearch Service", fix=SAFE, profile=STRICT,
)
DOMAINS.must(
    "TLS604", "DomainEndpointOptions.TLSSecurityPolicy",
    one_of("Policy-Min-TLS-1-2-2019-07", "Policy-Min-TLS-1-2-PFS-2023-10"), MEDIUM, "takes TLS 1.0 or 1.1",
    "Those versions have known attacks, and payment standards forbid them.",
    page="DomainEndpointOptions", profile=STRICT,
)
DOMAINS.must(
    "ENC603", "EncryptionAtRestOptions.Enabled", True, HIGH, "is not encrypted at rest",
    "Copies, snapshots and disks can be read by whoever gets at them.",
    page="Encryption of data at rest for Amazon OpenSearch Service", fix=SAFE,
)
DOMAINS.must(
    "ENC604", "EncryptionAtRestOptions.KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption of data at rest for Amazon OpenSearch Service", profile=STRICT,
    yields_to=("ENC603",),
)
DOMAINS.must(
    "NET601", "VPCOptions", PRESENT, LOW, "does not stand in a VPC",
    "Its access policy alone is between the internet and the data.",
    page="Launching your Amazon OpenSearch Service domains within a VPC", profile=STRICT,
)
DOMAINS.must(
    "LOG601", "LogPublishingOptions", PRESENT, LOW, "sends no logs to CloudWatch",
    "Slow, failed and refused requests leave no trace.",
    page="Monitoring OpenSearch logs with Amazon CloudWatch Logs", profile=STRICT,
)
# fmt: on
