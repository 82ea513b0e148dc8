"""EventBridge: who may put events on a bus by its policy."""

from stanchion_aws.analysis.access.policies import not_public

BUS_IS_PRIVATE = not_public(
    "PUB133",
    "Event bus is open to the public",
    ("AWS::Events::EventBusPolicy", "aws_cloudwatch_event_bus_policy"),
    why="Everybody with an AWS account can send events that rules act on.",
)
