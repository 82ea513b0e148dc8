"""What a configuration file may say, as a JSON Schema (draft 2020-12).

Editors can complete and check files by it; the program itself reads it in `checking`.
"""

from __future__ import annotations

from typing import Any

_SEVERITY = {"type": "string", "enum": ["info", "low", "medium", "high", "critical"]}
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}
_TAGS = {"type": "object", "additionalProperties": _NAMES}
_RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["reason"],
    "anyOf": [{"required": ["path"]}, {"required": ["policies"]}, {"required": ["address"]}],
    "properties": {
        "path": {
            "type": "string",
            "minLength": 1,
            "description": "A glob on reported paths, or on paths from the configuration's directory.",
        },
        "policies": {**_NAMES, "description": "Policies or families."},
        "address": {"type": "string", "minLength": 1, "description": "A glob on resource addresses."},
        "reason": {"type": "string", "minLength": 1, "description": "Why the findings are accepted."},
        "until": {"type": "string", "format": "date", "description": "The last day on which the rule counts."},
    },
}

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
            "items": {"anyOf": [{"type": "string", "minLength": 1}, _RULE]},
        },
        "families": {**_NAMES, "description": "Only these families."},
        "services": {**_NAMES, "description": "Only these services."},
        "profile": {
            "type": "string",
            "enum": ["default", "strict", "audit"],
            "description": "Who wants to hear it: any team, a careful one, an auditor.",
        },
        "severity": {**_SEVERITY, "description": "Leave out policies below."},
        "fail-on": {**_SEVERITY, "description": "Exit with 1 from this severity on."},
        "exclude": {**_NAMES, "description": "Globs on paths to leave out."},
        "var-files": {**_NAMES, "description": "Terraform variable files of each environment: FILE or FILE,FILE."},
        "workspaces": {**_NAMES, "description": "The Terraform workspaces that there are; without it, any."},
        "parameters": {**_NAMES, "description": "CloudFormation parameter files, relative to the configuration."},
        "policies": {
            **_NAMES,
            "description": "Files or directories of policies in YAML, relative to the configuration.",
        },
        "require-reason": {"type": "boolean", "description": "Heed only suppressions that give a reason."},
        "report-unused": {"type": "boolean", "description": "Report suppressions that nothing needs."},
        "with": {
            "type": "array",
            "description": "Companions to ask too.",
            "items": {"type": "string", "enum": ["cfn-lint"]},
        },
        "isolation": {
            "type": "object",
            "description": "Which tags say that a workload needs hardware of its own.",
            "additionalProperties": False,
            "properties": {
                "tags": {**_TAGS, "description": "Tag names, each with the values that ask for isolation."},
                "frameworks": {**_NAMES, "description": "Compliance frameworks that ask for isolation."},
                "framework-tags": {**_NAMES, "description": "Tags whose value names a compliance framework."},
            },
        },
    },
}
#: What only the user's own configuration may say besides: a linted repository never loads code.
USER_SCHEMA: dict[str, Any] = {
    **SCHEMA,
    "properties": {**SCHEMA["properties"], "plugins": {**_NAMES, "description": "Python modules of policies."}},
}
