"""Judging: every selected policy asked of every resource in every world that matters, and the answers joined."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stanchion.evaluation.assignments import Assignment, describe
from stanchion.evaluation.values import Choice, Known, ListValue, Value
from stanchion.graph.resource import Graph, Resource
from stanchion.judging.finding import CONDITIONAL, DEFINITE, POSSIBLE, Finding, Judgement, Undecided
from stanchion.policy.policy import Policy, Severity
from stanchion.syntax.source import Located, Problem
from stanchion.worlds.decided import stands_in
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import Exploration, Leaf, NeedsValueError, World, explore

#: In how many worlds a list is judged as a whole before its elements are judged apart.
WORLDS_FOR_ALL = 16
_RANK = {DEFINITE: 2, CONDITIONAL: 1, POSSIBLE: 0}


def judge(graph: Graph, policies: Iterable[Policy], settings: Mapping[str, Any] | None = None) -> Judgement:
    """Ask every policy of the graph. A policy that crashes becomes a problem, and the others go on."""
    judgement = Judgement()
    shared: dict[Hashable, object] = {}
    for policy in policies:
        if policy.graph_check is not None:
            _ask(_Question(policy, graph, None, settings or {}, shared), judgement)
            continue
        for type_ in policy.types:
            for resource in graph.by_type.get(type_, ()):
                if resource.folded_into is None:
                    _ask(_Question(policy, graph, resource, settings or {}, shared), judgement)
    kept = without_redundant(judgement.findings)
    if len(kept) < len(judgement.findings):
        left_out = {_question_of(finding) for finding in judgement.findings} - {_question_of(f) for f in kept}
        judgement.undecided = [note for note in judgement.undecided if _question_of(note) not in left_out]
        judgement.findings = kept
    return judgement


def _question_of(answer: Finding | Undecided) -> tuple[object, ...]:
    """What a finding and the note of an open question have in common: who asked, and where."""
    policy = answer.policy if isinstance(answer, Undecided) else answer.policy.id
    return (policy, answer.place.source.path, answer.place.start, answer.place.end)


def without_redundant(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out findings of policies that yield to another one which, at the same place, is at least as certain."""
    strongest: dict[tuple[object, ...], dict[str, int]] = {}

    def spot(finding: Finding) -> tuple[object, ...]:
        place = finding.place
        return (place.source.path, place.start, place.end, finding.resources[:1])

    for finding in findings:
        found = strongest.setdefault(spot(finding), {})
        rank = _RANK[finding.certainty]
        found[finding.policy.id] = max(rank, found.get(finding.policy.id, rank))
    return [
        finding
        for finding in findings
        if not any(
            strongest[spot(finding)].get(other, -1) >= _RANK[finding.certainty] for other in finding.policy.yields_to
        )
    ]


@dataclass(slots=True)
class _Question:
    """One policy on one resource, or on the whole graph when there is none."""

    policy: Policy
    graph: Graph
    resource: Resource | None
    settings: Mapping[str, Any]
    shared: dict[Hashable, object]
    focus: tuple[int, ...] | None = None

    def __call__(self, world: World) -> Iterable[Fault]:
        graph = GraphView(self.graph, world, self.settings, self.shared)
        if self.resource is None:
            return self.policy.graph_check(graph) if self.policy.graph_check is not None else ()
        if not world.holds(self.resource.exists) or self.policy.check is None:
            return ()
        return self.policy.check(DecidedResource(self.resource, graph, self.focus), graph)

    def apart(self) -> list[_Question]:
        """The same question for each place of the policy's list property, where that is a list with several."""
        if not self.policy.each or self.resource is None or self.focus is not None:
            return []
        value = self.resource.properties.entries.get(self.policy.each)
        if not isinstance(value, ListValue):
            return []
        places: dict[int, list[int]] = {}
        for index, item in enumerate(value.items):
            origin = _origin(item)
            places.setdefault(id(origin) if origin is not None else -index, []).append(index)
        if len(places) < 2:
            return []
        return [
            _Question(self.policy, self.graph, self.resource, self.settings, self.shared, tuple(indices))
            for indices in places.values()
        ]


