"""What holds in every world of a unit: what validations ask, and that Terraform does not fail."""

from __future__ import annotations

from collections.abc import Iterable

from stanchion.evaluation.conditions import AnyOf, Condition, Is, Undecided, all_of, any_of
from stanchion.evaluation.deciding import satisfiable
from stanchion.evaluation.terraform.modules.module import Module
from stanchion.syntax.source import Located


def constraints_in(module: Module) -> list[Condition]:
    """The constraints that evaluating a root module gave, each once.

    Where Terraform fails in every world that is said, and what there is is judged all the same.
    """
    state = module.state
    found = _merged(state.constraints)
    if found and not satisfiable(all_of(*found)):
        message = "Terraform makes no plan of this, whatever the workspace and the variables are"
        state.problem("refused", f"{message}; it is judged as if it did", _first(module))
        return []
    return found


def _merged(conditions: Iterable[Condition]) -> list[Condition]:
    """Conditions that each list what one variable may be as one condition for each variable, which is closed then."""
    values: dict[Undecided, dict[Is, None]] = {}
    others: dict[Condition, None] = {}
    for condition in dict.fromkeys(conditions):
        parts = condition.conditions if isinstance(condition, AnyOf) else (condition,)
        listed = [part for part in parts if isinstance(part, Is)]
        if len(listed) < len(parts) or len({part.variable for part in listed}) != 1:
            others[condition] = None
            continue
        before = values.get(listed[0].variable)
        values[listed[0].variable] = {part: None for part in listed if before is None or part in before}
    for variable, allowed in values.items():
        if variable.values is None and allowed:
            variable.close(tuple(atom.value for atom in allowed))
    return [*others, *(any_of(*allowed) for allowed in values.values())]


def _first(module: Module) -> Located | None:
    """The first thing that is declared, to have a place to point at."""
    configuration = module.configuration
    tables = (configuration.locals, configuration.variables, configuration.resources, configuration.modules)
    return next((declared for table in tables for declared in table.values()), None)
