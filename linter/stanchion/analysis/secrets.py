"""How a configuration comes by a secret: written down, through a parameter, or from a service."""

from __future__ import annotations

import enum
import re

from stanchion.evaluation.values import Known, Unknown
from stanchion.graph.resource import PARAMETER
from stanchion.worlds.decided import Decided
from stanchion.worlds.view import GraphView


class Means(enum.Enum):
    """How a configuration comes by a value."""

    ABSENT = "absent"
    PLAIN = "written in plain text"
    DEFAULT = "written in plain text where it has its default"
    ECHOED = "taken from a parameter without NoEcho"
    UNENCRYPTED = "taken from a Parameter Store parameter that is not encrypted"
    HIDDEN_PARAMETER = "taken from a NoEcho parameter"
    SERVICE = "taken from a secrets service"
    ELSEWHERE = "known only at deployment"


#: Means by which nobody who reads the template, the stack or the plan learns the value.
SAFE = frozenset({Means.ABSENT, Means.HIDDEN_PARAMETER, Means.SERVICE, Means.ELSEWHERE})
_RESOLVE = re.compile(r"^\s*\{\{\s*resolve:(?P<service>[a-z-]+):")


def means_of(value: Decided, graph: GraphView) -> Means:
    """How a value comes about: written down, through a parameter, from a service, or only at deployment.

    Source: AWS CloudFormation User Guide, "Get values stored in other services using dynamic references" and
    "Parameters" (NoEcho); Terraform language, "Input Variables" (sensitive).
    """
    raw = value.raw
    if isinstance(raw, Known):
        return _known_means(value, raw)
    if not isinstance(raw, Unknown):
        return Means.ELSEWHERE
    service = _resolved_by(value, raw)
    if service is not None:
        return Means.UNENCRYPTED if service == "ssm" else Means.SERVICE
    parameter = graph.at(raw.variable.name) if raw.variable is not None else None
    if parameter is None or parameter.type != PARAMETER:
        return Means.ELSEWHERE
    if raw.sensitive or parameter["NoEcho"] == True:  # noqa: E712 - a decided value, compared with its reading of true
        return Means.HIDDEN_PARAMETER
    return Means.ECHOED if parameter.framework == "cloudformation" else Means.ELSEWHERE


def _known_means(value: Decided, raw: Known) -> Means:
    if raw.value in (None, ""):
        return Means.ABSENT
    service = _RESOLVE.match(str(raw.value))
    if service:
        return Means.UNENCRYPTED if service.group("service") == "ssm" else Means.SERVICE
    if value.elsewhere is not None:
        return Means.DEFAULT
    return Means.PLAIN


def _resolved_by(value: Decided, raw: Unknown) -> str | None:
    texts = [raw.variable.name] if raw.variable is not None else []
    texts.append("".join(piece or "" for piece in value.pieces))
    for text in texts:
        found = _RESOLVE.match(text)
        if found:
            return found.group("service")
    return None