def _origin(value: Value) -> Located | None:
    if isinstance(value, Choice):
        return next((arm.origin for _, arm in value.arms if arm.origin is not None), value.origin)
    return value.origin


def _ask(question: _Question, judgement: Judgement) -> None:
    policy, resource = question.policy, question.resource
    try:
        if policy.each and question.focus is None:
            exploration = explore(question, question.graph.constraints, WORLDS_FOR_ALL)
            parts = () if exploration.complete else question.apart()
            if parts:
                for part in parts:
                    _ask(part, judgement)
                return
            if not exploration.complete:
                exploration = explore(question, question.graph.constraints)
        else:
            exploration = explore(question, question.graph.constraints)
    except Exception as error:  # a plugin may raise anything, and must not take the others down
        subject = resource.address if resource is not None else question.graph.name
        message = f"policy {policy.id} failed on {subject}: {type(error).__name__}: {error}; the other policies went on"
        place = resource.header if resource is not None else None
        judgement.problems.append(Problem("plugin", message, place, question.graph.name))
        return
    judgement.findings.extend(_joined(exploration, question))
    _note_undecided(exploration, question, judgement)


def _joined(exploration: Exploration[Fault], question: _Question) -> Iterable[Finding]:
    leaves = exploration.leaves
    failing: dict[tuple[object, ...], list[tuple[Leaf[Fault], Fault]]] = {}
    for leaf in leaves:
        for fault in leaf.answer:
            place = fault.place
            message = "" if leaf.decisions else fault.message
            key = (place.source.path, place.start, place.end, fault.resources, fault.subject, message)
            failing.setdefault(key, []).append((leaf, fault))
    for faults in failing.values():
        certainty, when, fault = _certainty(faults, leaves)
        if certainty == POSSIBLE or any(other.fix != fault.fix for _, other in faults):
            fault = fault._replace(fix=None)  # what is not certain, or has two ways out, is for its author to mend
        yield _finding(question, fault._replace(severity=_worst(faults)), certainty, when)
    stopped = next((leaf.stopped for leaf in leaves if leaf.stopped is not None), None)
    if stopped is not None and question.resource is not None and not failing:
        yield _finding(question, _open_question(question.policy, question.resource, stopped), POSSIBLE, None)


def _worst(faults: Sequence[tuple[Leaf[Fault], Fault]]) -> Severity | None:
    """The severity of a fault over the worlds that have it: the policy's, unless it has its own in all of them."""
    own = [fault.severity for _, fault in faults if fault.severity is not None]
    return max(own) if len(own) == len(faults) else None


def _open_question(policy: Policy, resource: Resource, stopped: NeedsValueError) -> Fault:
    message = f"cannot tell for {resource.address}: {policy.title[0].lower()}{policy.title[1:]}? {stopped.reason}"
    return Fault(message, stopped.place or resource.header, (resource.address,), "undecided")


def _certainty(faults: list[tuple[Leaf[Fault], Fault]], leaves: Sequence[Leaf[Fault]]) -> tuple[str, str | None, Fault]:
    """How sure a fault is, and the shortest facts that bring it about.

    A world counts as one where it is certain when no world without it agrees with its facts, guesses left out.
    """
    faults = [(leaf, fault) for leaf, fault in faults if not fault.doubt] or faults
    if faults[0][1].doubt:
        return POSSIBLE, None, faults[0][1]
    failing = {id(leaf) for leaf, _ in faults}
    clean = list({_facts_key(leaf.assignment): leaf.assignment for leaf in leaves if id(leaf) not in failing}.values())
    best: tuple[Assignment, Fault] | None = None
    seen: set[object] = set()
    for leaf, fault in faults:
        facts = leaf.facts
        key = _facts_key(facts)
        if key in seen:
            continue
        seen.add(key)
        if best is not None and len(best[0]) <= 1:
            break
        shortest = _shortest(facts, clean)
        if shortest is not None and (best is None or len(shortest) < len(best[0])):
            best = (shortest, fault)
    if best is None:
        return POSSIBLE, None, faults[0][1]
    facts, fault = best
    return (CONDITIONAL, describe(facts), fault) if facts else (DEFINITE, None, fault)


