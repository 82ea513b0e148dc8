"""What a file of policies may say, as JSON Schema (draft 2020-12)."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_PATH = {"type": "string", "pattern": r"^[A-Za-z0-9_]+(\[\d+\])?(\.[A-Za-z0-9_]+(\[\d+\])?)*$"}
#: Without a property, and without a related resource, a condition is JSON Schema over all properties.
_SCHEMA = {"type": ["object", "boolean"]}

POLICY: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title", "severity", "types", "why", "docs"],
    "if": {"anyOf": [{"required": ["property"]}, {"required": ["needs"]}]},
    "then": {"if": {"required": ["property"]}, "then": {"required": ["must"], "not": {"required": ["needs"]}}},
    "else": {"required": ["must", "mend"], "properties": {"must": _SCHEMA, "when": _SCHEMA}},
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": r"^[A-Z][A-Z0-9_]*?[A-Z_][0-9]+$"},
        "title": _TEXT,
        "severity": {"enum": ["info", "low", "medium", "high", "critical"]},
        "types": _TEXTS,
        "profile": {"enum": ["default", "strict", "audit"]},
        "property": {"type": "string"},
        "when": {"type": ["object", "boolean"]},
        "must": True,
        "needs": {
            "type": "object",
            "required": ["type"],
            "additionalProperties": False,
            "properties": {"type": _TEXT, "by": _TEXT, "having": {"type": "object"}},
        },
        "message": _TEXT,
        "why": _TEXT,
        "mend": _TEXT,
        "docs": _TEXT,
        "equivalents": {"type": "object", "additionalProperties": _TEXTS},
        "controls": _TEXTS,
        "fix": {
            "type": ["object", "string"],
            "pattern": "^safe$",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "set": {
                    "type": "object",
                    "propertyNames": _PATH,
                    "additionalProperties": {"type": ["string", "integer", "boolean"]},
                },
                "remove": {"type": "array", "items": _PATH},
                "effect": _TEXT,
            },
        },
    },
}
FORM: dict[str, Any] = {
    "type": "object",
    "required": ["policies"],
    "additionalProperties": False,
    "properties": {"policies": {"type": "array", "items": POLICY, "minItems": 1}},
}
