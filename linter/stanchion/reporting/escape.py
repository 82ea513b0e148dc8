"""Text from strangers made safe to show: no terminal sequences, no invisible or reordering characters."""

from __future__ import annotations

import re

#: Control characters, the characters that reorder or hide text (Unicode Standard Annex #9, "Unicode Bidirectional
#: Algorithm"; Unicode Technical Report #36, "Unicode Security Considerations"), and halves of surrogate pairs, which
#: stand for the bytes of file names that are not UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LONE = re.compile("[\ud800-\udfff]")


def shown(text: str) -> str:
    """A text in which every unsafe character is written out: `\\x1b`, `\\u202e`. Line ends are, too."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(_written, text)


def encodable(text: str) -> str:
    """A text that has a UTF-8 form: bytes of file names that are not UTF-8 are written out, `\\xff`."""
    return text if text.isascii() else _LONE.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:  # PEP 383: a byte that could not be decoded
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
