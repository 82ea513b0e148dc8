"""The way of the data, from paths to findings: discover, parse, evaluate, normalise, judge, accept."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stanchion.acceptance.accept import Acceptance
from stanchion.discovery.units import TerraformRoot, Unit
from stanchion.discovery.walk import tree_of
from stanchion.graph.resource import Graph
from stanchion.graphs import Grapher, Progress, graphs, units_of
from stanchion.judging.judge import judge
from stanchion.options import Keep, RunOptions
from stanchion.outcome import Outcome, distinct
from stanchion.plugins.registry import Registry, load
from stanchion.plugins.selection import choose_policies
from stanchion.syntax.reading import SourceTree

__all__ = ["Judging", "Keep", "Outcome", "RunOptions", "graphs", "run"]


def run(
    paths: Sequence[Path],
    options: RunOptions,
    progress: Progress | None = None,
    tree: SourceTree | None = None,
    registry: Registry | None = None,
) -> Outcome:
    """Judge what the paths mean. `progress` is told the unit at hand, its number, and how many there are.

    Raises UnknownPolicyError when a name in the options is no policy's, BaselineError and RevisionError when what
    they compare with is none. All else that goes wrong is in the problems.
    """
    outcome = Outcome()
    registry = registry if registry is not None else load(options.plugins, files=options.policy_files)
    tree = tree if tree is not None else tree_of(paths, options.root)
    judging = Judging(tree, registry, options)
    outcome.policies = len(judging.policies)
    outcome.problems += registry.problems
    for unit in units_of(paths, options, outcome, progress, tree):
        judging.judge(unit, outcome)
    if options.since is not None:
        _keep_introduced(outcome, paths, options, registry, tree, options.since)
    outcome.findings, problems = judging.acceptance.of_run(outcome.findings)
    outcome.problems = distinct(outcome.problems + problems)
    return outcome


class Judging:
    """One way of judging units: the policies chosen, the mapping tables, what was accepted so far.

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
        self.acceptance = Acceptance(tree, registry.policies, options)
        self.grapher = Grapher(tree, options)
        self._options = options

    def judge(self, unit: Unit, outcome: Outcome) -> None:
        """Judge one unit, with each variant of its values; all that it gives is added to the outcome."""
        several = len(self._options.var_files) > 1 or len(self._options.workspaces) > 1
        if isinstance(unit, TerraformRoot) and several:
            self._judge_variants(unit, outcome)
        else:
            self._judge(unit, self._options, outcome)

    def _judge(self, unit: Unit, options: RunOptions, outcome: Outcome) -> None:
        for graph in self.grapher.graphs_of(unit, options, outcome):
            judgement = judge(graph, self.policies, options.settings)
            findings, problems = self.acceptance.of_graph(graph, judgement.findings)
            outcome.findings += findings
            outcome.undecided += judgement.undecided
            outcome.problems += judgement.problems + problems
            if self._keeps(graph, any(finding.fix is not None for finding in findings)):
                outcome.graphs.append(graph)

    def _keeps(self, graph: Graph, fixable: bool) -> bool:
        return self._options.keep is Keep.EVERYTHING or (self._options.keep is Keep.FIXABLE and fixable)

    def _judge_variants(self, unit: TerraformRoot, outcome: Outcome) -> None:
        """Judge a unit once with each environment's values and join the answers. It counts as one unit."""
        from stanchion.judging.variants import Answer, joined, variants

        answers: list[Answer] = []
        resources = 0
        for label, files, workspaces in variants(self._options.var_files, self._options.workspaces):
            one = Outcome()
            self._judge(unit, replace(self._options, var_files=files, workspaces=workspaces), one)
            answers.append(Answer(label, one.findings, one.undecided, one.problems))
            resources = max(resources, one.resources)
            one.findings, one.undecided, one.problems = [], [], []
            outcome.add(one)
        together = joined(answers)
        outcome.findings += together.findings
        outcome.undecided += together.undecided
        outcome.problems += together.problems
        outcome.units += 1
        outcome.resources += resources


def _keep_introduced(
    outcome: Outcome,
    paths: Sequence[Path],
    options: RunOptions,
    registry: Registry,
    now: SourceTree,
    revision: str,
) -> None:
    """Take out of an outcome the findings that a revision already had, judged by the same options.

    The revision is read through git; the work tree is not touched. Raises RevisionError.
    """
    from stanchion.acceptance.since import introduced
    from stanchion.syntax.revision import GitFiles

    files = GitFiles(now.root, revision)
    tree = SourceTree(now.root, now.base, files=files)
    # A file that was not there yet belongs to what its directory was: a new file in an old module brings its own only.
    then = [path if path.is_dir() or tree.exists(Path(os.path.abspath(path))) else path.parent for path in paths]
    was = replace(options, report_unused=False, since=None, baseline=None, keep=Keep.NOTHING)
    before = run(list(dict.fromkeys(then)), was, tree=tree, registry=registry)
    files.require_all()
    outcome.findings = introduced(outcome.findings, before.findings)
