"""KMS: who may use a key by its policy."""

from stanchion_aws.analysis.access.policies import not_public

KEY_IS_PRIVATE = not_public(
    "PUB122",
    "KMS key is open to the public",
    ("AWS::KMS::Key", "AWS::KMS::ReplicaKey"),
    why="Everybody with an AWS account can decrypt what the key protects, or make it useless.",
)
