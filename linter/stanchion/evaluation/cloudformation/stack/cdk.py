"""A CDK cloud assembly (`cdk.out`): its stacks, each a unit, and the assemblies inside it.

Source: the cloud assembly schema of the AWS CDK (`manifest.json`; AWS CDK Developer Guide, "Synthesize CDK stacks").
"""

from __future__ import annotations

from pathlib import Path

from stanchion.evaluation.cloudformation.stack.declared import CONSTRUCT_PATH
from stanchion.evaluation.cloudformation.stack.unit import FRAMEWORK, evaluate_template
from stanchion.evaluation.cloudformation.template.reading import Documents, read_document
from stanchion.evaluation.cloudformation.template.template import TemplateOptions, literal_text
from stanchion.evaluation.declarations import Evaluated
from stanchion.evaluation.values import Known
from stanchion.syntax.document.nodes import Entry, Mapping, Node, Scalar, Sequence
from stanchion.syntax.source import Problem

MANIFEST = "manifest.json"
#: How deep assemblies may nest, and how many stacks one may have.
MAX_ASSEMBLY_DEPTH = 10
MAX_STACKS = 1_000


def evaluate_assembly(directory: Path, tree: Documents, options: TemplateOptions) -> list[Evaluated]:
    """Evaluate every stack of the assembly in a directory inside the tree's root, and of those nested in it.

    The environment of a stack tells its region unless the options do. Never raises for what is in the files: what is
    wrong with a manifest is in the problems of a unit named after it.
    """
    units: list[Evaluated] = []
    waiting = [(directory, 0)]
    while waiting:
        current, depth = waiting.pop(0)
        path = current / MANIFEST
        problems: list[Problem] = []
        for name, entry in _artifacts(path, tree, problems):
            kind = _text(entry.value, "type")
            inner = _text(_under(entry.value, "properties"), "directoryName")
            if kind == "aws:cloudformation:stack":
                if len(units) >= MAX_STACKS:
                    problems.append(Problem("bound", f"the assembly has more than {MAX_STACKS} stacks", entry.key))
                    break
                units += _stack(name, entry, current, tree, options, problems)
            elif kind == "cdk:cloud-assembly" and inner is not None and depth < MAX_ASSEMBLY_DEPTH:
                waiting.append((current / inner, depth + 1))
            elif kind == "cdk:cloud-assembly":
                message = f"expected {name} to name a directory less than {MAX_ASSEMBLY_DEPTH} deep; it was left out"
                problems.append(Problem("bound" if inner is not None else "evaluation", message, entry.key))
        if problems:
            units.append(Evaluated(FRAMEWORK, tree.shown(path), [], problems=problems, files=(tree.shown(path),)))
    return units


def _artifacts(path: Path, tree: Documents, problems: list[Problem]) -> list[tuple[str, Entry]]:
    """The artifacts that a manifest lists."""
    root = read_document(tree, path, problems)
    artifacts = _under(root, "artifacts")
    if isinstance(artifacts, Mapping):
        return list(artifacts.entries.items())
    if root is not None:
        message = "expected the manifest of a cloud assembly to have artifacts; nothing of it was read"
        problems.append(Problem("evaluation", message, root))
    return []


def _under(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def _text(node: Node | None, key: str) -> str | None:
    return literal_text(_under(node, key))


def _stack(
    name: str, entry: Entry, directory: Path, tree: Documents, options: TemplateOptions, problems: list[Problem]
) -> list[Evaluated]:
    """One stack of an assembly; none, with a problem, where it names no template."""
    properties = _under(entry.value, "properties")
    file = _text(properties, "templateFile")
    if file is None:
        message = f"expected stack {name} to have a templateFile; it was left out"
        problems.append(Problem("evaluation", message, entry.key))
        return []
    parameters = _under(properties, "parameters")
    given: dict[str, str | list[str]] = {}
    for key, written in parameters.entries.items() if isinstance(parameters, Mapping) else ():
        text = literal_text(written.value)
        if text is not None:
            given[key] = text
    region = options.region or _region(_text(entry.value, "environment"))
    unit = evaluate_template(directory / file, tree, TemplateOptions({**given, **options.parameters}, region))
    unit.files = (tree.shown(directory / MANIFEST), *unit.files)
    paths = construct_paths(_under(entry.value, "metadata"))
    for declaration in unit.declarations:
        path = paths.get(declaration.address)
        if path is not None and CONSTRUCT_PATH not in declaration.attributes.entries:
            declaration.attributes.entries[CONSTRUCT_PATH] = Known(path, declaration.header)
    return [unit]


def _region(environment: str | None) -> str | None:
    """The region of `aws://account/region`, when the stack is bound to one."""
    region = (environment or "").rpartition("/")[2]
    return region if region and region != "unknown-region" else None


def construct_paths(metadata: Node | None) -> dict[str, str]:
    """The construct path of each logical id, from a stack's metadata in the manifest."""
    found: dict[str, str] = {}
    for path, entry in metadata.entries.items() if isinstance(metadata, Mapping) else ():
        for item in entry.value.items if isinstance(entry.value, Sequence) else ():
            data = _under(item, "data")
            if _text(item, "type") == "aws:cdk:logicalId" and isinstance(data, Scalar):
                found[data.text] = path.lstrip("/")
    return found
