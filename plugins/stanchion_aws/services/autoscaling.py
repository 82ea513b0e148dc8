"""Auto Scaling: launch configurations, which every instance of a group is made from."""

from stanchion.api import AUDIT, INFO, MEDIUM, STRICT, none_of, one_of, resource

# fmt: off
CONFIGURATIONS = resource(
    "AWS::AutoScaling::LaunchConfiguration", name="launch configuration", guide="Amazon EC2 Auto Scaling User Guide",
)

CONFIGURATIONS.must(
    "NET841", "AssociatePublicIpAddress", none_of(True), MEDIUM, "gives its instances public addresses",
    "Every instance of the group can be reached from the Internet where a security group lets it.",
    page="Provide network connectivity for your Auto Scaling instances using Amazon VPC", profile=STRICT,
)
CONFIGURATIONS.must(
    "NET842", "AssociatePublicIpAddress", one_of(True, False), INFO,
    "leaves it to the subnet whether its instances get public addresses",
    "The default subnets of AWS give every instance one, and nothing in the code says so.",
    page="Provide network connectivity for your Auto Scaling instances using Amazon VPC", profile=AUDIT,
)
# fmt: on
