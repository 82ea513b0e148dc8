"""Secrets in what runs: user data, function environments, containers and build projects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.policy.policy import Severity, policy
from stanchion.secrets.names import is_placeholder, names_a_secret
from stanchion.secrets.shapes import credential_in, masked
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion_aws.services.secrets_templates import named_values, text_secret

INSTANCE = "AWS::EC2::Instance"
LAUNCH_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"
FUNCTION = "AWS::Lambda::Function"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
PROJECT = "AWS::CodeBuild::Project"


@policy(
    "ENC401",
    "Secret in user data",
    types=(INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE),
    severity=Severity.HIGH,
    why="Every process on the instance, and everyone who may describe it, reads its user data.",
    mend="Give the instance a role, and let the script fetch the secret when it starts.",
    docs="Amazon EC2 User Guide: Run commands when you launch an EC2 instance with user data input",
)
def user_data_has_no_secret(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No credential, no value marked as a secret, and nothing that a script assigns to a secret's name."""
    data = resource.get("LaunchTemplateData", "UserData") if resource.type == LAUNCH_TEMPLATE else resource["UserData"]
    for text in _texts(data):
        secret = text_secret(_decoded(text))
        if secret is not None:
            message = f"the user data of {resource.address} has {secret[0]} in it: {masked(secret[1])}"
            yield resource.finding(message, at=data, subject="UserData")
            return
    if data.sensitive:
        message = f"the user data of {resource.address} has the value of a parameter in it that is marked as a secret"
        yield resource.finding(message, at=data, subject="UserData")


def _texts(value: Decided) -> Iterator[str]:
    """The known texts in a value: itself, or the known pieces of what is put together from them."""
    for piece in value.pieces:
        if piece:
            yield piece


def _decoded(text: str) -> str:
    """User data as the instance sees it: base64 undone where it is base64."""
    import base64
    import binascii

    stripped = "".join(text.split())
    if len(stripped) < 24 or len(stripped) % 4 or not stripped.rstrip("=").replace("+", "").replace("/", "").isalnum():
        return text
    try:
        return base64.b64decode(stripped, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text


def _fault(resource: DecidedResource, name: str, value: Decided, what: str) -> Iterator[Fault]:
    if value.unknown or not value.text or is_placeholder(value.text):
        return
    credential = credential_in(value.text)
    if credential is not None:
        yield resource.finding(f"{what} has {credential[0]} in {name}: {masked(credential[1])}", at=value)
    elif names_a_secret(name) and not _only_points_at_it(value.text):
        yield resource.finding(f"{what} has {name} in plain text: {masked(value.text)}", at=value)


def _only_points_at_it(text: str) -> bool:
    """Whether a value is the ARN, path or resolver of a secret kept elsewhere, or a switch."""
    return (
        text.startswith(("arn:", "{{resolve:", "/", "ssm:", "secretsmanager:", "vault:", "http://", "https://"))
        or text.isdigit()
        or text.lower() in ("true", "false", "yes", "no", "on", "off")
    )


@policy(
    "ENC402",
    "Secret in a function's environment",
    types=FUNCTION,
    severity=Severity.HIGH,
    why="Everyone who may view the function's configuration reads its environment.",
    mend="Pass the secret's ARN, and let the function fetch it.",
    docs="AWS Lambda Developer Guide: Securing Lambda environment variables",
)
def function_environments_have_no_secret(function: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No credential, and no value under a secret's name, stands in the environment."""
    variables = function.get("Environment", "Variables")
    for name, value in named_values(variables):
        yield from _fault(function, name, value, f"the environment of {function.address}")


@policy(
    "ENC403",
    "Secret in a container's environment",
    types=TASK_DEFINITION,
    severity=Severity.HIGH,
    why="Everyone who may describe the task definition reads its environment, in every revision.",
    mend="Name the secret under secrets with valueFrom, in place of environment.",
    docs="Amazon ECS Developer Guide: Pass sensitive data to an Amazon ECS container",
)
def container_environments_have_no_secret(task: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No credential, and no value under a secret's name, stands in a container's environment."""
    for container in task["ContainerDefinitions"]:
        name = container["Name"]
        shown = f"container {name.text} of {task.address}" if not name.unknown and name.text else task.address
        for variable, value in named_values(container["Environment"]):
            yield from _fault(task, variable, value, f"the environment of {shown}")


@policy(
    "ENC404",
    "Secret in a build project's environment",
    types=PROJECT,
    severity=Severity.HIGH,
    why="Plain environment variables show in the console and in the build's logs.",
    mend="Use type SECRETS_MANAGER or PARAMETER_STORE with the secret's name as the value.",
    docs="AWS CodeBuild User Guide: Environment variables in build environments",
)
def build_environments_have_no_secret(project: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No secret stands in a plain environment variable of a build."""
    for variable in project.get("Environment", "EnvironmentVariables"):
        kind, name = variable["Type"], variable["Name"]
        if (kind.absent or kind == "PLAINTEXT") and not name.unknown:
            yield from _fault(project, name.text, variable["Value"], f"the environment of {project.address}")
