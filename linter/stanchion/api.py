"""All that the author of a policy imports: `from stanchion.api import HIGH, resource`.

What is named in `__all__` stays, and keeps its meaning, until the next major version.
"""

from stanchion.plugins.hooks import hookimpl
from stanchion.policy.policy import Policy, Profile, Severity, also, graph_policy, policies_in, policy, require
from stanchion.policy.predicates import (
    ABSENT,
    PRESENT,
    any_of,
    at_least,
    at_most,
    contains,
    equal,
    matches,
    none_of,
    one_of,
)
from stanchion.policy.rows import SAFE, Conditions, resource
from stanchion.worlds.change import Append, Beside, Remove, Set
from stanchion.worlds.decided import Decided
from stanchion.worlds.fault import Fault, Step
from stanchion.worlds.view import DecidedResource, GraphView
from stanchion.worlds.world import NeedsValueError

INFO, LOW, MEDIUM, HIGH, CRITICAL = Severity
STRICT, AUDIT = Profile.STRICT, Profile.AUDIT
#: Names that moved, for policies that are being written while they move.
Estate, Report, estate_policy = GraphView, Fault, graph_policy

__all__ = [
    "ABSENT",
    "AUDIT",
    "CRITICAL",
    "HIGH",
    "INFO",
    "LOW",
    "MEDIUM",
    "PRESENT",
    "SAFE",
    "STRICT",
    "Append",
    "Beside",
    "Conditions",
    "Decided",
    "DecidedResource",
    "Fault",
    "GraphView",
    "NeedsValueError",
    "Policy",
    "Profile",
    "Remove",
    "Set",
    "Severity",
    "Step",
    "also",
    "any_of",
    "at_least",
    "at_most",
    "contains",
    "equal",
    "graph_policy",
    "hookimpl",
    "matches",
    "none_of",
    "one_of",
    "policies_in",
    "policy",
    "require",
    "resource",
]
