"""The IAM documents that a resource holds, each where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from stanchion.worlds.decided import Decided
from stanchion.worlds.view import DecidedResource

DOCUMENT = "data.aws_iam_policy_document"


def documents(holder: DecidedResource) -> Iterator[Decided]:
    """The documents of an identity: its own and those inside it, without those that a data source makes."""
    if holder.type == DOCUMENT:
        yield holder["document"]
        return
    for name in ("PolicyDocument", "InlinePolicy"):
        if not _from_a_data_source(holder[name]):
            yield holder[name]
    for inline in holder["Policies"]:
        if not _from_a_data_source(inline["PolicyDocument"]):
            yield inline["PolicyDocument"]


def _from_a_data_source(document: Decided) -> bool:
    return any(DOCUMENT in reference.address for reference in document.references)
