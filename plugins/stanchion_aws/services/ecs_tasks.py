"""ECS: clusters that are watched, tasks that are kept apart from their host and from the internet."""

from stanchion.api import ABSENT, AUDIT, HIGH, LOW, MEDIUM, PRESENT, STRICT, any_of, none_of, resource

# fmt: off
TASKS = resource("AWS::ECS::TaskDefinition", name="ECS task definition", guide="Amazon ECS Developer Guide")
ECS_SERVICES = resource("AWS::ECS::Service", name="ECS service", guide="Amazon ECS Developer Guide")

TASKS.must(
    "TLS421", "Volumes[].EFSVolumeConfiguration.TransitEncryption", "ENABLED", MEDIUM,
    "reads its EFS volume without encryption",
    "Files cross the network in clear text.",
    page="Specify an Amazon EFS file system in an Amazon ECS task definition",
    when={"Volumes[].EFSVolumeConfiguration": PRESENT},
)
TASKS.must(
    "SYS421", "ContainerDefinitions[].ReadonlyRootFilesystem", True, LOW,
    "has a container that may write to its root file system",
    "An intruder can leave tools there and change the program that runs.",
    page="Amazon ECS task and container security best practices", profile=AUDIT,
)
TASKS.must(
    "SYS422", "ContainerDefinitions[].Privileged", none_of(True), HIGH,
    "has a container with the rights of root on its host",
    "Whoever breaks into the container has the host and all other tasks on it.",
    page="Task definition security: privileged",
)
TASKS.must(
    "TEN421", "PidMode", none_of("host"), MEDIUM, "shares the processes of its host",
    "Its containers see, and may signal, every process of the host.",
    page="Task definition parameters: pidMode",
)
ECS_SERVICES.must(
    "NET421", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", none_of("ENABLED"), MEDIUM,
    "gives its tasks public addresses",
    "Only a security group is then between the tasks and the internet.",
    page="Amazon ECS task networking", profile=STRICT,
)
ECS_SERVICES.must(
    "SYS423", "PlatformVersion", any_of(ABSENT, "LATEST"), LOW, "stays on a platform version of Fargate",
    "Fixes of the platform reach only tasks that follow its latest version.",
    page="Fargate platform versions for Amazon ECS", when={"LaunchType": "FARGATE"}, profile=AUDIT,
)
# fmt: on
