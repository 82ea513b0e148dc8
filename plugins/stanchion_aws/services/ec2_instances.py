"""EC2 instances: watched, and without public addresses where nobody needs one."""

from stanchion.api import AUDIT, INFO, LOW, PRESENT, SAFE, resource

# fmt: off
HOSTS = resource("AWS::EC2::Instance", name="EC2 instance", guide="Amazon EC2 User Guide")

HOSTS.must(
    "LOG821", "Monitoring", True, INFO, "has no detailed monitoring",
    "Figures every five minutes are too late for an alarm.",
    page="Manage detailed monitoring for your EC2 instances", fix=SAFE, profile=AUDIT,
)
HOSTS.must(
    "BAK821", "EbsOptimized", True, INFO, "shares its network with its volumes",
    "Traffic and disks slow each other down on older types.",
    page="Amazon EBS-optimized instance types", fix=SAFE, profile=AUDIT,
)
HOSTS.must(
    "IAM821", "IamInstanceProfile", PRESENT, LOW, "has no role",
    "Programs on it need keys then, which live long and lie in files.",
    page="IAM roles for Amazon EC2", profile=AUDIT,
)
# fmt: on
