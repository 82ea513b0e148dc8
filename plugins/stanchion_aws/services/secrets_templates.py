"""Secrets in the template's own declarations: parameters, variables, outputs, provider blocks and metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanchion.analysis.secrets import Means, means_of
from stanchion.graph.resource import OUTPUT, PARAMETER, PROVIDER
from stanchion.policy.policy import Severity, policy
from stanchion.secrets.names import is_placeholder, names_a_secret, words
from stanchion.secrets.shapes import assigned_secret, credential_in, masked
from stanchion.worlds.change import Remove, Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import DecidedResource, GraphView

INSTANCE = "AWS::EC2::Instance"
ASKED_FOR = "asks for a value wherever none is given"
ELSEWHERE = "takes the credentials from the environment, a profile or a role"
#: CloudFormation types whose values are names of things, not the things: a secret's name is no secret.
_NAMES_ONLY = ("AWS::SSM::Parameter", "AWS::EC2::", "List<", "Number")


def _holds_a_secret(parameter: DecidedResource) -> bool:
    kind = parameter["Type"]
    said = "" if kind.unknown or kind.absent else kind.text
    if said.startswith(_NAMES_ONLY) or said in ("bool", "number"):
        return False
    return names_a_secret(parameter.resource.name.rpartition(".")[2])


@policy(
    "ENC201",
    "Parameter that carries a secret is shown",
    types=PARAMETER,
    severity=Severity.MEDIUM,
    why="Without NoEcho or sensitive the value appears in the console, in plans and in logs.",
    mend="CloudFormation: NoEcho: true. Terraform: sensitive = true",
    docs="AWS CloudFormation User Guide: CloudFormation template Parameters syntax; Terraform: Input Variables",
)
def secret_parameters_are_not_shown(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A parameter named for a secret has NoEcho; a variable named for one is sensitive."""
    if _holds_a_secret(parameter) and not parameter["NoEcho"]:
        word = "NoEcho" if parameter.framework == "cloudformation" else "sensitive"
        message = f"{parameter.address} carries a secret and is not marked {word}, so its value is shown"
        yield parameter.finding(message, at=parameter["NoEcho"], subject="NoEcho", fix=Set("NoEcho", True))


