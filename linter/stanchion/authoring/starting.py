"""A new policy with its fixtures, as a start that runs: a property of a type must have a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from stanchion.graph import schemas

YAML = """\
policies:
  - id: {id}
    title: {title}
    severity: medium
    types: [{type}]
    must: # JSON Schema over the properties, in CloudFormation's words
{must}
    message: "{{resource}} has {path} not set to {value}"
    why: Say in two sentences what this guards against.
    mend: "CloudFormation: {path}: {value}{mend}"
    docs: "{type} (AWS CloudFormation User Guide)"
    fix: {{set: {{{path}: {value}}}}}
"""
PYTHON = '''\
"""{title}."""

from stanchion.plugins.hooks import hookimpl
from stanchion.policy.policy import Severity, policies_in, require

{name} = require(
    "{id}",
    "{title}",
    type="{type}",
    prop="{path}",
    equals={literal},
    severity=Severity.MEDIUM,
    message="{{resource}} has {path} not set to {value}",
    why="Say in two sentences what this guards against.",
    mend="CloudFormation: {path}: {value}{mend}",
    docs="{type} (AWS CloudFormation User Guide)",
)


@hookimpl
def stanchion_policies():
    return policies_in(globals())
'''


class StartError(Exception):
    """A policy cannot be started as asked; the message says what was expected."""


class Start(NamedTuple):
    """What to start with: the id, a title, a type, and a property of it with the value that it must have."""

    id: str
    title: str
    type: str
    path: str
    value: str


def files_of(start: Start, python: bool) -> dict[str, str]:
    """The files of a new policy by their names. Raises StartError for what no resource can have."""
    value = _value(start)
    terraform = _terraform(start, value)
    names = start.path.split(".")
    mend = ""
    if terraform is not None:
        mend = f". Terraform: {' '.join(line.strip() for line in terraform[1])}".replace('"', "'")
    words: dict[str, Any] = {
        **start._asdict(),
        "must": _must(names, start.value),
        "literal": repr(value),
        "name": start.id.lower(),
        "mend": mend,
    }
    path = f"{start.id.lower()}.py" if python else f"{start.id.lower()}.yaml"
    files = {path: (PYTHON if python else YAML).format(**words)}
    here = f"fixtures/{start.id}"
    files[f"{here}/bad.yaml"] = _template(start, None)
    files[f"{here}/good.yaml"] = _template(start, start.value)
    if terraform is not None:
        type_, lines = terraform
        body = "".join(f"{line}\n" for line in lines)
        files[f"{here}/bad.tf"] = f'resource "{type_}" "bad" {{ # expect: {start.id}\n}}\n'
        files[f"{here}/good.tf"] = f'resource "{type_}" "good" {{\n{body}}}\n'
    return files


def _value(start: Start) -> bool | int | str:
    """The value in the type that the schema gives the property."""
    whole = schemas.schema(start.type)
    if whole is None:
        raise StartError(f"{start.type}: CloudFormation has no such type; expected one such as AWS::S3::Bucket")
    part: Mapping[str, Any] = whole
    for name in start.path.split("."):
        known = schemas.properties_of(whole, part)
        if name not in known:
            raise StartError(f"{start.path}: {start.type} has no {name} there; expected one of {', '.join(known)}")
        part = schemas.resolved(whole, known[name])
    if part.get("type") == "boolean":
        if start.value not in ("true", "false"):
            raise StartError(f"{start.path}: expected true or false, not {start.value!r}")
        return start.value == "true"
    if part.get("type") in ("integer", "number"):
        if not start.value.isdigit():
            raise StartError(f"{start.path}: expected a number, not {start.value!r}")
        return int(start.value)
    if part.get("type") != "string":
        raise StartError(f"{start.path}: is no single value, but {part.get('type')}; name a property in it")
    return start.value


def _must(names: list[str], value: str) -> str:
    lines: list[str] = []
    indent = "      "
    for number, name in enumerate(names):
        lines += [f"{indent}required: [{name}]", f"{indent}properties:"]
        if number + 1 == len(names):
            lines.append(f"{indent}  {name}: {{const: {value}}}")
        else:
            lines.append(f"{indent}  {name}:")
            indent += "    "
    return "\n".join(lines)


def _template(start: Start, value: str | None) -> str:
    comment = f" # expect: {start.id}" if value is None else ""
    lines = ["Resources:", f"  It:{comment}", f"    Type: {start.type}"]
    if value is not None:
        lines.append("    Properties:")
        names = start.path.split(".")
        lines += [f"      {'  ' * level}{name}:" for level, name in enumerate(names)]
        lines[-1] += f" {value}"
    return "\n".join(lines) + "\n"


def _terraform(start: Start, value: bool | int | str) -> tuple[str, list[str]] | None:
    """A Terraform type that says the property by its own arguments, with the lines that do; None where none does."""
    from stanchion.fixing.names import arguments, steps
    from stanchion.graph.mappings import Mappings
    from stanchion.patching.hcl import body_lines, content_of

    mappings = Mappings.load()
    for type_ in mappings.named_as(start.type):
        rules = mappings.rules_for(type_)
        if rules is None or rules.fold is not None:
            continue
        found = next(arguments(rules.attributes, steps(start.path), value), None)
        if found is not None:
            return type_, body_lines(content_of([found]))
    return None
