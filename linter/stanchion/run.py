"""The way of the data, from paths to findings: discover, parse, evaluate, normalise, judge."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stanchion.discovery.units import CdkAssembly, PlanFile, Template, TerraformRoot, Unit
from stanchion.discovery.walk import boundary, find
from stanchion.evaluation.declarations import Evaluated
from stanchion.evaluation.values import Unknown
from stanchion.graph.build import build
from stanchion.graph.mappings import Mappings
from stanchion.graph.resource import Graph
from stanchion.judging.finding import Finding, Undecided
from stanchion.judging.judge import judge
from stanchion.plugins.registry import Registry, load
from stanchion.plugins.selection import choose_policies
from stanchion.policy.policy import Policy, Profile, Severity
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Located, Problem

if TYPE_CHECKING:
    from stanchion.evaluation.terraform.modules.variables import Layer
    from stanchion.policy.suppression import Rule

Progress = Callable[[str, int, int], None]


@dataclass(slots=True, frozen=True)
class RunOptions:
    """What the user asks for.

    `select`, `ignore`, `families`, `services` name policies; `profile` is who wants to hear, `severity` the least to
    judge. `var_files` are variants: each is the files of one environment, and single values among them, later ones
    stronger, and is judged by itself. They, `variables` and `use_environment` (TF_VAR_*, TF_WORKSPACE) give Terraform
    variables values, `parameter_files` CloudFormation parameters. `workspaces` are variants too; without them the
    workspace is open. `exclude` are globs on paths; `settings` are options for policies; `plugins` are modules to load
    beside the installed ones, `policy_files` files of policies in YAML; `root` is the boundary for reading, found from
    the paths when None. `suppressions` in the source count unless that is False, with `require_reason` only those that
    give one; `report_unused` makes a problem of every one that nothing needed. With `skip_others`, named files that
    are no configuration are passed over.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    profile: Profile | None = None
    severity: Severity | None = None
    var_files: tuple[tuple[Layer, ...], ...] = ()
    workspaces: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_files: tuple[Path, ...] = ()
    use_environment: bool = False
    exclude: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    policy_files: tuple[Path, ...] = ()
    root: Path | None = None
    suppressions: bool = True
    require_reason: bool = False
    report_unused: bool = False
    skip_others: bool = False


@dataclass(slots=True)
class Outcome:
    """What a run found, over all units."""

    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    graphs: list[Graph] = field(default_factory=list)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    files: int = 0
    units: int = 0
    resources: int = 0
    policies: int = 0


def run(
    paths: Sequence[Path],
    options: RunOptions,
    progress: Progress | None = None,
    tree: SourceTree | None = None,
    registry: Registry | None = None,
) -> Outcome:
    """Judge what the paths mean. `progress` is told the unit at hand, its number, and how many there are.

    Raises UnknownPolicyError when a name in the options is no policy's. All else that goes wrong is in the problems.
    """
    outcome = Outcome()
    registry = registry if registry is not None else load(options.plugins, files=options.policy_files)
    tree = tree if tree is not None else SourceTree(options.root or boundary(paths))
    judging = Judging(tree, registry, options)
    outcome.policies = len(judging.policies)
    outcome.problems += registry.problems
    for unit in _units(paths, options, outcome, progress, tree):
        judging.judge(unit, outcome)
    outcome.files = len({path for graph in outcome.graphs for path in graph.files})
    outcome.problems += judging.suppressing.unused()
    outcome.problems = distinct(outcome.problems)
    return outcome


class Judging:
    """One way of judging units: the policies chosen, the mapping tables, the suppressions met so far.

    Raises UnknownPolicyError when a name in the options is no policy's.
    """

    def __init__(self, tree: SourceTree, registry: Registry, options: RunOptions) -> None:
        self.policies = choose_policies(
            registry.policies,
            options.select,
            options.ignore,
            options.families,
            options.severity,
            options.services,
            options.profile,
        )
        self.suppressing = Suppressing(tree, registry.policies, options)
        self._tree = tree
        self._options = options
        self._mappings = Mappings.load()

    def judge(self, unit: Unit, outcome: Outcome) -> None:
        """Judge one unit, with each variant of its values; all that it gives is added to the outcome."""
        several = len(self._options.var_files) > 1 or len(self._options.workspaces) > 1
        if isinstance(unit, TerraformRoot) and several:
            self._judge_variants(unit, outcome)
        else:
            self._judge(unit, self._options, outcome)

    def _judge(self, unit: Unit, options: RunOptions, outcome: Outcome) -> None:
        for graph in graphs_of(unit, self._tree, options, self._mappings, outcome):
            judgement = judge(graph, self.policies, options.settings)
            outcome.findings += self.suppressing(graph, judgement.findings, outcome)
            outcome.undecided += judgement.undecided
            outcome.problems += judgement.problems

    def _judge_variants(self, unit: TerraformRoot, outcome: Outcome) -> None:
        """Judge a unit once with each environment's values and join the answers. It counts as one unit."""
        from stanchion.judging.variants import Answer, joined, variants

        answers: list[Answer] = []
        resources = 0
        for label, files, workspaces in variants(self._options.var_files, self._options.workspaces):
            one = Outcome()
            self._judge(unit, replace(self._options, var_files=files, workspaces=workspaces), one)
            answers.append(Answer(label, one.findings, one.undecided, one.problems))
            outcome.graphs += one.graphs
            outcome.unseen += one.unseen
            outcome.unknowns += one.unknowns
            resources = max(resources, one.resources)
        together = joined(answers)
        outcome.findings += together.findings
        outcome.undecided += together.undecided
        outcome.problems += together.problems
        outcome.units += 1
        outcome.resources += resources


