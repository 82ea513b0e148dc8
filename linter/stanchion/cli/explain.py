"""`stanchion explain`: all about one policy, also by another tool's id."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.cli.arguments import Parser, add_packs
from stanchion.cli.main import CLEAN, USAGE
from stanchion.cli.output import complain, write
from stanchion.fixing.remediation import of_policy
from stanchion.plugins.registry import load
from stanchion.policy.policy import Policy


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    made = Parser("explain", "Tell all about one policy.")
    made.add_argument("id", metavar="ID", help="a policy's id, or that of another tool's check (CKV_AWS_24)")
    add_packs(made)
    given = made.parse_args(arguments)
    if given.id.startswith("cfn-lint/") and "cfn-lint" not in given.plugin:
        given.plugin = [*given.plugin, "cfn-lint"]
    registry = load(given.plugin, files=given.policies)
    policies = registry.policies
    for problem in registry.problems:
        complain(problem.message)
    wanted = given.id.lower()
    own = [policy for policy in policies if wanted in (name.lower() for name in (policy.id, *policy.aliases))]
    if own:
        write(_explained(own[0]))
        return CLEAN
    standing = [(tool, policy) for policy in policies for tool, ids in policy.equivalents.items() if _has(ids, wanted)]
    if standing:
        tools = ", ".join(dict.fromkeys(tool for tool, _ in standing))
        write(f"{given.id} ({tools}) is judged by:\n\n")
        write("\n".join(_explained(policy) for _, policy in standing))
        return CLEAN
    import difflib

    known = [policy.id for policy in policies] + [i for p in policies for ids in p.equivalents.values() for i in ids]
    close = difflib.get_close_matches(given.id.upper(), list(dict.fromkeys(known)), n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    complain(f"no policy has or stands for the id {given.id!r}{hint}")
    return USAGE


def _has(ids: Sequence[str], wanted: str) -> bool:
    return any(one.lower() == wanted for one in ids)


def _explained(policy: Policy) -> str:
    lines = [
        f"{policy.id}  {policy.title}",
        f"severity: {policy.severity.word}",
        f"profile:  {policy.profile.word}",
        f"judges:   {', '.join(policy.types) or 'all of a configuration together'}",
        "",
        f"Why:  {policy.why}",
        f"Mend: {of_policy(policy)}",
        f"See:  {policy.docs}",
    ]
    if policy.aliases:
        lines.append(f"Was:  {', '.join(policy.aliases)}")
    if policy.equivalents:
        lines.append("Stands for:")
        lines += [f"  {tool}: {', '.join(ids)}" for tool, ids in sorted(policy.equivalents.items())]
    if policy.controls:
        lines.append(f"Controls: {', '.join(policy.controls)}")
    return "\n".join(lines) + "\n"
