"""EKS clusters: secrets under a key of one's own, an API server that is kept from the internet."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
EKS = resource("AWS::EKS::Cluster", name="EKS cluster", guide="Amazon EKS User Guide")

EKS.must(
    "ENC461", "EncryptionConfig", PRESENT, LOW, "keeps its Kubernetes secrets without a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypt Kubernetes secrets with KMS", profile=STRICT,
)
# fmt: on
