"""What kind of configuration a text is, told without parsing it."""

from __future__ import annotations

import re

#: Endings of files that may hold a template or a plan.
CANDIDATES = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform", ".cf", ".cfm", ".stack")
#: Names that never do, and are often large.
NEVER = frozenset(
    {
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "composer.lock", "pnpm-lock.yaml", "tsconfig.json",
        "docker-compose.yml", "docker-compose.yaml", ".pre-commit-config.yaml", "mkdocs.yml",
    }
)  # fmt: skip
_SECTION = re.compile(r"""^\s*["']?Resources["']?\s*:|[{,]\s*["']Resources["']\s*:""", re.MULTILINE)
_OTHER = re.compile(r"""^["']?(?:Parameters|Outputs|Mappings|Conditions|Transform)["']?\s*:""", re.MULTILINE)
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::""")


def may_hold(name: str) -> bool:
    """Whether a file of this name is worth opening in search of a template or a plan."""
    return name.endswith(CANDIDATES) and name not in NEVER


def is_plan(text: str) -> bool:
    """Whether a text is a plan as `terraform show -json` prints it."""
    return text.lstrip()[:1] == "{" and '"format_version"' in text[:4096] and '"planned_values"' in text


def is_template(text: str) -> bool:
    """Whether a text is meant as a CloudFormation template, even a broken one."""
    if "AWSTemplateFormatVersion" in text or "AWS::Serverless-2016-10-31" in text:
        return True
    if "Resources" not in text or not _SECTION.search(text):
        return False
    return bool(_TYPE.search(text) or _OTHER.search(text))
