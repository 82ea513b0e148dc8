"""What a fault costs when it is real."""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """How bad it is when the fault is real; ordered, so that thresholds compare."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The name in reports and configuration."""
        return self.name.lower()
