"""WorkSpaces: volumes that are encrypted."""

from stanchion.api import MEDIUM, SAFE, resource

# fmt: off
DESKTOPS = resource("AWS::WorkSpaces::Workspace", name="WorkSpace", guide="Amazon WorkSpaces Administration Guide")

DESKTOPS.must(
    "ENC831", "UserVolumeEncryptionEnabled", True, MEDIUM, "keeps its user volume unencrypted",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypted WorkSpaces", fix=SAFE,
)
DESKTOPS.must(
    "ENC832", "RootVolumeEncryptionEnabled", True, MEDIUM, "keeps its root volume unencrypted",
    "Copies, snapshots and disks can be read by whoever gets at them. It cannot be switched on later.",
    page="Encrypted WorkSpaces", fix=SAFE,
)
# fmt: on
