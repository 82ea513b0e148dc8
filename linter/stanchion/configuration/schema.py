"""What a configuration file may say, as a JSON Schema."""

from __future__ import annotations

from typing import Any

_SEVERITY = {"enum": ["info", "low", "medium", "high", "critical"]}
_NAMES = {"type": "array", "items": {"type": "string"}}
_TAGS = {"type": "object", "additionalProperties": _NAMES}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Stanchion configuration",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "select": {**_NAMES, "description": "Only these policies or families."},
        "ignore": {
            "type": "array",
            "description": "Policies or families to leave out, or tables that suppress findings.",
            "items": {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["reason"],
                        "anyOf": [{"required": ["path"]}, {"required": ["policies"]}, {"required": ["address"]}],
                        "properties": {
                            "path": {"type": "string", "description": "A glob on reported paths."},
                            "policies": _NAMES,
                            "address": {"type": "string", "description": "A glob on resource addresses."},
                            "reason": {"type": "string", "minLength": 1},
                            "until": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                        },
                    },
                ]
            },
        },
        "families": {**_NAMES, "description": "Only these families."},
        "severity": {**_SEVERITY, "description": "Leave out policies below."},
        "fail-on": {**_SEVERITY, "description": "Exit with 1 from this severity on."},
        "exclude": {**_NAMES, "description": "Globs on paths to leave out."},
        "var-files": {**_NAMES, "description": "Terraform variable files, relative to the configuration."},
        "parameters": {**_NAMES, "description": "CloudFormation parameter files, relative to the configuration."},
        "isolation": {
            "type": "object",
            "description": "Which tags say that a workload needs hardware of its own.",
            "additionalProperties": False,
            "properties": {"tags": _TAGS, "frameworks": _NAMES, "framework-tags": _NAMES},
        },
    },
}
#: What only the user's own configuration may say besides: a linted repository never loads code.
USER_SCHEMA: dict[str, Any] = {
    **SCHEMA,
    "properties": {**SCHEMA["properties"], "plugins": {**_NAMES, "description": "Python modules of policies."}},
}
