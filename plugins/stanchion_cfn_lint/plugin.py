"""Every rule of cfn-lint as a policy, such as `cfn-lint/E3012`: errors are high, warnings low, remarks info."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from stanchion.plugins.hooks import hookimpl
from stanchion.policy.policy import Policy, Severity
from stanchion.syntax.source import Source, Span
from stanchion.worlds.fault import Fault
from stanchion.worlds.view import GraphView
from stanchion_cfn_lint.linting import Remark, remarks, rules

FAMILY = "cfn-lint"
_SEVERITIES = {"E": Severity.HIGH, "W": Severity.LOW, "I": Severity.INFO}
#: cfn-lint's own name for a rule that fails: when all of it fails, that is told once, under this name.
_FAILURE = "E0002"


@hookimpl
def stanchion_policies() -> Iterable[Policy]:
    """A policy for each rule."""
    for id_ in sorted(rules()):
        rule = rules()[id_]
        yield Policy(
            f"{FAMILY}/{id_}",
            rule.shortdesc or id_,
            _SEVERITIES.get(id_[0], Severity.LOW),
            (),
            rule.description or rule.shortdesc or id_,
            "See cfn-lint's documentation of the rule",
            rule.source_url or "cfn-lint: Rules",
            graph_check=_check(id_),
        )


def _check(rule: str) -> Callable[[GraphView], Iterable[Fault]]:
    def check(graph: GraphView) -> Iterable[Fault]:
        """What the rule says of the template, which is linted once for all rules."""
        if graph.undecided.framework != "cloudformation":
            return
        found = graph.once("cfn-lint", lambda: _by_rule(graph))
        if isinstance(found, Exception):
            if rule == _FAILURE:
                raise RuntimeError(f"cfn-lint failed on {graph.undecided.name}: {found}") from found
            return
        yield from found.get(rule, ())

    return check


def _by_rule(graph: GraphView) -> Mapping[str, list[Fault]] | Exception:
    source = _source(graph)
    if source is None:
        return {}
    try:
        said = remarks(source.text)
    except (Exception, SystemExit) as error:  # a stranger's template may make any of its rules fail
        return RuntimeError(f"{type(error).__name__}: {error}")
    found: dict[str, list[Fault]] = {}
    for remark in said:
        found.setdefault(remark.rule, []).append(_fault(remark, source))
    return found


def _source(graph: GraphView) -> Source | None:
    """The text of the unit's own template."""
    sources = (resource.header.source for resource in graph.undecided.resources)
    return next((source for source in sources if source.path == graph.undecided.name), None)


def _fault(remark: Remark, source: Source) -> Fault:
    starts = source.line_starts()

    def offset(position: tuple[int, int]) -> int:
        line, column = position
        if line > len(starts):
            return len(source.text)
        return min(starts[line - 1] + column - 1, len(source.text))

    start = offset(remark.start)
    place = Span(source, start, max(offset(remark.end), start))
    inside = len(remark.path) > 1 and remark.path[0] in ("Resources", "Parameters", "Outputs")
    resources = (str(remark.path[1]),) if inside else ()
    return Fault(remark.message, place, resources, ".".join(map(str, remark.path[2:] or remark.path)) or remark.rule)