def _units(
    paths: Sequence[Path], options: RunOptions, outcome: Outcome, progress: Progress | None, tree: SourceTree
) -> Iterator[Unit]:
    found = find(paths, tree, options.exclude, options.skip_others)
    outcome.problems += found.problems
    for number, unit in enumerate(found.units, 1):
        if progress is not None:
            progress(_name(unit, tree), number, len(found.units))
        yield unit


def graphs(
    paths: Sequence[Path], options: RunOptions, outcome: Outcome, tree: SourceTree | None = None
) -> Iterator[Graph]:
    """The resource graphs of what the paths mean, one after another; what goes wrong is added to the outcome."""
    tree = tree if tree is not None else SourceTree(options.root or boundary(paths))
    mappings = Mappings.load()
    for unit in _units(paths, options, outcome, None, tree):
        yield from graphs_of(unit, tree, options, mappings, outcome)


def graphs_of(
    unit: Unit, tree: SourceTree, options: RunOptions, mappings: Mappings, outcome: Outcome
) -> Iterator[Graph]:
    """The resource graphs of one unit. What nobody expected ends this unit only, and is a problem."""
    try:
        for evaluated in evaluate(unit, tree, options, outcome):
            graph = build(evaluated, mappings)
            outcome.units += 1
            outcome.resources += sum(1 for resource in graph.resources if not resource.type.startswith("Template::"))
            outcome.problems += graph.problems
            outcome.unseen += graph.unseen
            outcome.unknowns += graph.unknowns
            outcome.graphs.append(graph)
            yield graph
    except Exception as error:
        outcome.problems.append(_internal(error, _name(unit, tree)))


def _internal(error: Exception, name: str) -> Problem:
    """An error in the program itself, with its place there for whoever mends it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace is not None else ""
    said = f"{type(error).__name__}: {error}"
    message = f"{name} was not, or not wholly, judged: an error in stanchion itself{place}: {said}; please report it"
    return Problem("internal", message, None, name)


def evaluate(unit: Unit, tree: SourceTree, options: RunOptions, outcome: Outcome) -> Iterator[Evaluated]:
    """A unit's declarations, evaluated; an assembly gives one for each of its stacks."""
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
        yield from _cloudformation(unit, tree, options, outcome)


def _cloudformation(
    unit: Template | CdkAssembly, tree: SourceTree, options: RunOptions, outcome: Outcome
) -> Iterator[Evaluated]:
    from stanchion.evaluation.cloudformation.template.template import TemplateOptions

    given: dict[str, str | list[str]] = {}
    if options.parameter_files:
        from stanchion.evaluation.cloudformation.stack.parameters import read_parameters_file

        for path in options.parameter_files:
            try:
                given.update(read_parameters_file(path))
            except ValueError as error:
                outcome.problems.append(Problem("configuration", str(error), None, str(path)))
    template_options = TemplateOptions(given)
    if isinstance(unit, CdkAssembly):
        from stanchion.evaluation.cloudformation.stack.cdk import evaluate_assembly

        for evaluated in evaluate_assembly(unit.directory, tree, template_options):
            evaluated.name = tree.shown(Path(evaluated.name))
            yield evaluated
        return
    from stanchion.evaluation.cloudformation.stack.unit import evaluate_template

    evaluated = evaluate_template(unit.path, tree, template_options)
    evaluated.name = tree.shown(unit.path)
    yield evaluated


class Suppressing:
    """Marks findings that the source suppresses; keeps count, over all units, of what each suppression was good for."""

    def __init__(self, tree: SourceTree, policies: Sequence[Policy], options: RunOptions) -> None:
        self._tree = tree
        self._policies = policies
        self._options = options
        self._rules: dict[tuple[str, int, str], Rule] = {}

    def __call__(self, graph: Graph, findings: list[Finding], outcome: Outcome) -> list[Finding]:
        if not self._options.suppressions or not (findings or self._options.report_unused):
            return findings
        from stanchion.policy.marks import marked

        if not marked(graph):
            return findings
        from stanchion.policy.suppression import rules_of, suppress

        found, problems = rules_of(graph, self._tree, self._policies)
        outcome.problems += problems
        if not found:
            return findings
        rules = [self._rules.setdefault((r.path, r.place.start, r.address), r) for r in found]
        import datetime

        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        judged, problems = suppress(findings, rules, today, self._options.require_reason)
        outcome.problems += problems
        return judged

    def unused(self) -> list[Problem]:
        """A problem for every suppression of ours that nothing needed, where that was asked for."""
        if not self._options.report_unused:
            return []
        from stanchion.policy.suppression import unused

        return unused(rule for rule in self._rules.values() if rule.tool == "stanchion")


def _name(unit: Unit, tree: SourceTree) -> str:
    return tree.shown(unit.path if isinstance(unit, Template | PlanFile) else unit.directory)


def distinct(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, each once: a file that several units share is read in each of them."""
    kept: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        place = problem.place
        where = (place.source.path, place.start, place.end) if place is not None else (problem.path,)
        kept.setdefault((problem.kind, problem.message, *where), problem)
    return list(kept.values())
