"""From units to resource graphs: parse, evaluate, normalise, one unit after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from stanchion.discovery.units import CdkAssembly, PlanFile, Template, TerraformRoot, Unit
from stanchion.discovery.walk import find, tree_of
from stanchion.evaluation.declarations import Evaluated
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.graph.resource import Graph
from stanchion.options import RunOptions
from stanchion.outcome import Outcome
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem

Progress = Callable[[str, int, int], None]


def units_of(
    paths: Sequence[Path], options: RunOptions, outcome: Outcome, progress: Progress | None, tree: SourceTree
) -> Iterator[Unit]:
    """The units that the paths mean; what could not be looked at is added to the outcome."""
    found = find(paths, tree, options.exclude, options.skip_others)
    outcome.problems += found.problems
    for number, unit in enumerate(found.units, 1):
        if progress is not None:
            progress(name_of(unit, tree), number, len(found.units))
        yield unit


def graphs(
    paths: Sequence[Path], options: RunOptions, outcome: Outcome, tree: SourceTree | None = None
) -> Iterator[Graph]:
    """The resource graphs of what the paths mean, one after another; what goes wrong is added to the outcome."""
    tree = tree if tree is not None else tree_of(paths, options.root)
    grapher = Grapher(tree, options)
    for unit in units_of(paths, options, outcome, None, tree):
        yield from grapher.graphs_of(unit, options, outcome)


def name_of(unit: Unit, tree: SourceTree) -> str:
    """A unit's file or directory as reports name it."""
    return tree.shown(unit.path if isinstance(unit, Template | PlanFile) else unit.directory)


class Grapher:
    """Makes the graphs of units: the mapping tables and the given parameters are read once for all of them."""

    def __init__(self, tree: SourceTree, options: RunOptions) -> None:
        self._tree = tree
        self._options = options

    @cached_property
    def mappings(self) -> Mappings:
        """The tables that translate the languages' names."""
        return Mappings.load()

    def graphs_of(self, unit: Unit, options: RunOptions, outcome: Outcome) -> Iterator[Graph]:
        """The resource graphs of one unit. What nobody expected ends this unit only, and is a problem."""
        try:
            for evaluated in self._evaluated(unit, options):
                graph = build(evaluated, self.mappings)
                outcome.note(graph)
                yield graph
        except Exception as error:
            outcome.problems.append(_internal(error, name_of(unit, self._tree)))

    def _evaluated(self, unit: Unit, options: RunOptions) -> Iterator[Evaluated]:
        """A unit's declarations, evaluated; an assembly gives one for each of its stacks."""
        tree = self._tree
        if isinstance(unit, TerraformRoot):
            from stanchion.evaluation.terraform.modules.unit import EvaluationOptions, evaluate_root

            files = options.var_files[0] if options.var_files else ()
            workspace = options.workspaces[0] if options.workspaces else None
            given = EvaluationOptions(files, dict(options.variables), options.use_environment, workspace)
            evaluated = evaluate_root(unit, tree, given)
            evaluated.name = tree.shown(unit.directory)
            yield evaluated
        elif isinstance(unit, PlanFile):
            from stanchion.evaluation.terraform.plan.unit import evaluate_plan

            evaluated = evaluate_plan(unit.path, tree)
            evaluated.name = tree.shown(unit.path)
            yield evaluated
        else:
            yield from self._cloudformation(unit)

    def _cloudformation(self, unit: Template | CdkAssembly) -> Iterator[Evaluated]:
        from stanchion.evaluation.cloudformation.template.template import TemplateOptions

        values, problems = self._parameters
        given = TemplateOptions(values)
        if isinstance(unit, CdkAssembly):
            from stanchion.evaluation.cloudformation.stack.cdk import evaluate_assembly

            stacks: Iterable[Evaluated] = evaluate_assembly(unit.directory, self._tree, given)
        else:
            from stanchion.evaluation.cloudformation.stack.unit import evaluate_template

            template = evaluate_template(unit.path, self._tree, given)
            template.name = str(unit.path)
            stacks = (template,)
        for evaluated in stacks:
            evaluated.name = self._tree.shown(Path(evaluated.name))
            evaluated.problems += problems
            yield evaluated

    @cached_property
    def _parameters(self) -> tuple[dict[str, str | list[str]], list[Problem]]:
        """The values that the parameter files give, and what is wrong with these."""
        given: dict[str, str | list[str]] = {}
        problems: list[Problem] = []
        if self._options.parameter_files:
            from stanchion.evaluation.cloudformation.stack.parameters import read_parameters_file

            for path in self._options.parameter_files:
                try:
                    given.update(read_parameters_file(path))
                except ValueError as error:
                    problems.append(Problem("configuration", str(error), None, str(path)))
        return given, problems


def _internal(error: Exception, name: str) -> Problem:
    """An error in the program itself, with its place there for whoever mends it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace is not None else ""
    said = f"{type(error).__name__}: {error}"
    message = f"{name} was not, or not wholly, judged: an error in stanchion itself{place}: {said}; please report it"
    return Problem("internal", message, None, name)
