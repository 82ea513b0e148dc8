"""Unknowns that know a little more than that they are unknown."""

from __future__ import annotations

from dataclasses import dataclass

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.values import Unknown, Value


@dataclass(slots=True, eq=False)
class Refused(Unknown):
    """What Terraform would refuse to evaluate, in one arm of a choice: a plan in that world fails.

    `try` and `can` go on behind it as they do behind an error.
    """


@dataclass(slots=True, eq=False)
class Repeated(Unknown):
    """Nobody knows how many instances there are: `element` stands for any one of them."""

    element: Value | None = None


def refused(error: EvaluationError, origin: object) -> Refused:
    """The value that stands for an error in one arm of a choice."""
    place = error.origin if error.origin is not None else origin
    return Refused(error.message, place)  # type: ignore[arg-type]  # every origin is located


def not_refused(value: Value) -> Value:
    """The value, unless it stands for an error: then that error is raised again."""
    if type(value) is Refused:
        raise EvaluationError(value.reason, value.origin)
    return value
