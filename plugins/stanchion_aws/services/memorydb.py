"""MemoryDB clusters: encrypted in transit and under a key of one's own."""

from stanchion.api import LOW, MEDIUM, PRESENT, STRICT, none_of, resource

# fmt: off
MEMORY = resource("AWS::MemoryDB::Cluster", name="MemoryDB cluster", guide="Amazon MemoryDB Developer Guide")

MEMORY.must(
    "TLS722", "TLSEnabled", none_of(False), MEDIUM, "takes connections without TLS",
    "Records and passwords cross the network in clear text.",
    page="In-transit encryption (TLS) in MemoryDB",
)
MEMORY.must(
    "ENC723", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="At-rest encryption in MemoryDB", profile=STRICT,
)
# fmt: on
