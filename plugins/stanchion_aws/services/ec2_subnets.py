"""Subnets: without public addresses for whatever is launched in them."""

from stanchion.api import LOW, SAFE, STRICT, none_of, resource

# fmt: off
SUBNETS = resource("AWS::EC2::Subnet", name="subnet", guide="Amazon VPC User Guide")

SUBNETS.must(
    "NET405", "MapPublicIpOnLaunch", none_of(True), LOW, "gives public addresses to what is launched in it",
    "Whatever is launched there stands on the internet, behind its security group alone.",
    page="IP addressing for your VPCs and subnets", fix=SAFE, profile=STRICT,
)
# fmt: on
