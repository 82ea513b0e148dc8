"""The one step between judging and reporting: which findings somebody has accepted, and who.

Check, fix, baseline and the editor all come through here, so that what one of them is silent about is none of the
others' business either. Comments and metadata speak first, since they stand nearest to the fault, then the
configuration, then the baseline; what is accepted once is not accepted again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stanchion.judging.finding import Finding
from stanchion.options import RunOptions
from stanchion.policy.policy import Policy
from stanchion.syntax.reading import SourceTree
from stanchion.syntax.source import Problem

if TYPE_CHECKING:
    from stanchion.acceptance.baseline import Known
    from stanchion.acceptance.comments import Rule
    from stanchion.graph.resource import Graph


class Acceptance:
    """Marks what is accepted; keeps count, over all units of a run, of what each suppression was good for.

    Raises BaselineError when the options name a baseline that is none.
    """

    def __init__(self, tree: SourceTree, policies: Sequence[Policy], options: RunOptions) -> None:
        self._tree = tree
        self._policies = policies
        self._options = options
        self._rules: dict[tuple[str, int, str], Rule] = {}
        self._today = ""
        self._known: list[Known] = []
        if options.baseline is not None and options.suppressions:
            from stanchion.acceptance.baseline import read

            self._known = read(options.baseline)

    def of_graph(self, graph: Graph, findings: list[Finding]) -> tuple[list[Finding], list[Problem]]:
        """A unit's findings, those marked that its sources or the configuration accept; what is wrong with its
        suppressions."""
        if not self._options.suppressions:
            return findings, []
        findings, problems = self._by_source(graph, findings)
        if findings and self._options.accepted:
            from stanchion.acceptance.configured import suppressed

            findings = suppressed(findings, self._options.accepted, self._tree.base, self._day())
        return findings, problems

    def of_run(self, findings: list[Finding]) -> tuple[list[Finding], list[Problem]]:
        """The findings of a whole run, those marked that the baseline holds; what has no effect any more."""
        if not self._options.suppressions:
            return findings, []
        problems = self._unused()
        if self._options.accepted:
            from stanchion.acceptance.configured import over

            problems += over(self._options.accepted, self._day())
        if self._options.baseline is not None:
            from stanchion.acceptance.baseline import gone, hide

            findings, left = hide(findings, self._known)
            problems += [gone(entry, self._options.baseline) for entry in left]
        return findings, problems

    def _by_source(self, graph: Graph, findings: list[Finding]) -> tuple[list[Finding], list[Problem]]:
        if not (findings or self._options.report_unused):
            return findings, []
        from stanchion.acceptance.markers import marked

        if not marked(graph):
            return findings, []
        from stanchion.acceptance.comments import rules_of, suppress

        found, problems = rules_of(graph, self._tree, self._policies)
        if not found:
            return findings, problems
        rules = [self._rules.setdefault((r.path, r.place.start, r.address), r) for r in found]
        findings, more = suppress(findings, rules, self._day(), self._options.require_reason)
        return findings, problems + more

    def _unused(self) -> list[Problem]:
        """A problem for every suppression of ours that nothing needed, where that was asked for."""
        if not self._options.report_unused:
            return []
        from stanchion.acceptance.comments import unused

        return unused(rule for rule in self._rules.values() if rule.tool == "stanchion")

    def _day(self) -> str:
        if not self._today:
            import datetime

            self._today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        return self._today
