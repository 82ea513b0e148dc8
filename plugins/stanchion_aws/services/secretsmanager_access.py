"""Secrets Manager: who may read a secret by its policy."""

from stanchion.policy.policy import Severity
from stanchion_aws.analysis.access.policies import not_public

SECRET_IS_PRIVATE = not_public(
    "PUB123",
    "Secret is open to the public",
    "AWS::SecretsManager::Secret",
    severity=Severity.CRITICAL,
    why="Everybody with an AWS account can read the secret.",
)
