"""A line of progress for a person who waits."""

from __future__ import annotations

import shutil
import sys
import time

from stanchion.reporting.escape import shown

#: Seconds after which a person begins to wonder.
PATIENCE = 0.7
#: Seconds between two updates.
PACE = 0.1


class Progress:
    """Says on the terminal which unit is at hand, when a run takes long; takes its line back at the end."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._drawn = False

    def __call__(self, unit: str, number: int, total: int) -> None:
        now = time.monotonic()
        if now - self._start < PATIENCE or now - self._last < PACE:
            return
        self._last = now
        self._drawn = True
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\x1b[2K{f'judging {number} of {total}: {shown(unit)}'[:width]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line back."""
        if self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
