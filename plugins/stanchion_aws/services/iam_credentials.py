"""IAM policies that hand out credentials: who has one of these permissions can become somebody else."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from stanchion.policy.policy import Severity, policy
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.documents import DOCUMENT, documents

#: Actions whose answer holds a credential (AWS Service Authorization Reference).
CREDENTIAL_ACTIONS = (
    "chime:createapikey",
    "codepipeline:pollforjobs",
    "cognito-identity:getcredentialsforidentity",
    "cognito-identity:getopenidtoken",
    "cognito-identity:getopenidtokenfordeveloperidentity",
    "connect:getfederationtoken",
    "connect:getfederationtokens",
    "gamelift:requestuploadcredentials",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createservicespecificcredential",
    "iam:resetservicespecificcredential",
    "iam:updateaccesskey",
    "lightsail:downloaddefaultkeypair",
    "lightsail:getinstanceaccessdetails",
    "lightsail:getrelationaldatabasemasteruserpassword",
    "mediapackage:rotatechannelcredentials",
    "mediapackage:rotateingestendpointcredentials",
    "rds-db:connect",
    "redshift:createclusteruser",
    "redshift:getclustercredentials",
    "sso:getrolecredentials",
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:getfederationtoken",
    "sts:getsessiontoken",
)


@policy(
    "IAM501",
    "Policy hands out credentials",
    aliases=("ENC501",),
    types=(
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
        DOCUMENT,
    ),
    severity=Severity.MEDIUM,
    why="Whoever holds such a permission on every resource can make keys for other identities and go on as them.",
    mend="Name the users or roles in Resource, or leave the action out.",
    docs="IAM User Guide: Grant least privilege; Service Authorization Reference",
)
def policies_hand_out_no_credentials(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No statement allows an action that returns a credential on every resource."""
    for document in documents(holder):
        for statement in document["Statement"]:
            action = _credential_action(statement)
            if action is not None:
                message = f"{holder.address} allows {action.text} on every resource, which hands out credentials"
                yield holder.finding(message, at=action)


def _credential_action(statement: Decided) -> Decided | None:
    if statement["Effect"] != "Allow" or not any(resource == "*" for resource in statement["Resource"]):
        return None
    for action in statement["Action"]:
        if not action.unknown and action.text not in ("*", "*:*") and _hands_out(action.text.lower()):
            return action
    return None


def _hands_out(action: str) -> bool:
    if "*" not in action and "?" not in action:
        return action in CREDENTIAL_ACTIONS
    return any(fnmatch.fnmatchcase(known, action) for known in CREDENTIAL_ACTIONS)
