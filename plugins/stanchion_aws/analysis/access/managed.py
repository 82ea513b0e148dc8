"""Policies that AWS manages, attached by ARN (AWS Managed Policy Reference Guide)."""

from __future__ import annotations

import json
from typing import Any

from stanchion_aws.analysis.access.statements import Statement, compiled
from stanchion_aws.facts import row

PREFIX = "arn:aws:iam::aws:policy/"


def is_managed(arn: str) -> bool:
    """Whether an ARN is that of a policy of AWS's own, in any partition."""
    return arn.split(":")[2:5] == ["iam", "", "aws"]


def managed_policy(arn: str) -> list[Statement] | None:
    """The statements of a policy of AWS's own, or None where it is not known."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    found = row("managed_policies", f"arn:aws:iam::aws:{parts[5]}")
    if found is None:
        return None
    document = {"Version": ("2012-10-17",), "Statement": _texts(json.loads(found[1]))}
    return list(compiled(document, of_resource=False, source=arn))


def _texts(written: Any) -> Any:
    """JSON with its scalars as texts without holes."""
    if isinstance(written, list):
        return [_texts(one) for one in written]
    if isinstance(written, dict):
        return {key: _texts(one) for key, one in written.items()}
    return (str(written).lower() if isinstance(written, bool) else str(written),)
