"""IAM roles: managed policies that give everything away."""

from stanchion.api import HIGH, STRICT, none_of, resource

# fmt: off
ROLES = resource(
    "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment",
    name="IAM identity", guide="IAM User Guide",
)

ROLES.must(
    "IAM521", "ManagedPolicyArns[]", none_of("arn:aws:iam::aws:policy/AdministratorAccess"), HIGH,
    "has the managed policy AdministratorAccess",
    "Whoever gets hold of this identity has the whole account, and no mistake is held back.",
    page="Grant least privilege", profile=STRICT,
)
ROLES.must(
    "IAM522", "ManagedPolicyArns[]", none_of("arn:aws:iam::aws:policy/IAMFullAccess"), HIGH,
    "has the managed policy IAMFullAccess",
    "Whoever may do everything in IAM can give every other right to any identity.",
    page="Grant least privilege", profile=STRICT,
)
# fmt: on
