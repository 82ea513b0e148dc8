"""`stanchion policies`: list the policies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from stanchion.cli.arguments import Parser, add_packs, names
from stanchion.cli.main import CLEAN, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.fixing.remediation import of_policy
from stanchion.plugins.registry import load
from stanchion.policy.policy import Policy

TOOLS = ("checkov", "trivy", "guard", "cfn_nag", "aws_config", "security_hub")


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = Parser("policies", "List the policies.")
    made.add_argument("--format", choices=("text", "json"), default="text")
    made.add_argument("--family", default="", metavar="NAME,...", help="only these families")
    add_packs(made)
    given = made.parse_args(arguments)
    registry = load(given.plugin, files=given.policies)
    families = names(given.family)
    known = sorted({policy.family for policy in registry.policies})
    for name in families:
        if name not in known:
            complain(f"there is no family {name!r}; expected one of {', '.join(known)}")
            return USAGE
    policies = [policy for policy in registry.policies if not families or policy.family in families]
    policies.sort(key=lambda policy: policy.id)
    write(_json(policies) if given.format == "json" else _text(policies))
    for problem in registry.problems:
        complain(problem.message)
    return UNREAD if registry.problems else CLEAN


def _json(policies: list[Policy]) -> str:
    listed = [
        {
            "id": policy.id,
            "title": policy.title,
            "severity": policy.severity.word,
            "family": policy.family,
            "types": list(policy.types),
            "why": policy.why,
            "mend": of_policy(policy),
            "docs": policy.docs,
            "equivalents": {tool: list(policy.equivalents.get(tool, ())) for tool in TOOLS},
            "controls": list(policy.controls),
        }
        for policy in policies
    ]
    return json.dumps({"policies": listed}, indent=2) + "\n"


def _text(policies: list[Policy]) -> str:
    lines = []
    for family, group in groupby(policies, key=lambda policy: policy.family):
        listed = list(group)
        lines.append(f"{family} ({len(listed)})")
        lines += [f"  {policy.id}  {policy.severity.word:8}  {policy.title}" for policy in listed]
    return "\n".join(lines) + "\n"
