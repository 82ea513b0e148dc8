"""Who asks: the requesters that a policy is held against, and the keys that their requests carry.

Which keys are there depends on who asks and from where ("AWS global condition context keys", IAM User Guide), so each
requester says it for all keys together. What names an account, organisation or endpoint is the requester's own, a
value that no policy can have meant; keys that the requester chooses are free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stanchion_aws.analysis.access.globs import Glob, literal, wildcards
from stanchion_aws.analysis.access.principals import Identity
from stanchion_aws.analysis.access.texts import OWN_ACCOUNT, OWN_ORGANIZATION

#: An account that stands for any account outside; no policy names it.
OUTSIDE = "999988887777"

_OF_ORGANIZATIONS = ("aws:principalorgid", "aws:principalorgpaths")
_OF_SERVICES = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths")
_OF_ENDPOINTS = (
    "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid",
    "aws:vpceorgpaths",
)  # fmt: skip
_OF_ACCESS_POINTS = ("s3:dataaccesspointarn", "s3:dataaccesspointaccount", "s3:accesspointnetworkorigin")
_OF_PRINCIPALS = (
    "aws:principalarn", "aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist",
    "aws:username", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:tokenissuetime",
    "aws:federatedprovider", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:viaawsservice",
    "kms:calleraccount", "kms:viaservice",
)  # fmt: skip
#: Keys about the resource or the principal that a requester does not choose.
_NOT_CHOSEN = ("aws:resourcetag/", "aws:principaltag/", "s3:existingobjecttag/", "ec2:resourcetag/", "aws:resource")


@dataclass(slots=True, frozen=True)
class Requester:
    """One kind of requester: `there` are keys that every request carries, with the texts they can have; `absent` those
    that none carries (a name that ends in "/" is a prefix). Any other key may be there or not, with any value."""

    name: str
    words: str
    identity: Identity
    there: Mapping[str, Sequence[Glob]] = field(default_factory=dict)
    absent: tuple[str, ...] = ()

    def lacks(self, key: str) -> bool:
        """Whether no request carries the key."""
        return key in self.absent or any(name.endswith("/") and key.startswith(name) for name in self.absent)

    def chooses(self, key: str) -> bool:
        """Whether the requester decides what the key has."""
        return key not in self.there and not key.startswith(_NOT_CHOSEN)


_ANY: tuple[Glob, ...] = (wildcards("*"),)
ANONYMOUS = Requester(
    "anonymous",
    "anyone on the internet",
    Identity(),
    {
        "aws:sourceip": _ANY,
        "aws:securetransport": _ANY,
        "aws:principaltype": (literal("Anonymous"),),
        "aws:principalaccount": (literal("anonymous"),),
        "aws:userid": (literal("anonymous"),),
    },
    (*_OF_ORGANIZATIONS, *_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS, *_OF_PRINCIPALS, "aws:principaltag/"),
)


def _signed(account: str, organization: str) -> dict[str, Sequence[Glob]]:
    return {
        "aws:securetransport": _ANY,
        "aws:principalaccount": (literal(account),),
        "aws:principalarn": (wildcards(f"arn:aws:iam::{account}:*"),),
        "aws:principalorgid": (literal(organization),),
        "aws:principalorgpaths": (wildcards(f"{organization}/*"),),
        "aws:userid": (wildcards("AROA99998888777700000:*"), literal("AIDA99998888777700000")),
        "aws:principalisawsservice": (literal("false"),),
        "kms:calleraccount": (literal(account),),
    }


ANY_ACCOUNT = Requester(
    "any-account",
    "everybody with an AWS account",
    Identity(OUTSIDE),
    {**_signed(OUTSIDE, "o-outside000"), "aws:sourceip": _ANY},
    (*_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS),
)
ANY_ENDPOINT = Requester(
    "any-account-endpoint",
    "everybody with an AWS account, through a VPC endpoint of their own",
    Identity(OUTSIDE),
    {
        **_signed(OUTSIDE, "o-outside000"),
        "aws:sourcevpc": (literal("vpc-0outside000000000"),),
        "aws:sourcevpce": (literal("vpce-0outside00000000"),),
        "aws:sourcevpcarn": (wildcards(f"arn:aws:ec2:*:{OUTSIDE}:vpc/vpc-0outside000000000"),),
        "aws:vpceaccount": (literal(OUTSIDE),),
        "aws:vpceorgid": (literal("o-outside000"),),
    },
    ("aws:sourceip", *_OF_SERVICES, *_OF_ACCESS_POINTS),
)
ANY_SERVICE_CALLER = Requester(
    "service-for-any-account",
    "an AWS service on behalf of any account",
    Identity(service="*"),
    {
        "aws:sourcearn": (wildcards(f"arn:aws:*:*:{OUTSIDE}:*"), wildcards("arn:aws:s3:::outside-*")),
        "aws:sourceaccount": (literal(OUTSIDE),),
        "aws:sourceorgid": (literal("o-outside000"),),
        "aws:principalisawsservice": (literal("true"),),
    },
    (*_OF_ORGANIZATIONS, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS, "aws:sourceip", "aws:principalarn", "aws:principaltag/"),
)
#: Those to whom a policy that lets them in is public, the widest first.
THE_PUBLIC = (ANONYMOUS, ANY_ACCOUNT, ANY_ENDPOINT)


def of_account(account: str) -> Requester:
    """A principal of another account that a policy may name, from the internet."""
    return Requester(
        f"account:{account}",
        f"account {account}",
        Identity(account),
        {**_signed(account, f"o-{account}"), "aws:sourceip": _ANY},
        (*_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS),
    )


def of_organization(organization: str) -> Requester:
    """A principal of some account of another organisation that a policy may name."""
    keys = {**_signed(OUTSIDE, organization), "aws:sourceip": _ANY}
    absent = (*_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS)
    return Requester(
        f"organization:{organization}", f"every account of organization {organization}", Identity(OUTSIDE), keys, absent
    )


def of_service(service: str) -> Requester:
    """An AWS service that calls on behalf of somebody else's resource."""
    return Requester(
        f"service:{service}",
        f"{service} on behalf of any account",
        Identity(service=service),
        ANY_SERVICE_CALLER.there,
        ANY_SERVICE_CALLER.absent,
    )


