"""Athena: results that are encrypted, whatever the client asks for."""

from stanchion.api import LOW, MEDIUM, PRESENT, SAFE, STRICT, none_of, resource

# fmt: off
WORKGROUPS = resource("AWS::Athena::WorkGroup", name="Athena workgroup", guide="Amazon Athena User Guide")

WORKGROUPS.must(
    "ENC771", "WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.EncryptionOption", PRESENT, LOW,
    "does not say how results are encrypted",
    "Results are copies of the data; they should be under the key that the data is under.",
    page="Encrypt Athena query results stored in Amazon S3", profile=STRICT,
)
WORKGROUPS.must(
    "ENC772", "WorkGroupConfiguration.EnforceWorkGroupConfiguration", none_of(False), MEDIUM,
    "lets clients choose where results go and whether they are encrypted",
    "A client setting is enough to write the data unencrypted to any bucket.",
    page="Override client-side settings", fix=SAFE, profile=STRICT,
)
# fmt: on
