"""SageMaker endpoint configurations: under a key of one's own."""

from stanchion.api import LOW, PRESENT, STRICT, resource

# fmt: off
ENDPOINTS = resource(
    "AWS::SageMaker::EndpointConfig",
    name="SageMaker endpoint configuration", guide="Amazon SageMaker AI Developer Guide",
)

ENDPOINTS.must(
    "ENC452", "KmsKeyId", PRESENT, LOW, "is not encrypted with a customer managed key",
    "With a key of your own you decide who may decrypt, see each use in CloudTrail and can cut off access.",
    page="Protect data at rest using encryption", profile=STRICT,
)
# fmt: on
