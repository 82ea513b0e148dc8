"""ECR: who may pull from and push to a repository by its policy."""

from stanchion_aws.analysis.access.policies import not_public

REPOSITORY_IS_PRIVATE = not_public(
    "PUB124",
    "ECR repository is open to the public",
    "AWS::ECR::Repository",
    why="Everybody with an AWS account can pull the images, or push one of their own that is then run.",
)
