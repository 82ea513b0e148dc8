"""Splitting text into extended grapheme clusters (Unicode Standard Annex #29, "Unicode Text Segmentation")."""

from __future__ import annotations

from unicodedata import category

_JOINER = 0x200D


def split(text: str) -> list[str]:
    """The clusters of a text, in order."""
    clusters: list[str] = []
    start = 0
    flags = 0  # regional indicators in a row, up to here
    for at in range(1, len(text) + 1):
        flags = flags + 1 if _kind(text[at - 1]) == "flag" else 0
        if at == len(text) or _breaks(text, start, at, flags):
            clusters.append(text[start:at])
            start = at
    return clusters


def _breaks(text: str, start: int, at: int, flags: int) -> bool:
    """Whether a cluster ends between two characters (rules GB3 to GB999)."""
    before, after = _kind(text[at - 1]), _kind(text[at])
    if text[at - 1] == "\r" and text[at] == "\n":
        return False
    if "control" in (before, after):
        return True
    if before == "L" and after in ("L", "V", "LV", "LVT"):
        return False
    if (before in ("LV", "V") and after in ("V", "T")) or (before in ("LVT", "T") and after == "T"):
        return False
    if after in ("extend", "joiner", "spacing") or before == "prepend":
        return False
    if before == "joiner" and after == "picture":
        return not _picture_before(text, start, at - 1)
    return not (before == after == "flag" and flags % 2 == 1)


def _picture_before(text: str, start: int, at: int) -> bool:
    """Whether a picture, perhaps with marks, stands before a joiner (rule GB11)."""
    at -= 1
    while at >= start and _kind(text[at]) == "extend":
        at -= 1
    return at >= start and _kind(text[at]) == "picture"


_PREPEND = frozenset({0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD})
#: Spacing marks that extend a cluster as the marks without width do (Other_Grapheme_Extend).
_EXTENDING = frozenset(
    {0x9BE, 0x9D7, 0xB3E, 0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5, 0xCD6, 0xD3E, 0xD57, 0xDCF, 0xDDF, 0x1B35, 0x200C}
    | {0x302E, 0x302F, 0xFF9E, 0xFF9F, 0x1133E, 0x11357, 0x114B0, 0x114BD, 0x115AF, 0x11930, 0x1D165}
)


def _kind(character: str) -> str:
    code = ord(character)
    if code < 0x300:
        if code in (0xA9, 0xAE):
            return "picture"
        return "control" if code < 32 or 0x7F <= code < 0xA0 or code == 0xAD else ""
    if code == _JOINER:
        return "joiner"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "flag"
    if code in _EXTENDING or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return "extend"
    if 0x1100 <= code <= 0x11FF or 0xA960 <= code <= 0xA97C or 0xAC00 <= code <= 0xD7FB:
        return _hangul(code)
    if code in _PREPEND:
        return "prepend"
    general = category(character)
    if general in ("Mn", "Me"):
        return "extend"
    if general == "Mc" or code in (0xE33, 0xEB3):
        return "spacing"
    if general in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return "control"
    return "picture" if _is_picture(code, general) else ""


def _hangul(code: int) -> str:
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    if code < 0x1160 or 0xA960 <= code <= 0xA97C:
        return "L"
    return "V" if code < 0x11A8 or 0xD7B0 <= code <= 0xD7C6 else "T"


def _is_picture(code: int, general: str) -> bool:
    """Whether a character is Extended_Pictographic, which Python's tables do not tell: symbols in emoji blocks."""
    if 0x1F000 <= code <= 0x1FAFF or 0x1FC00 <= code <= 0x1FFFD:
        return general in ("So", "Cn", "Sk") and not 0x1F100 <= code <= 0x1F10C
    if 0x2600 <= code <= 0x27BF:
        return general == "So"
    return code in (0x203C, 0x2049, 0x2122, 0x2139, 0x2328, 0x2388, 0x23CF, 0x3030, 0x303D, 0x3297, 0x3299) or any(
        low <= code <= high
        for low, high in ((0x2194, 0x2199), (0x21A9, 0x21AA), (0x231A, 0x231B), (0x23E9, 0x23FA), (0x25AA, 0x25AB),
                          (0x25B6, 0x25B6), (0x25C0, 0x25C0), (0x25FB, 0x25FE), (0x2934, 0x2935), (0x2B05, 0x2B07),
                          (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55))
    )  # fmt: skip
