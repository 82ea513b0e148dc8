"""AppSync APIs: logged."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
APIS = resource("AWS::AppSync::GraphQLApi", name="AppSync API", guide="AWS AppSync Developer Guide")

APIS.must(
    "LOG493", "LogConfig", PRESENT, LOW, "logs no requests",
    "An attack on the API leaves no trace.",
    page="Monitoring and logging with CloudWatch", profile=STRICT,
)
# fmt: on
