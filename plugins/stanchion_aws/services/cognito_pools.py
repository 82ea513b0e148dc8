"""Cognito user pools: a second factor."""

from stanchion.api import LOW, STRICT, one_of, resource

# fmt: off
USER_POOLS = resource("AWS::Cognito::UserPool", name="user pool", guide="Amazon Cognito Developer Guide")

USER_POOLS.must(
    "IAM492", "MfaConfiguration", one_of("ON", "OPTIONAL"), LOW, "offers no second factor",
    "A password that leaked elsewhere is enough to become its user.",
    page="Adding MFA to a user pool", profile=STRICT,
)
# fmt: on
