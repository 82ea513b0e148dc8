"""SNS: who may use a topic by its policy."""

from stanchion_aws.analysis.access.policies import not_public

TOPIC_IS_PRIVATE = not_public(
    "PUB121",
    "SNS topic is open to the public",
    "AWS::SNS::Topic",
    why="Anyone can subscribe to what is published, or publish messages that subscribers act on.",
)
