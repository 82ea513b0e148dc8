"""`try` and `can`, whose arguments are evaluated one after the other and may fail ("try Function", Terraform docs).

Whoever evaluates expressions hands each argument as a function without parameters that evaluates it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import decided, derive
from stanchion.evaluation.terraform.expressions.refined_unknowns import Refused, not_refused, refused
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value, choose
from stanchion.syntax.source import Located

#: How many values inside an argument are searched for one that Terraform would refuse.
MAX_SEARCHED = 2_000


def first_that_succeeds(attempts: Sequence[Callable[[], Value]], origin: Located | None) -> Value:
    """The value of the first argument of `try` that can be evaluated.

    When it is unknown, so is whether it will succeed, and the result is unknown too. Where it fails under some
    conditions only, the arguments behind it are taken under these. Raises EvaluationError when there are no arguments
    or all of them fail.
    """
    if not attempts:
        raise EvaluationError("try: it takes at least one argument", origin)
    messages: list[str] = []
    for number, attempt in enumerate(attempts):
        try:
            value = not_refused(attempt())
        except EvaluationError as error:
            messages.append(error.message)
            continue
        return _otherwise(value, attempts[number + 1 :], origin)
    raise EvaluationError(f"try: no argument could be evaluated: {'; '.join(dict.fromkeys(messages))}", origin)


def _otherwise(value: Value, rest: Sequence[Callable[[], Value]], origin: Located | None) -> Value:
    if isinstance(value, Unknown):
        return derive([value], origin, value.type, lambda names: f"try({names[0]}, ...)")
    rows = decided([value]) if _fails(value) else None
    if rows is None:
        return value
    arms = []
    for guard, (arm,) in rows:
        arms.append((guard, _behind(rest, origin) if _fails(arm) else _otherwise(arm, (), origin)))
    return choose(arms, origin)


def _behind(rest: Sequence[Callable[[], Value]], origin: Located | None) -> Value:
    try:
        return first_that_succeeds(rest, origin)
    except EvaluationError as error:
        return refused(error, origin)


def succeeds(attempt: Callable[[], Value], origin: Located | None) -> Value:
    """Whether the argument of `can` can be evaluated; unknown when its value is."""
    try:
        value = not_refused(attempt())
    except EvaluationError:
        return Known(False, origin)
    if isinstance(value, Unknown):
        return derive([value], origin, "bool", lambda names: f"can({names[0]})")
    rows = decided([value]) if _fails(value) else None
    if rows is None:
        return Known(True, origin, value.references, False)
    return choose([(guard, _success(arm, origin)) for guard, (arm,) in rows], origin)


def _success(arm: Value, origin: Located | None) -> Value:
    if _fails(arm):
        return Known(False, origin)
    return succeeds(lambda: arm, origin)


def _inside(value: Value) -> list[Value]:
    """The values inside one, as far as MAX_SEARCHED; those of a resource as a whole are not looked at."""
    found = [value]
    for each in found:
        if len(found) > MAX_SEARCHED:
            break
        if isinstance(each, Choice):
            found.extend(arm for _, arm in each.arms)
        elif isinstance(each, ListValue):
            found.extend(each.items)
        elif isinstance(each, MapValue) and each.rest is None:
            found.extend(each.entries.values())
    return found


def _fails(value: Value) -> bool:
    """Whether somewhere in a value, in one arm at least, stands what Terraform would refuse."""
    return not isinstance(value, Known) and any(type(each) is Refused for each in _inside(value))
