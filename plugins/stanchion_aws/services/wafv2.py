"""Web ACLs: with rules."""

from stanchion.api import MEDIUM, PRESENT, STRICT, resource

# fmt: off
ACLS = resource("AWS::WAFv2::WebACL", name="web ACL", guide="AWS WAF Developer Guide")

ACLS.must(
    "DDS491", "Rules", PRESENT, MEDIUM, "has no rules",
    "It lets through what it was put there to stop.",
    page="AWS WAF rules", profile=STRICT,
)
# fmt: on
