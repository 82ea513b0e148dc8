"""Transfer Family servers: logged, current, and without FTP."""

from stanchion.api import MEDIUM, STRICT, one_of, resource

# fmt: off
SERVERS = resource("AWS::Transfer::Server", name="Transfer server", guide="AWS Transfer Family User Guide")

SERVERS.must(
    "PUB491", "EndpointType", one_of("VPC", "VPC_ENDPOINT"), MEDIUM, "has an endpoint on the internet",
    "Anyone can try its users' passwords and keys.",
    page="Create a server in a virtual private cloud", profile=STRICT,
)
# fmt: on
