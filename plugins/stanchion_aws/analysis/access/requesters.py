"""Who asks: the requesters that a policy is held against, and the keys that their requests carry.

Which keys are there depends on who asks and from where ("AWS global condition context keys", IAM User Guide), so each
requester says it for all keys together. What names an account, organisation or endpoint is the requester's own, a
value that no policy can have meant; keys that the requester chooses are free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stanchion_aws.analysis.access.globs import Glob, literal, wildcards

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
    """One kind of requester. `account` is "" for anonymous ones; `there` are keys that every request carries, with the
    texts they can have; `absent` those that none carries (a name that ends in "/" is a prefix). Any other key may be
    there or not, with any value."""

    name: str
    words: str
    account: str
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
    "",
    {
        "aws:sourceip": _ANY,
        "aws:securetransport": _ANY,
        "aws:principaltype": (literal("Anonymous"),),
        "aws:principalaccount": (literal("anonymous"),),
        "aws:userid": (literal("anonymous"),),
    },
    (*_OF_ORGANIZATIONS, *_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS, *_OF_PRINCIPALS, "aws:principaltag/"),
)


_SIGNED: Mapping[str, Sequence[Glob]] = {
    "aws:securetransport": _ANY,
    "aws:principalaccount": (literal(OUTSIDE),),
    "aws:principalarn": (wildcards(f"arn:aws:iam::{OUTSIDE}:*"),),
    "aws:principalorgid": (literal("o-outside000"),),
    "aws:principalorgpaths": (wildcards("o-outside000/*"),),
    "aws:userid": (wildcards("AROA99998888777700000:*"), literal("AIDA99998888777700000")),
    "aws:principalisawsservice": (literal("false"),),
    "kms:calleraccount": (literal(OUTSIDE),),
}
ANY_ACCOUNT = Requester(
    "any-account",
    "everybody with an AWS account",
    OUTSIDE,
    {**_SIGNED, "aws:sourceip": _ANY},
    (*_OF_SERVICES, *_OF_ENDPOINTS, *_OF_ACCESS_POINTS),
)
ANY_ENDPOINT = Requester(
    "any-account-endpoint",
    "everybody with an AWS account, through a VPC endpoint of their own",
    OUTSIDE,
    {
        **_SIGNED,
        "aws:sourcevpc": (literal("vpc-0outside000000000"),),
        "aws:sourcevpce": (literal("vpce-0outside00000000"),),
        "aws:sourcevpcarn": (wildcards(f"arn:aws:ec2:*:{OUTSIDE}:vpc/vpc-0outside000000000"),),
        "aws:vpceaccount": (literal(OUTSIDE),),
        "aws:vpceorgid": (literal("o-outside000"),),
    },
    ("aws:sourceip", *_OF_SERVICES, *_OF_ACCESS_POINTS),
)
#: Those to whom a policy that lets them in is public, the widest first.
THE_PUBLIC = (ANONYMOUS, ANY_ACCOUNT, ANY_ENDPOINT)
