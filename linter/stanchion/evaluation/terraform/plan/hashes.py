"""Texts of which a plan holds only the hash, found where else they are written.

The AWS provider keeps of user data the SHA-1, of what it decodes to where it is base64. Which text that was the
configuration part tells where it is a constant, and the sources where they lie beside the plan.
"""

from __future__ import annotations

import re

#: Attributes of which the provider keeps a hash.
HASHED = ("user_data",)
_SHA1 = re.compile(r"[0-9a-f]{40}")


def is_hash(value: object) -> bool:
    """Whether a value may be nothing but the hash of another."""
    return isinstance(value, str) and _SHA1.fullmatch(value) is not None


def is_hash_of(value: object, text: object) -> bool:
    """Whether a value of a plan stands for a text."""
    if not is_hash(value) or not isinstance(text, str):
        return False
    from hashlib import sha1

    return any(sha1(each, usedforsecurity=False).hexdigest() == value for each in _readings(text))


def _readings(text: str) -> list[bytes]:
    import base64
    import contextlib

    found = [text.encode("utf-8", "replace")]
    with contextlib.suppress(ValueError):
        found.append(base64.b64decode(text, validate=True))
    return found
