"""A plain evaluator of one request, written from the IAM User Guide and sharing no code with the search.

A request is a principal ("" for anonymous, else an account), an action, a resource and a context of present keys.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

Document = Sequence[Mapping[str, Any]]


def allowed(document: Document, principal: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    matching = [s["Effect"] for s in document if _matches(s, principal, action, resource, context)]
    return "Allow" in matching and "Deny" not in matching


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _like(pattern: str, text: str) -> bool:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _matches(s: Mapping[str, Any], principal: str, action: str, resource: str, context: Mapping[str, str]) -> bool:
    if "Principal" in s and not _named(s["Principal"], principal):
        return False
    if "NotPrincipal" in s and _named(s["NotPrincipal"], principal):
        return False
    if "Action" in s and not any(_like(a.lower(), action.lower()) for a in _listed(s["Action"])):
        return False
    if "NotAction" in s and any(_like(a.lower(), action.lower()) for a in _listed(s["NotAction"])):
        return False
    if "Resource" in s and not any(_like(r, resource) for r in _listed(s["Resource"])):
        return False
    if "NotResource" in s and any(_like(r, resource) for r in _listed(s["NotResource"])):
        return False
    lower = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(operator, lower.get(key.lower()), [str(v) for v in _listed(values)])
        for operator, keys in s.get("Condition", {}).items()
        for key, values in keys.items()
    )


def _named(written: Any, principal: str) -> bool:
    names = _listed(written["AWS"]) if isinstance(written, dict) else _listed(written)
    return any(n == "*" or (principal != "" and n in (principal, f"arn:aws:iam::{principal}:root")) for n in names)


def _holds(operator: str, value: str | None, wanted: Sequence[str]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    if name == "Null":
        return ("true" in wanted and value is None) or ("false" in wanted and value is not None)
    if value is None:
        if quantifier:
            return quantifier == "ForAllValues" or optional
        return optional or "Not" in name
    negative = "Not" in name
    return any(_one(name.replace("Not", ""), value, one) for one in wanted) is not negative


def _one(name: str, value: str, wanted: str) -> bool:
    if name == "StringEquals":
        return value == wanted
    if name == "StringEqualsIgnoreCase":
        return value.lower() == wanted.lower()
    if name == "StringLike":
        return _like(wanted, value)
    if name in ("ArnLike", "ArnEquals"):
        one, other = wanted.split(":", 5), value.split(":", 5)
        return len(one) == len(other) and all(_like(a, b) for a, b in zip(one, other, strict=True))
    if name == "IpAddress":
        address, network = ipaddress.ip_address(value), ipaddress.ip_network(wanted, strict=False)
        return address.version == network.version and address in network
    if name == "Bool":
        return value == wanted.lower()
    number, bound = float(value), float(wanted)
    return {
        "NumericEquals": number == bound,
        "NumericLessThan": number < bound,
        "NumericLessThanEquals": number <= bound,
        "NumericGreaterThan": number > bound,
        "NumericGreaterThanEquals": number >= bound,
    }[name]
