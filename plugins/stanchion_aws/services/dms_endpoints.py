"""DMS endpoints: encrypted in transit."""

from stanchion.api import MEDIUM, STRICT, none_of, one_of, resource

# fmt: off
DMS_ENDPOINTS = resource("AWS::DMS::Endpoint", name="DMS endpoint", guide="AWS DMS User Guide")

DMS_ENDPOINTS.must(
    "TLS761", "SslMode", one_of("require", "verify-ca", "verify-full"), MEDIUM, "connects without TLS",
    "Passwords and records cross the network in clear text.",
    page="Using SSL with AWS Database Migration Service",
    when={"EngineName": none_of("s3", "dynamodb", "kinesis", "azuredb", "elasticsearch", "opensearch", "neptune")},
    profile=STRICT,
)
# fmt: on
