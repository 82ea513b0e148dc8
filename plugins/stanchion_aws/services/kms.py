"""KMS: keys that are rotated, where AWS can rotate them, and there when they are needed."""

from stanchion.api import ABSENT, LOW, MEDIUM, SAFE, STRICT, Conditions, none_of, resource

KEYS = resource("AWS::KMS::Key", name="KMS key", guide="AWS KMS Developer Guide")
#: Only symmetric keys whose material KMS itself made can be rotated by it.
ROTATABLE: Conditions = {"KeySpec": "SYMMETRIC_DEFAULT",
             "Origin": none_of("EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"),
             "CustomKeyStoreId": ABSENT}  # fmt: skip

KEYS.must(
    "KEY101", "EnableKeyRotation", True, MEDIUM, "is never rotated",
    "Whoever got hold of its material can read what it encrypts for as long as it is used. Rotation ends that.",
    page="Rotate AWS KMS keys", when=ROTATABLE, fix=SAFE,
)  # fmt: skip
KEYS.must(
    "KEY102", "Enabled", none_of(False), LOW, "is disabled, so nothing it encrypted can be read",
    "A key that is switched off makes its data unreadable, backups included.",
    page="Enable and disable keys", title="KMS key is disabled", profile=STRICT,
)  # fmt: skip
