"""QLDB ledgers: hard to delete by mistake, with rights by statement."""

from stanchion.api import MEDIUM, STRICT, none_of, resource

# fmt: off
LEDGERS = resource("AWS::QLDB::Ledger", name="QLDB ledger", guide="Amazon QLDB Developer Guide")

LEDGERS.must(
    "IAM791", "PermissionsMode", "STANDARD", MEDIUM, "lets whoever may send statements read and change every table",
    "Rights by table and statement exist in STANDARD mode only.",
    page="Standard permissions mode in Amazon QLDB", profile=STRICT,
)
LEDGERS.must(
    "BAK791", "DeletionProtection", none_of(False), MEDIUM, "can be deleted by one call",
    "A wrong plan or a stolen key deletes the record for good.",
    page="Deleting a ledger in Amazon QLDB", profile=STRICT,
)
# fmt: on
