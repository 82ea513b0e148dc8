"""Batch job definitions: without the rights of root on their host."""

from stanchion.api import HIGH, none_of, resource

# fmt: off
DEFINITIONS = resource("AWS::Batch::JobDefinition", name="Batch job definition", guide="AWS Batch User Guide")

DEFINITIONS.must(
    "SYS451", "ContainerProperties.Privileged", none_of(True), HIGH, "runs with the rights of root on its host",
    "Whoever breaks into the job has the host and all other jobs on it.",
    page="Job definition parameters: privileged",
)
# fmt: on
