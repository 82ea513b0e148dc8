"""S3 buckets: versions, logs, keys, lifecycle, and the blocks against public access."""

from stanchion.api import AUDIT, HIGH, INFO, LOW, MEDIUM, PRESENT, SAFE, STRICT, none_of, one_of, resource

# fmt: off
BUCKETS = resource("AWS::S3::Bucket", name="S3 bucket", guide="Amazon S3 User Guide")

BUCKETS.must(
    "BAK101", "VersioningConfiguration.Status", "Enabled", LOW, "keeps no versions of its objects",
    "What is overwritten or deleted, by mistake or by an extortionist, is gone.",
    page="Retaining multiple versions of objects with S3 Versioning", profile=STRICT,
)
BUCKETS.must(
    "LOG151", "LoggingConfiguration", PRESENT, LOW, "logs no requests",
    "Who read or deleted objects cannot be found out afterwards.",
    page="Logging requests with server access logging",
    when={"AccessControl": none_of("LogDeliveryWrite")},
    profile=STRICT,
)
BUCKETS.must(
    "ENC151", "BucketEncryption", PRESENT, INFO, "does not say how it is encrypted",
    "S3 encrypts every new object since 2023; some frameworks ask that the code says so.",
    page="Setting default server-side encryption behavior for Amazon S3 buckets", profile=AUDIT,
    yields_to=("ENC153",),
)
BUCKETS.must(
    "ENC152", "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm",
    one_of("aws:kms", "aws:kms:dsse"), LOW, "is not encrypted with a key in AWS KMS",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Using server-side encryption with AWS KMS keys (SSE-KMS)",
    when={"BucketEncryption": PRESENT},
    profile=STRICT,
)
BUCKETS.must(
    "ENC153", "BucketEncryption", PRESENT, LOW, "does not name a key in AWS KMS for its objects",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Using server-side encryption with AWS KMS keys (SSE-KMS)", profile=STRICT,
)
BUCKETS.must(
    "GOV151", "LifecycleConfiguration", PRESENT, LOW, "has no lifecycle rules",
    "Old objects cost for ever, and are kept longer than the law may allow.",
    page="Managing the lifecycle of objects", profile=AUDIT,
)
BUCKETS.must(
    "BAK102", "ReplicationConfiguration", PRESENT, INFO, "is not replicated to another region or account",
    "When its region fails or its account is taken over, there is no copy.",
    page="Replicating objects within and across Regions", profile=AUDIT,
)
BUCKETS.must(
    "BAK103", "ObjectLockEnabled", True, INFO, "has no Object Lock",
    "Whoever has the right to delete, or steals it, can delete every version.",
    page="Locking objects with Object Lock", profile=AUDIT,
)
BUCKETS.must(
    "PUB151", "PublicAccessBlockConfiguration.BlockPublicAcls", True, MEDIUM, "lets public ACLs be set",
    "One ACL or policy that is too wide makes objects public; this block would stop it.",
    page="Blocking public access to your Amazon S3 storage",
    when={"PublicAccessBlockConfiguration": PRESENT},
    fix=SAFE,
    profile=STRICT,
)
BUCKETS.must(
    "PUB152", "PublicAccessBlockConfiguration.BlockPublicPolicy", True, MEDIUM, "lets a public policy be set",
    "One ACL or policy that is too wide makes objects public; this block would stop it.",
    page="Blocking public access to your Amazon S3 storage",
    when={"PublicAccessBlockConfiguration": PRESENT},
    fix=SAFE,
    profile=STRICT,
)
BUCKETS.must(
    "PUB153", "PublicAccessBlockConfiguration.IgnorePublicAcls", True, MEDIUM, "obeys public ACLs",
    "One ACL or policy that is too wide makes objects public; this block would stop it.",
    page="Blocking public access to your Amazon S3 storage",
    when={"PublicAccessBlockConfiguration": PRESENT},
    fix=SAFE,
    profile=STRICT,
)
BUCKETS.must(
    "PUB154", "PublicAccessBlockConfiguration.RestrictPublicBuckets", True, MEDIUM,
    "serves the public where its policy is public",
    "One ACL or policy that is too wide makes objects public; this block would stop it.",
    page="Blocking public access to your Amazon S3 storage",
    when={"PublicAccessBlockConfiguration": PRESENT},
    fix=SAFE,
    profile=STRICT,
)
BUCKETS.must(
    "PUB155", "PublicAccessBlockConfiguration", PRESENT, LOW, "does not say that public access is blocked",
    "Buckets made before April 2023, and those whose block was lifted by hand, take public ACLs and policies.",
    page="Blocking public access to your Amazon S3 storage", profile=STRICT,
)
BUCKETS.must(
    "PUB156", "AccessControl", none_of("PublicRead", "AuthenticatedRead"), HIGH, "lets strangers read by its ACL",
    "Everybody, or everybody with an AWS account, can list the bucket. Objects written with such an ACL follow.",
    page="Access control list (ACL) overview", when={"PublicAccessBlockConfiguration.IgnorePublicAcls": none_of(True)},
    yields_to=("PUB110",),
)
BUCKETS.must(
    "PUB157", "AccessControl", none_of("PublicReadWrite"), HIGH, "lets strangers read and write by its ACL",
    "Everybody can add and replace objects: malware is served from it, and the bill is yours.",
    page="Access control list (ACL) overview", when={"PublicAccessBlockConfiguration.IgnorePublicAcls": none_of(True)},
    yields_to=("PUB110",),
)
BUCKETS.must(
    "PUB158", "OwnershipControls.Rules[].ObjectOwnership", "BucketOwnerEnforced", LOW, "still obeys ACLs",
    "ACLs give access beside the policies that everybody reviews. AWS advises to switch them off.",
    page="Controlling ownership of objects and disabling ACLs for your bucket",
    when={"OwnershipControls": PRESENT},
    profile=STRICT,
)
BUCKETS.must(
    "GOV153", "NotificationConfiguration", PRESENT, INFO, "notifies nobody of what happens to its objects",
    "Some frameworks ask that changes to objects raise events.",
    page="Amazon S3 Event Notifications", profile=AUDIT,
)
# fmt: on
