"""ECR repositories: images that are scanned and cannot be swapped."""

from stanchion.api import AUDIT, LOW, PRESENT, SAFE, STRICT, one_of, resource

# fmt: off
REPOSITORIES = resource("AWS::ECR::Repository", name="ECR repository", guide="Amazon ECR User Guide")

REPOSITORIES.must(
    "SYS431", "ImageScanningConfiguration.ScanOnPush", True, LOW,
    "does not scan images for vulnerabilities when they are pushed",
    "Known holes in an image go unseen until somebody uses them.",
    page="Scan images for software vulnerabilities in Amazon ECR", fix=SAFE, profile=STRICT,
)
REPOSITORIES.must(
    "SYS432", "ImageTagMutability", one_of("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"), LOW,
    "lets a tag be moved to another image",
    "What was tested and what runs under the same tag need not be the same image.",
    page="Preventing image tags from being overwritten in Amazon ECR", profile=STRICT,
)
REPOSITORIES.must(
    "ENC431", "EncryptionConfiguration.EncryptionType", one_of("KMS", "KMS_DSSE"), LOW,
    "is not encrypted with a key in AWS KMS",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest", profile=STRICT,
)
REPOSITORIES.must(
    "ENC432", "EncryptionConfiguration.KmsKey", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encryption at rest",
    when={"EncryptionConfiguration.EncryptionType": one_of("KMS", "KMS_DSSE")},
    profile=AUDIT,
    yields_to=("ENC431",),
)
# fmt: on
