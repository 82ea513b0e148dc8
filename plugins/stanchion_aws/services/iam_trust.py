"""IAM: who may assume a role by its trust policy."""

from stanchion_aws.analysis.access.policies import not_public

ROLE_TRUSTS_SOMEBODY = not_public(
    "IAM110",
    "Role can be assumed by everybody with an AWS account",
    "AWS::IAM::Role",
    why="Anyone can open an account of their own and, from there, do all that the role may do in this one.",
    mend=(
        'Name the accounts, roles or services in Principal instead of "*", or add a condition that ties it to them: '
        "aws:PrincipalOrgID, aws:PrincipalArn, aws:PrincipalAccount. An external id alone names nobody."
    ),
)
