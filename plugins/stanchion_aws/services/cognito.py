"""Cognito identity pools: no AWS credentials for those who do not sign in."""

from stanchion.api import MEDIUM, STRICT, none_of, resource

# fmt: off
POOLS = resource("AWS::Cognito::IdentityPool", name="identity pool", guide="Amazon Cognito Developer Guide")

POOLS.must(
    "IAM491", "AllowUnauthenticatedIdentities", none_of(True), MEDIUM,
    "gives AWS credentials to people who do not sign in",
    "Anyone gets the credentials of a role, and all that this role may do.",
    page="Identity pools: unauthenticated identities", profile=STRICT,
)
# fmt: on
