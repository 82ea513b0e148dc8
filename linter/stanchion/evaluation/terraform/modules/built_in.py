"""What Terraform's own resource `terraform_data` shows of itself before apply."""

from __future__ import annotations

from collections.abc import Callable

from stanchion.evaluation.terraform.types.conversion import typed
from stanchion.evaluation.terraform.types.types import STRING, type_of
from stanchion.evaluation.values import NULL, PRESENT, Unknown, Value, is_null

#: All attributes that it has.
ATTRIBUTES = ("id", "input", "output", "triggers_replace")


def shown(name: str, written: Callable[[str], Value], later: Callable[[str], Unknown]) -> Value:
    """An attribute: `output` has the type of `input`, and is not null where that is not; the id never is."""
    if name == "id":
        return typed(later(name), STRING, PRESENT)
    if name != "output":
        return written(name)
    given = written("input")
    if is_null(given):
        return NULL
    return typed(later(name), type_of(given))
