"""IAM identities: managed policies that give everything away, whatever attaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stanchion.policy.policy import Policy, Profile, Severity, policy
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

#: Identities, and what attaches a policy to an identity that is not in the code.
HOLDERS = (
    *("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "aws_iam_role_policy_attachment"),
    *("aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_policy_attachment"),
)


def _attached(name: str) -> Callable[[DecidedResource, GraphView], Iterable[Fault]]:
    arn = f"arn:aws:iam::aws:policy/{name}"

    def check(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
        attached = holder["ManagedPolicyArns"]
        for element in () if attached.unknown else attached:
            if not element.unknown and element.text == arn:
                yield holder.finding(f"{holder.address} has the managed policy {name}", at=element)

    return check


def _forbidden(id_: str, name: str, why: str) -> Policy:
    return policy(
        id_,
        f"Identity has the managed policy {name}",
        types=HOLDERS,
        severity=Severity.HIGH,
        profile=Profile.STRICT,
        why=why,
        mend="Attach a policy that names the actions that are used and what they are used on.",
        docs="IAM User Guide: Grant least privilege",
    )(_attached(name))


ADMINISTRATOR = _forbidden(
    "IAM521",
    "AdministratorAccess",
    "Whoever gets hold of this identity has the whole account, and no mistake is held back.",
)
ALL_OF_IAM = _forbidden(
    "IAM522", "IAMFullAccess", "Whoever may do everything in IAM can give every other right to any identity."
)
