"""Findings: what judging hands to the reports."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from stanchion.policy.policy import Policy, Severity
from stanchion.syntax.source import Located, Problem
from stanchion.worlds.change import Fix
from stanchion.worlds.fault import Step

_INDEX = re.compile(r"\[\d+\]")

DEFINITE = "definite"
CONDITIONAL = "conditional"
POSSIBLE = "possible"


class Suppression(NamedTuple):
    """Why a finding does not count: by "comment", "baseline" or "config", with the reason given."""

    by: str
    reason: str


class Finding(NamedTuple):
    """One fault, joined over all worlds.

    `certainty`: "definite" (in every world), "conditional" (`when` says under which assignment), "possible" (only
    under a guess about a value nobody knows). `resources`: addresses, the block that holds the fault first.
    `unit`: the unit's name. `fix`: its one obvious mending in canonical words, where the policy names one.
    `weight`: its own severity, where that is not the policy's.
    `source_type`: what the language calls the resource's type. `alike`: what a joined finding was joined of.
    """

    policy: Policy
    certainty: str
    when: str | None
    message: str
    resources: tuple[str, ...]
    type: str
    framework: str
    place: Located
    trace: tuple[Step, ...]
    subject: str
    unit: str
    suppressed: Suppression | None = None
    fix: Fix | None = None
    source_type: str = ""
    alike: tuple[Finding, ...] = ()
    weight: Severity | None = None

    @property
    def severity(self) -> Severity:
        """What it costs here: its own severity, or the policy's."""
        return self.policy.severity if self.weight is None else self.weight

    @property
    def matter(self) -> str:
        """What it is about without places in lists and in the text, which move: "SecurityGroupIngress[].CidrIp"."""
        return _INDEX.sub("[]", self.subject.partition("@")[0])

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that stay the same when lines move and when the guard's wording changes.

        They are made of the policy, the file, the resource, the property without indexes, and the text of the place
        with its white space folded: what is written, not where.
        """
        place = self.place
        written = " ".join(place.source.text[place.start : place.end].split())
        import hashlib  # not every report asks, and OpenSSL takes a while to load

        parts = (self.policy.first_id, place.source.path, *self.resources[:1], self.matter, written)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Undecided(NamedTuple):
    """A question that could not be answered: the policy, the resource, and why, with the place of the reason."""

    policy: str
    resource: str
    reason: str
    place: Located


@dataclass(slots=True)
class Judgement:
    """What judging one unit gave."""

    findings: list[Finding] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
