"""What is a secret: by the name it is kept under, by its shape, and by how a configuration comes by it.

Nothing here ever returns a secret whole; `masked` is the only form that leaves this module in words.
"""

from __future__ import annotations

import enum
import itertools
import math
import re
from collections import Counter
from functools import cache

from stanchion.evaluation.values import Known, Unknown
from stanchion.graph.resource import PARAMETER
from stanchion.worlds.decided import Decided
from stanchion.worlds.view import GraphView

#: Words that make a name a secret's, after it has been cut into words.
_SECRET_WORDS = frozenset(
    {"password", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "credential", "credentials", "apikey"}
)
#: Endings of words written together: "mysecret", "DBPASSWORD".
_SECRET_ENDINGS = ("password", "passwd", "passphrase", "secret", "apikey", "token")
#: Pairs of neighbouring words that do.
_SECRET_PAIRS = frozenset(
    {
        ("api", "key"),
        ("access", "key"),
        ("secret", "key"),
        ("private", "key"),
        ("auth", "key"),
        ("encryption", "key"),
        ("signing", "key"),
        ("master", "key"),
        ("license", "key"),
        ("db", "pass"),
        ("database", "pass"),
        ("user", "pass"),
        ("admin", "pass"),
        ("client", "secret"),
    }
)
#: Words behind which a name speaks about a secret and is none: a password's length, a secret's ARN.
_ABOUT = frozenset(
    {
        "arn", "arns", "name", "names", "id", "ids", "length", "policy", "rotation", "enabled", "enable", "path",
        "paths", "type", "version", "versions", "url", "uri", "endpoint", "ttl", "expiry", "expiration", "days",
        "min", "max", "minimum", "maximum", "count", "manager", "store", "prefix", "suffix", "alias", "parameter",
        "region", "bucket", "file", "description", "validity", "window", "reuse", "required", "require", "age",
        "recovery", "username", "key_id", "kms", "protection", "hint", "field", "ref", "location", "public", "tags",
    }
)  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def words(name: str) -> list[str]:
    """A name in any case cut into lower-case words: "dbMasterPASSWORD_2" gives db, master, password, 2."""
    return [word.lower() for word in _WORDS.findall(name)]


@cache
def names_a_secret(name: str) -> bool:
    """Whether something of this name holds a secret itself, and is not merely about one."""
    parts = words(name)
    if (
        not parts
        or parts[-1] in _ABOUT
        or "encrypted" in parts
        or parts[0] in ("enable", "use", "create", "manage", "generate", "rotate")
    ):
        return False
    if any(part in _SECRET_WORDS or part.endswith(_SECRET_ENDINGS) for part in parts):
        return True
    return any(pair in _SECRET_PAIRS for pair in itertools.pairwise(parts))


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


_PLACEHOLDER = re.compile(
    r"^(?:\*+|x{3,}|<.*>|\[.*\]|%.*%|\$.*|\{\{.*\}\}|.*\$\{.*\}.*|change.?me.*|replace.?me.*|your[-_ ].*|todo|tbd|"
    r"none|null|empty|dummy.*|placeholder.*|example.*|redacted|undefined|true|false|\.\.\.|-)$",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a value that is put in later."""
    return not text.strip() or bool(_PLACEHOLDER.match(text.strip()[:200]))


def looks_random(text: str) -> bool:
    """Whether a text has the entropy of a generated secret: at least 8 characters, no prose, and 3 bits a character,
    or two and a half where digits stand among the letters."""
    if len(text) < 8 or " " in text.strip():
        return False
    bits = entropy(text)
    return bits >= 3.0 or (bits >= 2.5 and any(c.isdigit() for c in text) and any(c.isalpha() for c in text))


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    if not text:
        return 0.0
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values())


def masked(secret: str) -> str:
    """A secret as it may be shown: its first two characters, when it is long enough to spare them."""
    return f"{secret[:2]}…" if len(secret) >= 8 else "…"


class Means(enum.Enum):
    """How a configuration comes by a value."""

    ABSENT = "absent"
    PLAIN = "written in plain text"
    DEFAULT = "written in plain text where it has its default"
    ECHOED = "taken from a parameter without NoEcho"
    UNENCRYPTED = "taken from a Parameter Store parameter that is not encrypted"
    HIDDEN_PARAMETER = "taken from a NoEcho parameter"
    SERVICE = "taken from a secrets service"
    ELSEWHERE = "known only at deployment"


#: Means by which nobody who reads the template, the stack or the plan learns the value.
SAFE = frozenset({Means.ABSENT, Means.HIDDEN_PARAMETER, Means.SERVICE, Means.ELSEWHERE})
_RESOLVE = re.compile(r"^\s*\{\{\s*resolve:(?P<service>[a-z-]+):")


def means_of(value: Decided, graph: GraphView) -> Means:
    """How a value comes about: written down, through a parameter, from a service, or only at deployment.

    Source: AWS CloudFormation User Guide, "Get values stored in other services using dynamic references" and
    "Parameters" (NoEcho); Terraform language, "Input Variables" (sensitive).
    """
    raw = value.raw
    if isinstance(raw, Known):
        return _known_means(value, raw)
    if not isinstance(raw, Unknown):
        return Means.ELSEWHERE
    service = _resolved_by(value, raw)
    if service is not None:
        return Means.UNENCRYPTED if service == "ssm" else Means.SERVICE
    parameter = graph.at(raw.variable.name) if raw.variable is not None else None
    if parameter is None or parameter.type != PARAMETER:
        return Means.ELSEWHERE
    if raw.sensitive or parameter["NoEcho"] == True:  # noqa: E712 - a decided value, compared with its reading of true
        return Means.HIDDEN_PARAMETER
    return Means.ECHOED if parameter.framework == "cloudformation" else Means.ELSEWHERE


def _known_means(value: Decided, raw: Known) -> Means:
    if raw.value in (None, ""):
        return Means.ABSENT
    service = _RESOLVE.match(str(raw.value))
    if service:
        return Means.UNENCRYPTED if service.group("service") == "ssm" else Means.SERVICE
    if value.elsewhere is not None:
        return Means.DEFAULT
    return Means.PLAIN


def _resolved_by(value: Decided, raw: Unknown) -> str | None:
    texts = [raw.variable.name] if raw.variable is not None else []
    texts.append("".join(piece or "" for piece in value.pieces))
    for text in texts:
        found = _RESOLVE.match(text)
        if found:
            return found.group("service")
    return None
