"""Kinesis: who may use a stream by its policy."""

from stanchion_aws.analysis.access.policies import not_public

STREAM_IS_PRIVATE = not_public(
    "PUB130",
    "Kinesis stream is open to the public",
    "AWS::Kinesis::ResourcePolicy",
    why="Everybody with an AWS account can read the records or write their own.",
)
