"""IAM: roles, users, groups, policies and what attaches them.

Sources: "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User" and
"AWS::IAM::UserToGroupAddition" (AWS CloudFormation User Guide), the pages of the same resources (Terraform AWS
provider).

A role, user or group has all its inline policies under `Policies` and all its attached ones under `ManagedPolicyArns`,
wherever they are written. A policy that stands alone is a resource too, with itself under `Policies`.

`ConsoleLogin`, which only this graph has, says that Terraform makes a user a password of AWS's own choice; the
`LoginProfile` of a template has the password in it.
"""

from stanchion_aws.mapping.rules import (
    Line,
    Rules,
    both,
    canonical,
    document,
    fold,
    many,
    present,
    resource,
    same,
    tags,
    wrap,
)

_ROLE, _USER, _GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
_INLINE: Rules = {"name": "PolicyName", "policy": document("PolicyDocument")}


def _inline(type_: str, owner: str, owner_property: str) -> Line:
    return resource(type_, {**_INLINE, owner: owner_property})


def _attachment(name: str, owners: Rules, into: tuple[str, ...]) -> Line:
    """A resource that attaches a managed policy, with no type of its own in CloudFormation."""
    return resource(
        name,
        {**owners, "policy_arn": wrap("ManagedPolicyArns")},
        fold=fold(into, *owners, take=("ManagedPolicyArns",)),
        alone=True,
    )


LINES = {
    "aws_iam_role": resource(
        _ROLE,
        {
            "name": "RoleName",
            "assume_role_policy": document("AssumeRolePolicyDocument"),
            "inline_policy": many("Policies", _INLINE),
            "managed_policy_arns": "ManagedPolicyArns",
            "permissions_boundary": "PermissionsBoundary",
            "tags": tags(),
        },
    ),
    "aws_iam_policy": resource(
        "AWS::IAM::ManagedPolicy",
        {"name": "ManagedPolicyName", "policy": document("PolicyDocument"), **same("path", "description")},
    ),
    "aws_iam_user": resource(_USER, {"name": "UserName", "tags": tags()}),
    "aws_iam_group": resource(_GROUP, {"name": "GroupName"}),
    "aws_iam_role_policy": _inline("AWS::IAM::RolePolicy", "role", "RoleName"),
    "aws_iam_user_policy": _inline("AWS::IAM::UserPolicy", "user", "UserName"),
    "aws_iam_group_policy": _inline("AWS::IAM::GroupPolicy", "group", "GroupName"),
    "aws_iam_role_policy_attachment": _attachment("aws_iam_role_policy_attachment", {"role": "RoleName"}, (_ROLE,)),
    "aws_iam_user_policy_attachment": _attachment("aws_iam_user_policy_attachment", {"user": "UserName"}, (_USER,)),
    "aws_iam_group_policy_attachment": _attachment(
        "aws_iam_group_policy_attachment", {"group": "GroupName"}, (_GROUP,)
    ),
    "aws_iam_policy_attachment": _attachment(
        "aws_iam_policy_attachment",
        {"roles": "Roles", "users": "Users", "groups": "Groups"},
        (_ROLE, _USER, _GROUP),
    ),
    "aws_iam_user_login_profile": resource(
        "aws_iam_user_login_profile",
        {
            "user": both("UserName", present("ConsoleLogin.Enabled", True)),
            "password_reset_required": "ConsoleLogin.PasswordResetRequired",
            "password_length": "ConsoleLogin.PasswordLength",
            "pgp_key": "ConsoleLogin.PgpKey",
        },
        fold=fold(_USER, "user", take=("ConsoleLogin",), keep=True),
        alone=True,
    ),
    "aws_iam_user_group_membership": resource(
        "aws_iam_user_group_membership",
        {"user": "UserName", "groups": "Groups"},
        fold=fold(_USER, "user", take=("Groups",)),
        alone=True,
    ),
    "aws_iam_group_membership": resource(
        "AWS::IAM::UserToGroupAddition",
        {"group": both("GroupName", wrap("Groups")), "users": "Users"},
        fold=fold(_USER, "users", take=("Groups",), keep=True),
        alone=True,
    ),
    "aws_iam_instance_profile": resource(
        "AWS::IAM::InstanceProfile", {"name": "InstanceProfileName", "role": wrap("Roles"), "roles": "Roles"}
    ),
    "aws_iam_access_key": resource("AWS::IAM::AccessKey", {"user": "UserName", "status": "Status"}),
    "aws_iam_server_certificate": resource(
        "AWS::IAM::ServerCertificate",
        {"name": "ServerCertificateName", **same("certificate_body", "certificate_chain", "private_key")},
    ),
    "aws_iam_account_password_policy": resource("aws_iam_account_password_policy", alone=True),
    "aws_ssoadmin_permission_set_inline_policy": resource(
        "aws_ssoadmin_permission_set_inline_policy",
        {**same("instance_arn", "permission_set_arn"), "inline_policy": document("InlinePolicy")},
        fold=fold("AWS::SSO::PermissionSet", "permission_set_arn", take=("InlinePolicy",)),
        alone=True,
    ),
    _ROLE: canonical(name="RoleName"),
    _USER: canonical(name="UserName", extensions=("ConsoleLogin",)),
    _GROUP: canonical(name="GroupName"),
    "AWS::IAM::ManagedPolicy": canonical(name="ManagedPolicyName"),
    "AWS::IAM::Policy": canonical(
        fold=fold((_ROLE, _USER, _GROUP), "Roles", "Users", "Groups", item="Policies", keep=True),
        extensions=("Policies",),
    ),
    "AWS::IAM::RolePolicy": canonical(
        fold=fold(_ROLE, "RoleName", item="Policies", keep=True), extensions=("Policies",)
    ),
    "AWS::IAM::UserPolicy": canonical(
        fold=fold(_USER, "UserName", item="Policies", keep=True), extensions=("Policies",)
    ),
    "AWS::IAM::GroupPolicy": canonical(
        fold=fold(_GROUP, "GroupName", item="Policies", keep=True), extensions=("Policies",)
    ),
    "AWS::IAM::UserToGroupAddition": canonical(extensions=("Groups",)),
}