def _facts_key(facts: Assignment) -> frozenset[object]:
    return frozenset(facts.items())


def _shortest(facts: Assignment, clean: Sequence[Assignment]) -> Assignment | None:
    """The facts without those that are not needed to keep all of the clean worlds out; None when one is not.

    One look at each clean world says which of the facts keep it out; one fact after the other is then let go unless
    it is the last that keeps some world out.
    """
    variables = list(facts)
    keeping: set[int] = set()
    for world in clean:
        found = 0
        for number, variable in enumerate(variables):
            other = world.get(variable)
            if other is not None and other.apart_from(facts[variable]):
                found |= 1 << number
        if not found:
            return None
        keeping.add(found)
    kept = (1 << len(variables)) - 1
    for number in range(len(variables)):
        fewer = kept & ~(1 << number)
        if all(found & fewer for found in keeping):
            kept = fewer
    return Assignment({variable: facts[variable] for n, variable in enumerate(variables) if kept >> n & 1})


def _finding(question: _Question, fault: Fault, certainty: str, when: str | None) -> Finding:
    graph = question.graph
    owner = question.resource
    if owner is None:
        named = (graph.by_address.get(address) for address in fault.resources)
        owner = next((resource for resource in named if resource is not None), None)
    at_fault = next((graph.by_address[address] for address in fault.resources if address in graph.by_address), owner)
    steps = list(fault.trace)
    if at_fault is not None:
        steps += [Step(f"called as {call.address}", call.place) for call in at_fault.calls]
    construct = _construct(at_fault)
    return Finding(
        policy=question.policy,
        certainty=certainty,
        when=when,
        message=f"{fault.message} (construct {construct})" if construct else fault.message,
        resources=fault.resources,
        type=owner.type if owner is not None else "",
        framework=owner.framework if owner is not None else graph.framework,
        place=fault.place,
        trace=tuple(steps),
        subject=fault.subject,
        unit=graph.name,
        fix=fault.fix,
        source_type=owner.source_type if owner is not None else "",
        weight=None if fault.severity is None else min(fault.severity, question.policy.severity),
    )


def _construct(resource: Resource | None) -> str:
    """The path of the construct that made a resource: what its author wrote, and not the template (AWS CDK)."""
    path = resource.attributes.entries.get("aws:cdk:path") if resource is not None else None
    return path.value if isinstance(path, Known) and isinstance(path.value, str) else ""


def _note_undecided(exploration: Exploration[Fault], question: _Question, judgement: Judgement) -> None:
    """One note for a question whose answer hangs on something nobody knows."""
    resource = question.resource
    if resource is None:
        return
    place: Located
    for leaf in exploration.leaves:
        doubtful = next((fault for fault in leaf.answer if fault.doubt), None)
        if leaf.stopped is not None:
            reason, place = leaf.stopped.reason, leaf.stopped.place or resource.header
        elif doubtful is not None:
            reason, place = doubtful.doubt, doubtful.place
        elif leaf.assumed and len(leaf.answer) != len(exploration.leaves[0].answer):
            unknown = leaf.unknowns[0]
            reason = unknown.reason
            origin = unknown.origin
            place = origin if origin is not None and stands_in(origin, resource) else resource.header
        else:
            continue
        judgement.undecided.append(Undecided(question.policy.id, resource.address, reason, place))
        return
    if not exploration.complete:
        reason = "it hangs on more combinations of conditions than are tried"
        judgement.undecided.append(Undecided(question.policy.id, resource.address, reason, resource.header))
