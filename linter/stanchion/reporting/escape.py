"""Text from strangers made safe to show: no terminal sequences, no invisible or reordering characters."""

from __future__ import annotations

import re

#: Control characters except the tab, and the characters that reorder or hide text (Unicode Bidirectional Algorithm).
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def shown(text: str) -> str:
    """A text in which every unsafe character is written out: `\\x1b`, `\\u202e`."""
    return _UNSAFE.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
