"""Credentials that are recognised by their shape, wherever they stand, and secrets that a script assigns to a name.

Nothing here shows a secret whole; `masked` is the only form that leaves this module in words.
"""

from __future__ import annotations

import re
from functools import cache

from stanchion.secrets.names import is_placeholder, looks_random, names_a_secret

#: Shapes of credentials that are theirs alone, by what they are called.
_SHAPES: tuple[tuple[str, str], ...] = (
    ("an AWS access key id", r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AIPA|AIDA|AROA|AGPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Z0-9])"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    ("a GitHub token", r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})"),
    ("a GitLab token", r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}"),
    ("a Stripe key", r"(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{16,}"),
    ("a Google API key", r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}"),
    ("a JSON web token", r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("a password in a URL", r"[a-z][a-z0-9+.-]{0,30}://[^\s:/@{}$]+:(?![{$<])[^\s:/@{}$<>]{3,}@[^\s/]+"),
)
#: A secret assigned in a script: `export DB_PASSWORD=...`, `secret_key: ...`.
_ASSIGNED = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.-]{2,60}+)["']?\s*(?:[:=]|=>|,(?=\s*["']))\s*(?P<quote>["']?)"""
    r"""(?P<value>[^\s"'`;&|<>]{6,200})(?P=quote)"""
)
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
#: How much of a text is searched: beyond it, a script is cut.
_SEARCHED = 64 * 1024


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _SHAPES)


def credential_in(text: str) -> tuple[str, str] | None:
    """The first credential that a text has, recognised by its shape: what it is called, and its text."""
    text = text[:_SEARCHED]
    for name, shape in _shapes():
        found = shape.search(text)
        if found:
            return name, found.group()
    return None


def without_credentials(text: str) -> str:
    """A text with every credential that is recognised by its shape masked."""
    for _, shape in _shapes():
        text = shape.sub(lambda found: masked(found.group()), text)
    return text


def assigned_secret(text: str) -> tuple[str, str] | None:
    """The first secret that a script assigns to a name which says that it is one: the name, and the secret."""
    for found in _ASSIGNED.finditer(text[:_SEARCHED]):
        name, value = found.group("name"), found.group("value")
        if names_a_secret(name) and not is_placeholder(value) and (looks_random(value) or _AWS_SECRET.search(value)):
            return name, value
    return None


def masked(secret: str) -> str:
    """A secret as it may be shown: its first two characters, when it is long enough to spare them."""
    return f"{secret[:2]}…" if len(secret) >= 8 else "…"
