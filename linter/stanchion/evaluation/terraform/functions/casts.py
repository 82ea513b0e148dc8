"""Type conversion functions, and those about sensitivity ("Type Conversion Functions", Terraform documentation)."""

from __future__ import annotations

from dataclasses import replace

from stanchion.evaluation.terraform.errors import EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import derive, may_be_otherwise
from stanchion.evaluation.terraform.functions.signature import RAW, Function, Surroundings, valued
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.terraform.types.types import ANY, BOOL, NUMBER, STRING, Type
from stanchion.evaluation.values import Choice, Known, ListValue, MapValue, Unknown, Value


def _cast(type_: Type, returns: str) -> Function:
    def run(arguments: list[Value], around: Surroundings) -> Value:
        given = arguments[0]
        try:
            return as_type(given, type_, around.origin)
        except EvaluationError:
            if isinstance(given, ListValue | MapValue) and may_be_otherwise(given):
                return derive(arguments, around.origin, returns)
            raise

    return valued(run, RAW, returns=returns)


def secret(value: Value, sensitive: bool) -> Value:
    """The value with this sensitivity of its own."""
    if isinstance(value, Choice):
        return Choice(tuple((guard, secret(arm, sensitive)) for guard, arm in value.arms), value.origin)
    return replace(value, sensitive=sensitive)


def _sensitive(arguments: list[Value], _around: Surroundings) -> Value:
    return secret(arguments[0], True)


def _nonsensitive(arguments: list[Value], _around: Surroundings) -> Value:
    return secret(arguments[0], False)


def _is_sensitive(arguments: list[Value], around: Surroundings) -> Value:
    if isinstance(arguments[0], Unknown) and not arguments[0].sensitive:
        return derive(arguments, around.origin, "bool")
    return Known(arguments[0].sensitive, around.origin)


def _as_given(arguments: list[Value], _around: Surroundings) -> Value:
    return arguments[0]


def _removed(arguments: list[Value], around: Surroundings) -> Value:
    instead = "tolist([...])" if around.name == "list" else "tomap({...})"
    raise EvaluationError(f"this function was removed from Terraform; write {instead}")


FUNCTIONS = {
    "ephemeralasnull": valued(_as_given, RAW),
    "issensitive": valued(_is_sensitive, RAW, returns="bool"),
    "list": valued(_removed, variadic=RAW),
    "map": valued(_removed, variadic=RAW),
    "nonsensitive": valued(_nonsensitive, RAW),
    "sensitive": valued(_sensitive, RAW),
    "tobool": _cast(BOOL, "bool"),
    "tolist": _cast(Type("list", ANY), "list"),
    "tomap": _cast(Type("map", ANY), "map"),
    "tonumber": _cast(NUMBER, "number"),
    "toset": _cast(Type("set", ANY), "list"),
    "tostring": _cast(STRING, "string"),
}
