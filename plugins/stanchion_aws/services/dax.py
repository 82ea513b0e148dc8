"""DAX clusters: encrypted at rest and in transit."""

from stanchion.api import MEDIUM, SAFE, STRICT, resource

# fmt: off
DAX = resource("AWS::DAX::Cluster", name="DAX cluster", guide="Amazon DynamoDB Developer Guide")

DAX.must(
    "ENC713", "SSESpecification.SSEEnabled", True, MEDIUM, "is not encrypted at rest",
    "Records that it caches can be read by whoever gets at its disks. It cannot be switched on later.",
    page="DAX encryption at rest", fix=SAFE,
)
DAX.must(
    "TLS713", "ClusterEndpointEncryptionType", "TLS", MEDIUM, "takes connections without TLS",
    "Records cross the network in clear text. It cannot be switched on later.",
    page="DAX encryption in transit", profile=STRICT,
)
# fmt: on
