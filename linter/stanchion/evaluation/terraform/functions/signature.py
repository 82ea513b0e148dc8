"""How a built-in function is declared: its parameters, what they may hold, and what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stanchion.evaluation.terraform.expressions.propagation import MAX_TEXT as MAX_TEXT
from stanchion.evaluation.terraform.types.types import ANY, BOOL, NUMBER, STRING, Type
from stanchion.evaluation.values import Value
from stanchion.syntax.source import Located, Source

#: Elements of a list that a function makes at the most.
MAX_ELEMENTS = 10_000


@dataclass(slots=True)
class Context:
    """What the functions that look outside their arguments need.

    `read` gives a file's bytes, or None when it is missing or lies outside the root; paths are as the configuration
    has them, relative ones to `cwd`. `list_files` gives the paths, relative to a directory, of all files under it, or
    None when it cannot be listed; `exists` tells whether a path is a file, or None outside the root. `render`
    evaluates a template's text with its variables. `root`, `module` and `cwd` are absolute paths; `unread` collects
    what could not be read; `assumed` counts how often an unknown was taken to be as it must be for the plan to succeed;
    `rendering` is set while a template is evaluated, from within which no other may be; `bound` is told of a call that
    would take too much, and why.
    """

    read: Callable[[str], bytes | None]
    render: Callable[[Source, dict[str, Value]], Value]
    root: str = ""
    module: str = ""
    cwd: str = ""
    list_files: Callable[[str], list[str] | None] | None = None
    exists: Callable[[str], bool | None] | None = None
    rendering: bool = False
    bound: Callable[[str, Located], None] | None = None
    unread: list[str] = field(default_factory=list)
    assumed: int = 0


@dataclass(slots=True)
class Parameter:
    """One parameter: arguments are converted to `type`.

    `holds` says what the function can take: "whole" values only, the "shape" of one with unknowns and choices inside,
    or "raw": also a wholly unknown one. `null` says whether null may be passed.
    """

    type: Type
    holds: str = "whole"
    null: bool = False


@dataclass(slots=True)
class Function:
    """A built-in function. `run` takes the values and the call's surroundings.

    When `plain` it takes the arguments as Python scalars, lists and dicts instead and gives a scalar. `returns` is
    the coarse type of an unknown result. `pure` functions give the same for the same arguments.
    """

    run: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    variadic: Parameter | None
    returns: str | None
    plain: bool
    pure: bool = True


@dataclass(slots=True)
class Surroundings:
    """Where a call stands and what it may look at."""

    name: str
    origin: Located | None
    context: Context


TEXT = Parameter(STRING)
NUM = Parameter(NUMBER)
FLAG = Parameter(BOOL)
TEXTS = Parameter(Type("list", STRING))
LIST = Parameter(Type("list", ANY))
WHOLE = Parameter(ANY)
SHAPE = Parameter(ANY, "shape")
LIST_SHAPE = Parameter(Type("list", ANY), "shape")
SET_SHAPE = Parameter(Type("set", ANY), "shape")
RAW = Parameter(ANY, "raw", True)


def scalar(
    run: Callable[..., Any], *parameters: Parameter, variadic: Parameter | None = None, returns: str = "string"
) -> Function:
    """A function of plain Python values that gives a scalar."""
    return Function(run, parameters, variadic, returns, True)


def valued(
    run: Callable[[list[Value], Surroundings], Value],
    *parameters: Parameter,
    variadic: Parameter | None = None,
    returns: str | None = None,
    pure: bool = True,
) -> Function:
    """A function of values."""
    return Function(run, parameters, variadic, returns, False, pure)
