"""S3: whom a bucket's policy, ACL and grants let in, less what Block Public Access and ownership controls take back."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.policy.policy import Severity, policy
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

BUCKET, POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"


@policy(
    "PUB110",
    "S3 bucket is open to the public",
    types=(BUCKET, POLICY),
    severity=Severity.HIGH,
    why="Anyone on the internet gets at the objects: they are found by those who try names all day.",
    mend="Block public access (BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets), and serve "
    "what is meant for everybody through CloudFront.",
    docs="Amazon S3 User Guide: Blocking public access to your Amazon S3 storage",
)
def open_to_the_public(holder: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """Every way in for everybody; a policy whose bucket is not in the code is judged alone."""
    from stanchion_aws.analysis.buckets import public_access, public_by_policy

    if holder.type == BUCKET:
        ways = public_access(holder)
    elif holder.resource.folded_into is None and not _with_its_bucket(holder, graph):
        ways = public_by_policy(holder["PolicyDocument"], graph)
    else:
        return
    for way in ways:
        yield holder.finding(f"{holder.address} is open to the public: {way.fact}", at=way.place)


def _with_its_bucket(holder: DecidedResource, graph: GraphView) -> bool:
    """Whether the policy is that of a bucket of this code, which is judged with all that closes it."""
    return any(found.type == BUCKET for found in graph.named_by(holder["Bucket"]))
