"""What a secret is called, and which texts under such a name are none: placeholders, and words of prose."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from functools import cache

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
