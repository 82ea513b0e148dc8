"""The Rules section: what must hold of the parameters in every deployment, as constraints.

Source: CloudFormation User Guide, "Validate parameters with rules".
"""

from __future__ import annotations

from stanchion.evaluation.cloudformation.intrinsics.conditions import test
from stanchion.evaluation.cloudformation.intrinsics.expression import OUTSIDE, Evaluation
from stanchion.evaluation.cloudformation.template.template import shape_of
from stanchion.evaluation.conditions import Condition, any_of, atoms, negate, size_of
from stanchion.syntax.document.nodes import Mapping, Sequence

#: A constraint larger than this says more than a solver should be troubled with.
MAX_CONSTRAINT = 400


def evaluate_rules(ev: Evaluation) -> None:
    """Add what the rules assert to the constraints of the unit, where it can be said over its parameters."""
    for name, entry in ev.template.section("Rules").items():
        body = entry.value
        if not isinstance(body, Mapping) or body.tag is not None:
            ev.problem(f"expected rule {name} to be a mapping, found {shape_of(body)}; it was left out", body)
            continue
        assertions = body.get("Assertions")
        if not isinstance(assertions, Sequence):
            ev.problem(f"expected rule {name} to have a list of Assertions; it was left out", entry.key)
            continue
        when = body.get("RuleCondition")
        applies: Condition = test(ev, when, OUTSIDE) if when is not None else True
        for assertion in assertions.items:
            claim = assertion.get("Assert") if isinstance(assertion, Mapping) else None
            if claim is None:
                ev.problem(f"expected an assertion of rule {name} to have an Assert; it was left out", assertion)
                continue
            _constrain(ev, name, any_of(negate(applies), test(ev, claim, OUTSIDE)), body)


def _constrain(ev: Evaluation, name: str, constraint: Condition, place: Mapping) -> None:
    if constraint is True or size_of(constraint) > MAX_CONSTRAINT:
        return
    if constraint is False:
        ev.problem(f"rule {name} rejects every deployment with these parameters; it was left out", place)
        return
    declared = ev.template.section("Parameters")
    if all(atom.variable.name in declared or atom.variable.name.startswith("AWS::") for atom in atoms(constraint)):
        ev.constraints.append(constraint)
    else:
        ev.undecided(f"rule {name} asks for what only AWS knows", place)
