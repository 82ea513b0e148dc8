"""Who can reach an S3 bucket: by its policy, by its ACL, and by what Block Public Access leaves of both.

Rules from the Amazon S3 User Guide: "Blocking public access to your Amazon S3 storage", "Access control list (ACL)
overview", "Controlling ownership of objects and disabling ACLs for your bucket", "Bucket policies"; from the Service
Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.analysis.access.globs import wildcards
from stanchion_aws.analysis.access.requesters import THE_PUBLIC
from stanchion_aws.analysis.access.search import Ask, Request, UndecidedAccessError, witness
from stanchion_aws.analysis.access.statements import Statement, statements

BUCKET = "AWS::S3::Bucket"
#: Canned ACLs that give everybody, or everybody with an AWS account, something; and what.
PUBLIC_ACLS = {
    "PublicRead": "everybody can read",
    "PublicReadWrite": "everybody can read and write",
    "AuthenticatedRead": "everybody with an AWS account can read",
}
#: The groups of S3's own that grants can name, with everybody in them, and in words.
_PUBLIC_GROUPS = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everybody with an AWS account",
}
#: What is done to objects, the most telling first.
_OBJECT_ACTIONS = (
    "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion",
    "s3:PutObjectAcl", "s3:GetObjectAcl", "s3:PutObjectTagging", "s3:GetObjectTagging", "s3:RestoreObject",
    "s3:GetObjectAttributes", "s3:AbortMultipartUpload", "s3:BypassGovernanceRetention", "s3:PutObjectRetention",
)  # fmt: skip
#: What is done to a bucket, likewise.
_BUCKET_ACTIONS = (
    "s3:ListBucket", "s3:ListBucketVersions", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:DeleteBucket",
    "s3:PutBucketAcl", "s3:PutLifecycleConfiguration", "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration",
    "s3:PutReplicationConfiguration", "s3:PutBucketNotification", "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketPolicy", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads",
)  # fmt: skip
#: What is asked of a bucket: first of its objects, then of itself.
_ASKS = (
    Ask(_OBJECT_ACTIONS, (wildcards("arn:*:s3:::*/*"), wildcards("*/*"))),
    Ask(_BUCKET_ACTIONS, not_within=(wildcards("*/*"),)),
)
#: Condition keys that tie a statement to somebody in particular, whoever the principal is ("The meaning of public").
_TYING_KEYS = frozenset(
    {
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip",
        "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:userid",
        "aws:sourceorgid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
    }
)  # fmt: skip


def bucket_named_by(value: Decided, graph: GraphView) -> DecidedResource | None:
    """The bucket of the unit that a value refers to or names."""
    for resource in graph.named_by(value):
        if resource.type == BUCKET:
            return resource
    if value.unknown or not value.text:
        return None
    name = value.text
    return next((b for b in graph.of_type(BUCKET) if not b["BucketName"].unknown and b["BucketName"] == name), None)


class Access(NamedTuple):
    """How somebody comes in: what they can do, as the end of a sentence, and the property that lets them."""

    fact: str
    place: Decided


def public_access(bucket: DecidedResource) -> Iterator[Access]:
    """Every way in which everybody can reach the bucket.

    Block Public Access counts where the bucket itself says so; the account's own is not in the code. With
    BlockPublicAcls or BlockPublicPolicy S3 refuses the ACL or policy that would open it, so nothing is open.
    """
    block = bucket["PublicAccessBlockConfiguration"]
    if not (block["IgnorePublicAcls"] or block["BlockPublicAcls"] or acls_disabled(bucket)):
        yield from _public_acl(bucket)
    if not (block["RestrictPublicBuckets"] or block["BlockPublicPolicy"]):
        yield from public_by_policy(bucket["PolicyDocument"], bucket.graph)


def acls_disabled(bucket: DecidedResource) -> bool:
    """Whether the bucket's owner owns all objects, so that ACLs say nothing."""
    return any(rule["ObjectOwnership"] == "BucketOwnerEnforced" for rule in bucket["OwnershipControls"]["Rules"])


def _public_acl(bucket: DecidedResource) -> Iterator[Access]:
    acl = bucket["AccessControl"]
    if acl.present:
        for name, fact in PUBLIC_ACLS.items():
            if acl == name:
                yield Access(f"{fact}, by its ACL", acl)
    for grant in bucket["Grants"]:
        uri = grant["Grantee"]["URI"]
        for group, words in _PUBLIC_GROUPS.items():
            if uri.present and uri == group:
                permission = grant["Permission"]
                what = permission.text if permission.present and not permission.unknown else "some permission"
                yield Access(f"{words} has {what}, by its ACL's grants", uri)


def public_by_policy(document: Decided, graph: GraphView) -> Iterator[Access]:
    """Every statement through which a request from the public gets, whatever the policy denies."""
    everything = statements(document, graph)
    denies = [one for one in everything if not one.allows]
    for statement in everything:
        found = _public_request([statement, *denies]) if statement.allows else None
        if found is not None:
            more = "" if "*" not in _shown_actions(statement) else f" ({_shown_actions(statement)})"
            who = "everybody" if found.requester is THE_PUBLIC[0] else found.requester.words
            assert statement.written is not None  # it was read from the bucket's own document
            yield Access(f"its policy lets {who} do {found.action}{more}", statement.written)


def _public_request(document: Sequence[Statement]) -> Request | None:
    try:
        for requester in THE_PUBLIC:
            found = witness(document, requester, _ASKS)
            if found is not None:
                return found
    except UndecidedAccessError:
        # The bound leaves it open: nothing is claimed to be public that is not shown to be.
        return None
    return None


def _shown_actions(statement: Statement) -> str:
    written = statement.written
    known = [action.text for action in written["Action"] if not action.unknown] if written is not None else []
    return ", ".join(known)


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
        if any(key.lower() in _TYING_KEYS for key, _ in keys.items()):
            return True
    return False


def _writes(action: Decided) -> bool:
    if action.unknown:
        return False
    name = action.text.lower()
    return name in ("*", "s3:*", "s3:put*", "s3:delete*") or name.startswith(("s3:putobject", "s3:deleteobject"))
