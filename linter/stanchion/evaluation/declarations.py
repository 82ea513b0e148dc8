"""What evaluation hands to normalisation: the declarations of one unit, in either language, under their own names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from stanchion.evaluation.conditions import Condition
from stanchion.evaluation.values import MapValue, Unknown, Value
from stanchion.syntax.source import Located, Problem, Span


class Call(NamedTuple):
    """One step of the way to a declaration: the module call (or nested stack) it came through."""

    address: str
    place: Span


@dataclass(slots=True, eq=False)
class Declaration:
    """One instance of a resource, data source, parameter, output or provider, evaluated.

    `kind`: "resource", "data", "parameter", "output", "provider", or "module" for the call of a module that is not at
    hand, whose properties are what it is given.
    `type`: "aws_instance" or "AWS::EC2::Instance"; "" for parameters and outputs; the provider's name for providers.
    `address`: as the source language writes it (`module.a["x"].aws_s3_bucket.b[0]`, or the logical id).
    `properties`: Terraform: attributes and nested blocks of the body, a block type that may repeat as a ListValue of
    MapValue, in which an element whose existence is undecided is a Choice with a Known(None) arm.
    CloudFormation: Properties. A parameter: what its declaration says, under the language's own names.
    `attributes`: what the language says beside the properties (lifecycle, depends_on, DeletionPolicy, Metadata,
    Condition).
    `exists`: the condition under which this instance is made.
    `header`: the place to point at when a property is missing; `block`: all of it.
    """

    framework: str
    kind: str
    address: str
    type: str
    name: str
    properties: MapValue
    attributes: MapValue
    header: Span
    block: Span
    exists: Condition = True
    calls: tuple[Call, ...] = ()
    provider: str = ""


@dataclass(slots=True, eq=False)
class Evaluated:
    """One unit, evaluated.

    `name` is how the unit is reported (a directory or a template path); `unseen` are modules and stacks that are not
    on disk, with the places that call them; `constraints` are conditions that hold in every world (CloudFormation
    Rules, validation blocks); `unknowns` is what evaluation left undecided and why, for `--explain-unknowns`.
    """

    framework: str
    name: str
    declarations: list[Declaration]
    problems: list[Problem] = field(default_factory=list)
    constraints: list[Condition] = field(default_factory=list)
    unseen: list[tuple[str, Located]] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    outputs: dict[str, Value] = field(default_factory=dict)
    files: tuple[str, ...] = ()
