"""A CDK cloud assembly (`cdk.out`): its stacks, each a unit, and the assemblies inside it.

Source: the cloud assembly schema of the AWS CDK (`manifest.json`; AWS CDK Developer Guide, "Synthesize CDK stacks").
"""

from __future__ import annotations

import os
from collections import Counter, deque
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
#: How deep assemblies may nest, how many there may be together, and how many stacks.
MAX_ASSEMBLY_DEPTH = 10
MAX_ASSEMBLIES = 200
MAX_STACKS = 1_000
#: How many stacks may be made of one template: the CDK writes one for each.
MAX_STACKS_OF_A_TEMPLATE = 10


def evaluate_assembly(directory: Path, tree: Documents, options: TemplateOptions) -> list[Evaluated]:
    """Evaluate every stack of the assembly in a directory inside the tree's root, and of those nested in it.

    The environment of a stack tells its region unless the options do. Never raises for what is in the files: what is
    wrong with a manifest is in the problems of a unit named after it.
    """
    units: list[Evaluated] = []
    waiting = deque([(directory, 0)])
    met = {_real(directory)}
    uses: Counter[str] = Counter()
    while waiting:
        current, depth = waiting.popleft()
        path = current / MANIFEST
        problems: list[Problem] = []
        for name, entry in _artifacts(path, tree, problems):
            kind = _text(entry.value, "type")
            inner = _text(_under(entry.value, "properties"), "directoryName")
            if kind == "aws:cloudformation:stack":
                if len(units) >= MAX_STACKS:
                    problems.append(Problem("bound", f"the assembly has more than {MAX_STACKS} stacks", entry.key))
                    break
                if _may_be_used(name, entry, current, uses, problems):
                    units += _stack(name, entry, current, tree, options, problems)
            elif kind == "cdk:cloud-assembly" and inner is not None and depth < MAX_ASSEMBLY_DEPTH:
                if _is_new(name, entry, _real(current / inner), met, problems):
                    waiting.append((current / inner, depth + 1))
            elif kind == "cdk:cloud-assembly":
                message = f"expected {name} to name a directory less than {MAX_ASSEMBLY_DEPTH} deep; it was left out"
                problems.append(Problem("bound" if inner is not None else "evaluation", message, entry.key))
        if problems:
            units.append(Evaluated(FRAMEWORK, tree.shown(path), [], problems=problems, files=(tree.shown(path),)))
    return units


def _real(path: Path) -> str:
    """A path by which a directory or file is known under whatever name."""
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL in the name: reading it tells
        return str(path)


def _is_new(name: str, entry: Entry, real: str, met: set[str], problems: list[Problem]) -> bool:
    """Whether an assembly is to be read: each is once, and not more than there may be."""
    if real in met:
        message = f"{name} names an assembly that is read already; it is judged once"
        problems.append(Problem("evaluation", message, entry.key))
        return False
    if len(met) >= MAX_ASSEMBLIES:
        message = f"there are more than {MAX_ASSEMBLIES} assemblies; {name} was left out"
        problems.append(Problem("bound", message, entry.key))
        return False
    met.add(real)
    return True


def _may_be_used(name: str, entry: Entry, directory: Path, uses: Counter[str], problems: list[Problem]) -> bool:
    """Whether a stack's template may be evaluated once more."""
    file = _text(_under(entry.value, "properties"), "templateFile")
    if file is None:  # told where the stack is read
        return True
    real = _real(directory / file)
    uses[real] += 1
    if uses[real] == MAX_STACKS_OF_A_TEMPLATE + 1:
        message = (
            f"more than {MAX_STACKS_OF_A_TEMPLATE} stacks name the template {file}; {name} and others were left out"
        )
        problems.append(Problem("bound", message, entry.key))
    return uses[real] <= MAX_STACKS_OF_A_TEMPLATE


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
