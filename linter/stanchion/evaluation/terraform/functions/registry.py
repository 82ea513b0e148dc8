"""Calling Terraform's built-in functions by name.

A module of functions is imported when one of its functions is first called. What holds for all functions is done
here: counting and converting arguments, mapping over choices, giving an unknown for unknown arguments, and handing
references and sensitivity on to the result.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from stanchion.evaluation.conditions import Scalar
from stanchion.evaluation.terraform.errors import BoundExceededError, EvaluationError
from stanchion.evaluation.terraform.expressions.propagation import (
    beyond,
    decided,
    derive,
    lift,
    marked,
    may_be_otherwise,
    over_rows,
    survey,
)
from stanchion.evaluation.terraform.functions.signature import (
    MAX_TEXT,
    Context,
    Function,
    Parameter,
    Surroundings,
)
from stanchion.evaluation.terraform.types.conversion import as_type
from stanchion.evaluation.values import Known, ListValue, MapValue, Unknown, Value, is_null, joined, plain
from stanchion.syntax.source import Located

_MODULES = {
    "numeric": "abs ceil floor log max min parseint pow signum sum",
    "strings": "chomp endswith indent join lower replace split startswith strcontains strrev substr title "
    "trim trimprefix trimspace trimsuffix upper",
    "formatting": "format formatlist",
    "regular": "regex regexall",
    "lists": "chunklist concat distinct element flatten length range reverse slice sort",
    "selection": "alltrue anytrue coalesce coalescelist compact contains index matchkeys one",
    "maps": "keys lookup merge transpose values zipmap",
    "sets": "setintersection setproduct setsubtract setunion",
    "encoding": "base64decode base64encode base64gzip csvdecode jsondecode jsonencode textdecodebase64 "
    "textencodebase64 urlencode",
    "yaml": "yamldecode yamlencode",
    "filesystem": "abspath basename dirname file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 "
    "fileset filesha1 filesha256 filesha512 pathexpand templatefile templatestring",
    "datetime": "formatdate plantimestamp timeadd timecmp timestamp",
    "crypto": "base64sha256 base64sha512 bcrypt md5 rsadecrypt sha1 sha256 sha512 uuid uuidv5",
    "network": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "casts": "ephemeralasnull issensitive list map nonsensitive sensitive tobool tolist tomap tonumber toset tostring",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

#: Functions whose arguments are evaluated only when it is their turn: see `functions.lazy`.
LAZY_NAMES = frozenset({"try", "can"})
#: Every function of Terraform 1.11 and the two that always fail (`list`, `map`); `type` exists in `console` alone.
FUNCTION_NAMES = frozenset(_MODULE_OF) | LAZY_NAMES

#: Functions whose result tells something of every element, so that it is secret when one element is.
_TELLING = frozenset({"coalesce", "compact", "contains", "distinct", "formatlist", "index", "matchkeys", "sort"})

_loaded: dict[str, Function] = {}


def call(name: str, arguments: list[Value], origin: Located | None, context: Context) -> Value:
    """What a built-in function gives for these arguments.

    `core::upper` is `upper`; a provider's function is unknown. `try` and `can` are not called but spelled out by
    whoever evaluates expressions (`functions.lazy`). Raises EvaluationError where Terraform refuses the call.
    """
    bare = name.removeprefix("core::")
    if "::" in bare:
        return derive(arguments, origin, None, None, f"{name} is a function of a provider, which is not run")
    if bare in LAZY_NAMES:
        raise EvaluationError(f"{name} takes expressions, not values", origin)
    function = _function(bare)
    if function is None:
        raise EvaluationError(f'there is no function named "{name}"', origin)
    try:
        _check_count(function, arguments)
        surroundings = Surroundings(bare, origin, context)
        result = lift(arguments, lambda row: _call(function, row, surroundings), origin)
        return marked(result, (), True) if bare in _TELLING and _secret(arguments) else result
    except EvaluationError as error:
        raise EvaluationError(f"{bare}: {error.message}", origin) from None
    except BoundExceededError as error:
        return _beyond(error, arguments, origin, context)
    except RecursionError:
        too_deep = BoundExceededError(f"the argument of {bare} is nested too deeply")
        return _beyond(too_deep, arguments, origin, context)


def _beyond(error: BoundExceededError, arguments: list[Value], origin: Located | None, context: Context) -> Unknown:
    if context.bound is not None and origin is not None:
        context.bound(error.reason, origin)
    return beyond(error, arguments, origin)


def _secret(arguments: list[Value]) -> bool:
    """Whether an argument, or an element of one, is secret."""
    return any(
        argument.sensitive or (isinstance(argument, ListValue) and any(item.sensitive for item in argument.items))
        for argument in arguments
    )


def _function(name: str) -> Function | None:
    function = _loaded.get(name)
    if function is None and name in _MODULE_OF:
        module = import_module(f"stanchion.evaluation.terraform.functions.{_MODULE_OF[name]}")
        _loaded.update(cast("dict[str, Function]", module.FUNCTIONS))
        function = _loaded[name]
    return function


def _check_count(function: Function, arguments: list[Value]) -> None:
    least = len(function.parameters)
    if len(arguments) < least:
        raise EvaluationError(f"it takes {'at least ' if function.variadic else ''}{least} arguments")
    if len(arguments) > least and function.variadic is None:
        raise EvaluationError(f"it takes {least} argument{'s' if least != 1 else ''} and no more")


def _call(function: Function, arguments: list[Value], surroundings: Surroundings) -> Value:
    """A call whose outermost choices are decided."""
    parameters = list(function.parameters)
    if function.variadic is not None:
        parameters += [function.variadic] * (len(arguments) - len(parameters))
    values: list[Value] = []
    blocked = False
    for number, (parameter, argument) in enumerate(zip(parameters, arguments, strict=True), 1):
        value = _converted(parameter, argument, number, surroundings.origin)
        blocked = blocked or (isinstance(value, Unknown) and parameter.holds != "raw")
        values.append(value)
    if blocked:
        return _unknown(function, values, surroundings)
    whole = [value for value, parameter in zip(values, parameters, strict=True) if parameter.holds == "whole"]
    if any(isinstance(value, ListValue | MapValue) for value in whole):
        seen = survey(whole)
        if seen.choice is not None:
            return over_rows(
                decided(values), values, lambda row: _call(function, row, surroundings), surroundings.origin
            )
        if seen.unknown is not None:
            return _unknown(function, values, surroundings)
        references, sensitive = seen.references, seen.sensitive
    else:
        references = joined(value.references for value in whole)
        sensitive = any(value.sensitive for value in whole)
    result = _run(function, values, surroundings)
    for value, parameter in zip(values, parameters, strict=True):
        if parameter.holds == "shape":
            references = joined((references, value.references))
            sensitive = sensitive or value.sensitive
    return marked(_bounded(result), references, sensitive)


def _converted(parameter: Parameter, argument: Value, number: int, origin: Located | None) -> Value:
    if is_null(argument):
        if not parameter.null:
            raise EvaluationError(f"argument {number} must not be null")
        return argument
    if isinstance(argument, ListValue | MapValue):
        survey([argument])
    try:
        return as_type(argument, parameter.type, origin)
    except EvaluationError as error:
        if isinstance(argument, ListValue | MapValue) and may_be_otherwise(argument):
            return derive([argument], origin, None)
        raise EvaluationError(f"argument {number}: {error.message}") from None


def _unknown(function: Function, values: list[Value], surroundings: Surroundings) -> Unknown:
    name = surroundings.name
    if not function.pure:
        return derive(values, surroundings.origin, function.returns)
    return derive(values, surroundings.origin, function.returns, lambda words: f"{name}({', '.join(words)})")


def _run(function: Function, values: list[Value], surroundings: Surroundings) -> Value:
    if not function.plain:
        return cast(Value, function.run(values, surroundings))
    result: Scalar = function.run(*map(plain, values))
    return Known(result, surroundings.origin)


def _bounded(result: Value) -> Value:
    if isinstance(result, Known) and isinstance(result.value, str):
        text = result.value
        if len(text) > MAX_TEXT:
            raise BoundExceededError(f"its result is a text of more than {MAX_TEXT:,} characters")
        if not text.isascii():
            return Known(composed(text), result.origin, result.references, result.sensitive)
    return result


def composed(text: str) -> str:
    """A text as Terraform holds it: in Unicode's normal form C."""
    from unicodedata import normalize

    return text if text.isascii() else normalize("NFC", text)
