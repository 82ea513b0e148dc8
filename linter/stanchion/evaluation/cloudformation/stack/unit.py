"""Evaluating one template, and the nested stacks that it brings along, as one unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stanchion.evaluation.cloudformation.intrinsics.expression import Ledger, Whereabouts
from stanchion.evaluation.cloudformation.stack.stack import evaluate_stack
from stanchion.evaluation.cloudformation.template.reading import Documents, read_document
from stanchion.evaluation.cloudformation.template.template import TemplateOptions
from stanchion.evaluation.declarations import Evaluated
from stanchion.syntax.document.nodes import Mapping
from stanchion.syntax.source import Problem

if TYPE_CHECKING:
    from stanchion.syntax.document.nodes import Node

FRAMEWORK = "cloudformation"


def evaluate_template(path: Path, tree: Documents, options: TemplateOptions) -> Evaluated:
    """Evaluate the template at a path inside the tree's root.

    Gives its parameters, resources and outputs as declarations, with those of nested stacks at hand under addresses
    `StackId/LogicalId`. Never raises for what is in the files: that becomes problems.
    """
    problems: list[Problem] = []
    root = read_document(tree, path, problems)
    evaluated = evaluate_document(root, path, tree, options)
    evaluated.problems[:0] = problems
    return evaluated


def evaluate_document(root: Node | None, path: Path, tree: Documents, options: TemplateOptions) -> Evaluated:
    """Evaluate a template that is parsed already."""
    result = Evaluated(FRAMEWORK, tree.shown(path), [], files=(tree.shown(path),))
    if not isinstance(root, Mapping):
        if root is not None:
            message = "expected a template to be a mapping with Resources; nothing in it was read"
            result.problems.append(Problem("evaluation", message, root))
        return result
    ledger = Ledger()
    stack = evaluate_stack(root, options, Whereabouts(tree, path), ledger)
    ev = stack.evaluation
    result.declarations = stack.declarations
    result.problems = distinct(ev.problems)
    result.constraints = list(dict.fromkeys(ev.constraints))
    result.unseen = ev.unseen
    result.unknowns = list(ev.unknowns.values())
    result.outputs = stack.outputs
    result.files = tuple(dict.fromkeys((*result.files, *ledger.files)))
    return result


def distinct(problems: list[Problem]) -> list[Problem]:
    """The problems, each once: a value may be evaluated more than once."""
    seen: set[tuple[str, str, int, int]] = set()
    kept: list[Problem] = []
    for problem in problems:
        place = problem.place
        where = (place.source.path, place.start, place.end) if place is not None else (problem.path or "", 0, 0)
        if (problem.message, *where) not in seen:
            seen.add((problem.message, *where))
            kept.append(problem)
    return kept