def of_unit(arn: str, words: str, user: str = "") -> Requester:
    """A role or user of the unit's own account; `user` is a user's name."""
    keys = {**_signed(OWN_ACCOUNT, OWN_ORGANIZATION), "aws:principalarn": (literal(arn),)}
    if user:
        keys["aws:username"] = (literal(user),)
    return Requester(f"principal:{arn}", words, Identity(OWN_ACCOUNT, arn), keys, _OF_SERVICES)


#: What somebody outside can bring as the `sub` of a public identity provider, whoever runs it.
_SUBJECTS: Mapping[str, str] = {
    "token.actions.githubusercontent.com": "repo:outsider/*",
    "gitlab.com": "project_path:outsider/*",
    "app.terraform.io": "organization:outsider:*",
    "agent.buildkite.com": "organization:outsider:*",
    "oidc.circleci.com": "org/outsider/*",
    "bitbucket.org": "{outsider}*",
}
#: Providers where each client has an id of its own under `aud` or `app_id`, which nobody else's token carries.
_CLIENTS = ("accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com")


def federated(provider: str) -> Requester:
    """Somebody outside with a token of an identity provider, who names itself as the provider lets everybody do."""
    issuer = provider.rpartition("oidc-provider/")[2]
    keys: dict[str, Sequence[Glob]] = {}
    subject = next((form for host, form in _SUBJECTS.items() if issuer.split("/")[0].endswith(host)), None)
    if subject is not None:
        keys[f"{issuer}:sub".lower()] = (wildcards(subject),)
    if issuer in _CLIENTS:
        keys |= {f"{issuer}:{claim}": (literal("outsider"),) for claim in ("aud", "app_id", "oaud")}
    words = f"anyone whom {issuer} gives a token"
    return Requester(f"federated:{issuer}", words, Identity(provider=provider), keys, _OF_SERVICES)
