"""Who can reach an S3 bucket by what the bucket itself says: its ACL, its policy, and the block over both.

Rules from the Amazon S3 User Guide: "Access control list (ACL) overview", "Blocking public access to your Amazon S3
storage" (what counts as public), "Controlling ownership of objects and disabling ACLs for your bucket".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.estate import DecidedResource, Estate

BUCKET = "AWS::S3::Bucket"
#: Canned ACLs that give everybody, or everybody with an AWS account, something; and what.
PUBLIC_ACLS = {
    "PublicRead": "everybody can read",
    "PublicReadWrite": "everybody can read and write",
    "AuthenticatedRead": "everybody with an AWS account can read",
}
_ALL_USERS = ("AllUsers", "AuthenticatedUsers")
#: Condition keys that tie a statement to somebody in particular, whoever the principal is ("The meaning of public").
TYING_KEYS = frozenset(
    {
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip",
        "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:userid",
        "aws:sourceorgid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
    }
)  # fmt: skip


def bucket_named_by(value: Decided, estate: Estate) -> DecidedResource | None:
    """The bucket of the unit that a value refers to or names."""
    for resource in estate.named_by(value):
        if resource.type == BUCKET:
            return resource
    if value.unknown or not value.text:
        return None
    name = value.text
    return next((b for b in estate.of_type(BUCKET) if not b["BucketName"].unknown and b["BucketName"] == name), None)


class Access(NamedTuple):
    """How somebody comes in: what they can do, as the end of a sentence, and the property that lets them."""

    fact: str
    place: Decided


def public_access(bucket: DecidedResource) -> Iterator[Access]:
    """Every way in which everybody can reach the bucket."""
    block = bucket["PublicAccessBlockConfiguration"]
    if not block["IgnorePublicAcls"]:
        yield from _public_acl(bucket)
    if not block["RestrictPublicBuckets"]:
        for statement in bucket["PolicyDocument"]["Statement"]:
            if _for_everybody(statement):
                what = ", ".join(action.text for action in statement["Action"] if not action.unknown) or "some actions"
                yield Access(f"its policy lets everybody do {what}", statement)


def _public_acl(bucket: DecidedResource) -> Iterator[Access]:
    acl = bucket["AccessControl"]
    if acl.present:
        for name, fact in PUBLIC_ACLS.items():
            if acl == name:
                yield Access(f"{fact}, by its ACL", acl)
    for grant in bucket["Grants"]:
        uri = grant["Grantee"]["URI"]
        if not uri.unknown and uri.text.rpartition("/")[2] in _ALL_USERS:
            yield Access("everybody has rights by its ACL's grants", uri)


def _for_everybody(statement: Decided) -> bool:
    if statement["Effect"] != "Allow" or _tied(statement):
        return False
    if statement["NotPrincipal"].present:
        return True
    return any(principal == "*" for principal in principals(statement))


def principals(statement: Decided) -> Iterator[Decided]:
    """The AWS principals of a statement: those under "AWS", or "*" standing alone."""
    principal = statement["Principal"]
    if principal.is_map:
        yield from principal["AWS"]
    elif principal.present:
        yield from principal


def _tied(statement: Decided) -> bool:
    """Whether a condition of the statement ties it to somebody in particular."""
    for operator, keys in statement["Condition"].items():
        if operator.startswith(("StringNot", "ArnNot", "NotIp", "Null", "ForAllValues")):
            continue
        if any(key.lower() in TYING_KEYS for key, _ in keys.items()):
            return True
    return False


def foreign_writers(bucket: DecidedResource) -> Iterator[Access]:
    """Every statement that lets a principal other than an AWS service write the bucket's objects."""
    for statement in bucket["PolicyDocument"]["Statement"]:
        if statement["Effect"] != "Allow":
            continue
        writes = [action for action in statement["Action"] if _writes(action)]
        who = [principal for principal in principals(statement) if not principal.unknown or not principal.references]
        if writes and who and not _tied(statement):
            shown = who[0].text if not who[0].unknown else "a principal that is not known"
            yield Access(f"its policy lets {shown} do {writes[0].text}", statement)


def _writes(action: Decided) -> bool:
    if action.unknown:
        return False
    name = action.text.lower()
    return name in ("*", "s3:*", "s3:put*", "s3:delete*") or name.startswith(("s3:putobject", "s3:deleteobject"))
