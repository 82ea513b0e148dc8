"""EBS volumes: encrypted at rest, and with which key."""

from stanchion.api import ABSENT, HIGH, LOW, PRESENT, SAFE, STRICT, resource

# fmt: off
VOLUMES = resource("AWS::EC2::Volume", name="EBS volume", guide="Amazon EBS User Guide")

VOLUMES.must(
    "ENC821", "Encrypted", True, HIGH, "is not encrypted",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Amazon EBS encryption", when={"SnapshotId": ABSENT}, fix=SAFE,
)
VOLUMES.must(
    "ENC822", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Amazon EBS encryption", profile=STRICT,
    yields_to=("ENC821",),
)
# fmt: on
