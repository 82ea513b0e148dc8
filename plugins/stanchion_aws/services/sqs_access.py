"""SQS: who may use a queue by its policy."""

from stanchion_aws.analysis.access.policies import not_public

QUEUE_IS_PRIVATE = not_public(
    "PUB120",
    "SQS queue is open to the public",
    "AWS::SQS::Queue",
    why="Anyone can read the messages, lose them, or send messages of their own that consumers act on.",
)
