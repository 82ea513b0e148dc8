"""EFS: file systems encrypted at rest, and access points that keep clients apart."""

from stanchion.api import HIGH, LOW, PRESENT, SAFE, STRICT, matches, resource

# fmt: off
SYSTEMS = resource("AWS::EFS::FileSystem", name="EFS file system", guide="Amazon EFS User Guide")
POINTS = resource("AWS::EFS::AccessPoint", name="EFS access point", guide="Amazon EFS User Guide")

SYSTEMS.must(
    "ENC811", "Encrypted", True, HIGH, "is not encrypted at rest",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypting data at rest", fix=SAFE,
)
SYSTEMS.must(
    "ENC812", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Encrypting data at rest", profile=STRICT,
    yields_to=("ENC811",),
)
POINTS.must(
    "IAM811", "RootDirectory.Path", matches("^/+[^/]"), LOW, "opens the whole file system",
    "Whoever mounts it sees the directories of all other clients too.",
    page="Enforcing a root directory with an access point", profile=STRICT,
)
POINTS.must(
    "IAM812", "PosixUser", PRESENT, LOW, "lets clients say which user they are",
    "A client can claim to be root and read or change the files of all others.",
    page="Enforcing a user identity using an access point", profile=STRICT,
)
# fmt: on
