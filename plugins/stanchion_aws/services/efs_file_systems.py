"""EFS file systems: encrypted at rest."""

from stanchion.api import HIGH, LOW, PRESENT, SAFE, STRICT, resource

# fmt: off
SYSTEMS = resource("AWS::EFS::FileSystem", name="EFS file system", guide="Amazon EFS User Guide")

SYSTEMS.must(
    "ENC811", "Encrypted", True, HIGH, "is not encrypted at rest",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting data at rest", fix=SAFE,
)
SYSTEMS.must(
    "ENC812", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypting data at rest", profile=STRICT,
)
# fmt: on