@policy(
    "ENC202",
    "Parameter that carries a secret has a default in plain text",
    types=PARAMETER,
    severity=Severity.HIGH,
    why="The default is the secret wherever nobody gives another one, and everyone who can read the file knows it.",
    mend="Leave the default out, so that a value must be given, or take it from a secrets service.",
    docs="AWS CloudFormation User Guide: CloudFormation best practices, Do not embed credentials in your templates",
)
def secret_parameters_have_no_default(parameter: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """A parameter named for a secret has no default; no parameter has a credential as its default."""
    default = parameter["Default"]
    if default.unknown or default.absent or default.is_list or default.is_map:
        return
    text = default.text
    credential = credential_in(text)
    if credential is not None:
        message = f"{parameter.address} has {credential[0]} as its default"
        yield parameter.finding(message, at=default, fix=Remove("Default", secret=True), effect=ASKED_FOR)
    elif text and not is_placeholder(text) and _holds_a_secret(parameter):
        message = f"{parameter.address} carries a secret and has it as its default: {masked(text)}"
        yield parameter.finding(message, at=default, fix=Remove("Default", secret=True), effect=ASKED_FOR)


@policy(
    "ENC203",
    "Output shows a secret",
    types=OUTPUT,
    severity=Severity.MEDIUM,
    why="Outputs are printed after every run, kept in the state, and readable by all who may describe the stack.",
    mend="Terraform: sensitive = true, or output the secret's ARN. CloudFormation: output the secret's ARN.",
    docs="AWS CloudFormation User Guide: CloudFormation template Outputs syntax; Terraform: Output Values",
)
def outputs_show_no_secret(output: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """An output that is a secret, by its value's marks, source or name, is sensitive (CloudFormation: is left out)."""
    if output["NoEcho"]:
        return
    value = output["Value"]
    reason = _secret_output(output, value, graph)
    if reason is not None:
        fix = Set("NoEcho", True) if output.framework != "cloudformation" else ()
        yield output.finding(f"{output.address} shows {reason}", at=value, subject="Value", fix=fix)


def _secret_output(output: DecidedResource, value: Decided, graph: GraphView) -> str | None:
    if value.sensitive:
        return "a value that is marked as a secret"
    for reference in value.references:
        leaf = reference.attribute.rpartition(".")[2]
        if leaf in ("secret_string", "secret_binary") or (leaf != "" and names_a_secret(leaf)):
            return f"a secret: {leaf} of {reference.address}"
    if means_of(value, graph) is Means.SERVICE:
        return "what it reads from a secrets service"
    if not value.unknown and value.text:
        credential = credential_in(value.text)
        if credential is not None:
            return f"{credential[0]}"
    name = output.resource.name
    if output.framework.startswith("terraform") and names_a_secret(name) and not _about_only(value):
        return "a secret, by its name, and is not marked sensitive"
    return None


_ABOUT = ("arn", "id", "name", "ref", "url", "fingerprint")


def _about_only(value: Decided) -> bool:
    """Whether a value is an id, ARN or name of something, or an encrypted form, and so not a secret itself."""
    leaves = [words(reference.attribute) or ["ref"] for reference in value.references]
    return bool(leaves) and all(leaf[-1] in _ABOUT or "encrypted" in leaf for leaf in leaves)


@policy(
    "ENC204",
    "Credentials in a provider block",
    types=PROVIDER,
    severity=Severity.CRITICAL,
    why="The keys open the account to everyone who can read the repository, and stay in its history.",
    mend="Leave them out: use a profile, environment variables, or a role that the runner assumes.",
    docs="Terraform AWS provider: Authentication and Configuration; AWS General Reference: "
    "Best practices for managing AWS access keys",
)
def providers_have_no_credentials(provider: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No access key, secret key, token or password is written into a provider block."""
    for name, value in provider.properties():
        if value.unknown or value.is_list or value.is_map or not value.text or is_placeholder(value.text):
            continue
        credential = credential_in(value.text)
        if credential is not None:
            message = f"{provider.address} has {credential[0]} in {name}"
            yield provider.finding(message, at=value, fix=Remove(name, secret=True), effect=ELSEWHERE)
        elif names_a_secret(name) and name != "token_file" and len(value.text) >= 6:
            message = f"{provider.address} has {name} in plain text: {masked(value.text)}"
            yield provider.finding(message, at=value, fix=Remove(name, secret=True), effect=ELSEWHERE)


#: What the keys of AWS::CloudFormation::Authentication hold that must not be written down.
_AUTHENTICATION = ("accessKeyId", "secretKey", "password")


@policy(
    "ENC205",
    "Credentials in CloudFormation::Authentication metadata",
    types=("AWS::EC2::Instance", "AWS::AutoScaling::LaunchConfiguration", "AWS::EC2::LaunchTemplate"),
    severity=Severity.HIGH,
    why="Everyone who may describe the stack reads its metadata, on every instance and in the console.",
    mend="Use type S3 with roleName, so that the instance's role fetches the files.",
    docs="AWS CloudFormation User Guide: AWS::CloudFormation::Authentication",
)
def metadata_has_no_credentials(resource: DecidedResource, graph: GraphView) -> Iterable[Fault]:
    """No key or password is written into the authentication that cfn-init uses."""
    for name, entry in resource.attribute("Metadata")["AWS::CloudFormation::Authentication"].items():
        for key in _AUTHENTICATION:
            value = entry[key]
            if means_of(value, graph) in (Means.PLAIN, Means.DEFAULT, Means.ECHOED, Means.UNENCRYPTED):
                message = f"{resource.address} has {key} of {name} in its metadata, where all who see the stack read it"
                yield resource.finding(message, at=value)


def text_secret(text: str) -> tuple[str, str] | None:
    """The first secret in a longer text: what it is called in a message, and the secret itself."""
    credential = credential_in(text)
    if credential is not None:
        return credential
    assigned = assigned_secret(text)
    return (f"a secret ({assigned[0]})", assigned[1]) if assigned is not None else None


def named_values(values: Decided) -> Iterator[tuple[str, Decided]]:
    """Names and values of a map, or of a list of Name and Value."""
    if values.is_map:
        yield from values.items()
        return
    for entry in values:
        name = entry["Name"]
        if not name.unknown and name.text:
            yield name.text, entry["Value"]
