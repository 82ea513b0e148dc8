"""CodeArtifact: who may use a domain or repository by its policy."""

from stanchion_aws.analysis.access.policies import not_public

PACKAGES_ARE_PRIVATE = not_public(
    "PUB132",
    "CodeArtifact domain or repository is open to the public",
    ("AWS::CodeArtifact::Domain", "AWS::CodeArtifact::Repository"),
    why="Everybody with an AWS account can fetch internal packages, or publish one that builds then use.",
)
