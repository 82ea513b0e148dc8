"""The suppressions that users of other tools already have, honoured through what our policies stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stanchion.evaluation.values import Known, ListValue, MapValue, Value
from stanchion.policy.policy import Policy

#: checkov:skip=CKV_AWS_24:reason (Checkov, "Suppressing and Skipping Policies").
_CHECKOV = re.compile(r"(?:checkov|bridgecrew):skip=\s*(?P<id>\w+)(?::\s*(?P<reason>.*))?")
#: tfsec:ignore:aws-ec2-no-public-ingress-sgr:exp:2027-01-31, trivy:ignore:AVD-AWS-0107 (Trivy, "Filtering").
_TRIVY = re.compile(
    r"(?:tfsec|trivy):ignore:(?P<id>[A-Za-z0-9_*-]+)(?:\[[^\]]*\])?(?::exp:(?P<until>\d{4}-\d{2}-\d{2}))?"
)


class Foreign(NamedTuple):
    """Another tool's suppression in our terms. `around`: it speaks of the block that it stands in."""

    policies: frozenset[str]
    reason: str
    tool: str
    until: str = ""
    around: bool = False


def foreign_comment(text: str, policies: Sequence[Policy]) -> Foreign | None:
    """What another tool's comment suppresses of our policies; None where it is none or stands for nothing here."""
    found = _CHECKOV.search(text)
    if found:
        ours = _standing("checkov", found.group("id"), policies)
        return Foreign(ours, (found.group("reason") or "").strip(), "checkov", around=True) if ours else None
    found = _TRIVY.search(text)
    if found:
        name = found.group("id").upper().removeprefix("AVD-")
        ours = _standing("trivy", name, policies)
        return (
            Foreign(ours, f"suppressed for Trivy ({found.group('id')})", "trivy", found.group("until") or "")
            if ours
            else None
        )
    return None


def _standing(tool: str, name: str, policies: Sequence[Policy]) -> frozenset[str]:
    return frozenset(policy.id for policy in policies if name in policy.equivalents.get(tool, ()))


def foreign_metadata(metadata: MapValue, policies: Sequence[Policy]) -> Iterator[Foreign]:
    """The suppressions in a CloudFormation resource's metadata: cfn_nag's, Guard's and Checkov's."""
    for item in _list(metadata, "cfn_nag", "rules_to_suppress"):
        ours = _standing("cfn_nag", _text(item, "id"), policies)
        if ours:
            yield Foreign(ours, _text(item, "reason"), "cfn_nag")
    for item in _list(metadata, "guard", "SuppressedRules"):
        name = str(item.value) if isinstance(item, Known) else ""
        ours = _standing("guard", name, policies)
        if ours:
            yield Foreign(ours, "suppressed for Guard", "guard")
    for item in _list(metadata, "checkov", "skip"):
        ours = _standing("checkov", _text(item, "id"), policies)
        if ours:
            yield Foreign(ours, _text(item, "comment"), "checkov")


def _list(metadata: MapValue, tool: str, name: str) -> Sequence[Value]:
    section = metadata.entries.get(tool)
    listed = section.entries.get(name) if isinstance(section, MapValue) else None
    return listed.items if isinstance(listed, ListValue) else ()


def _text(item: Value, key: str) -> str:
    value = item.entries.get(key) if isinstance(item, MapValue) else None
    return str(value.value) if isinstance(value, Known) and value.value is not None else ""
