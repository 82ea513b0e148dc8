"""AppSync: cached answers that are encrypted."""

from stanchion.api import MEDIUM, SAFE, STRICT, resource

# fmt: off
CACHES = resource("AWS::AppSync::ApiCache", name="AppSync cache", guide="AWS AppSync Developer Guide")

CACHES.must(
    "ENC491", "AtRestEncryptionEnabled", True, MEDIUM, "is not encrypted at rest",
    "Answers that it keeps can be read by whoever gets at its disks. It cannot be switched on later.",
    page="Configuring server-side caching and API payload compression", fix=SAFE, profile=STRICT,
)
CACHES.must(
    "TLS492", "TransitEncryptionEnabled", True, MEDIUM, "is not encrypted in transit",
    "Answers cross the network in clear text. It cannot be switched on later.",
    page="Configuring server-side caching and API payload compression", fix=SAFE, profile=STRICT,
)
# fmt: on
