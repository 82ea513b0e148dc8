"""EFS: who may mount a file system by its policy."""

from stanchion_aws.analysis.access.policies import not_public

FILE_SYSTEM_IS_PRIVATE = not_public(
    "PUB125",
    "EFS file system is open to the public",
    "AWS::EFS::FileSystem",
    why="Whoever reaches a mount target can read and write the files, without an identity of this account.",
    mend="Add the condition elasticfilesystem:AccessedViaMountTarget = true, or name the roles in Principal.",
)
