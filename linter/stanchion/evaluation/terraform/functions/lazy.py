"""`try` and `can`, whose arguments are evaluated one after the other and may fail ("try Function", Terraform docs).

Whoever evaluates expressions hands each argument as a function without parameters that evaluates it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stanchion.evaluation.terraform.derived import derive
from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.values import Known, Unknown, Value
from stanchion.syntax.source import Located


def first_that_succeeds(attempts: Sequence[Callable[[], Value]], origin: Located | None) -> Value:
    """The value of the first argument of `try` that can be evaluated.

    When it is unknown, so is whether it will succeed, and the result is unknown too. Raises EvaluationError when
    there are no arguments or all of them fail.
    """
    if not attempts:
        raise EvaluationError("try: it takes at least one argument", origin)
    messages: list[str] = []
    for attempt in attempts:
        try:
            value = attempt()
        except EvaluationError as error:
            messages.append(error.message)
            continue
        if isinstance(value, Unknown):
            return derive([value], origin, value.type, lambda names: f"try({names[0]}, ...)")
        return value
    raise EvaluationError(f"try: no argument could be evaluated: {'; '.join(dict.fromkeys(messages))}", origin)


def succeeds(attempt: Callable[[], Value], origin: Located | None) -> Value:
    """Whether the argument of `can` can be evaluated; unknown when its value is."""
    try:
        value = attempt()
    except EvaluationError:
        return Known(False, origin)
    if isinstance(value, Unknown):
        return derive([value], origin, "bool", lambda names: f"can({names[0]})")
    return Known(True, origin, value.references, False)
