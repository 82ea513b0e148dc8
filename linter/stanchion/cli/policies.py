"""`stanchion policies`: list the policies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from stanchion.cli.arguments import PROFILES, Parser, add_packs, names, profile_of
from stanchion.cli.main import CLEAN, UNREAD, USAGE
from stanchion.cli.output import complain, write
from stanchion.fixing.remediation import of_policy
from stanchion.plugins.registry import load
from stanchion.plugins.selection import UnknownPolicyError, choose_policies
from stanchion.policy.families import Family
from stanchion.policy.policy import Policy, Severity

TOOLS = ("checkov", "trivy", "guard", "cfn_nag", "aws_config", "security_hub")


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = Parser("policies", "List the policies.")
    made.add_argument("--format", choices=("text", "json"), default="text")
    made.add_argument("--family", default="", metavar="NAME,...", help="only these families")
    made.add_argument("--service", default="", metavar="NAME,...", help="only these services")
    made.add_argument("--profile", choices=PROFILES, default="audit", help="only those of a profile (default: all)")
    add_packs(made)
    given = made.parse_args(arguments)
    registry = load(given.plugin, files=given.policies)
    families = names(given.family)
    services = names(given.service)
    try:
        policies = list(
            choose_policies(
                registry.policies,
                families=families,
                minimum=Severity.INFO,
                services=services,
                profile=profile_of(given.profile),
            )
        )
    except UnknownPolicyError as error:
        complain(str(error))
        return USAGE
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
            "profile": policy.profile.word,
            "family": policy.family,
            "service": policy.service,
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
        says = f": {Family[family].value}" if family in Family.__members__ else ""
        lines.append(f"{family} ({len(listed)}){says}")
        lines += [
            f"  {policy.id}  {policy.severity.word:8}  {policy.profile.word:7}  {policy.title}" for policy in listed
        ]
    return "\n".join(lines) + "\n"


def _line(policy: Policy) -> str:
    return f"  {policy.id}  {policy.severity.word:8}  {policy.profile.word:7}  {policy.title}"
