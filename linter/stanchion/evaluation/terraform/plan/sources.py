"""The Terraform files that a plan was made of, where they lie beside it."""

from __future__ import annotations

import json
from pathlib import Path

from stanchion.discovery.units import is_terraform, terraform_files
from stanchion.evaluation.declarations import Declaration
from stanchion.evaluation.terraform.plan.values import part
from stanchion.syntax.document.nodes import Mapping, Node, Scalar, Sequence
from stanchion.syntax.files import RefusedError
from stanchion.syntax.reading import SourceTree


def written_beside(path: Path, plan: Mapping, addresses: set[str], tree: SourceTree) -> list[Declaration]:
    """What the configuration in a plan's directory declares, with the variables that the plan was made with.

    Empty when there is none, or when it shares no address with the plan and so is not the one that it was made of.
    """
    try:
        names = [name for name, is_directory in tree.listing(path.parent) if not is_directory]
    except RefusedError:
        return []
    if not any(is_terraform(name) for name in names):
        return []
    from stanchion.evaluation.terraform.modules.unit import EvaluationOptions, evaluate_root

    options = EvaluationOptions(variables=_variables(plan.get("variables")))
    evaluated = evaluate_root(terraform_files(path.parent, names), tree, options)
    if addresses.isdisjoint(declaration.address for declaration in evaluated.declarations):
        return []
    return evaluated.declarations


def _variables(node: Node | None) -> dict[str, str]:
    """The values of variables as the command line would give them."""
    found: dict[str, str] = {}
    for name in node.entries if isinstance(node, Mapping) else ():
        value = part(part(node, name), "value")
        if isinstance(value, Scalar):
            if value.value is not None:
                found[name] = value.text
        elif value is not None:
            found[name] = json.dumps(_plain(value))
    return found


def _plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {name: _plain(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.value
