"""What can go wrong while a Terraform expression is evaluated."""

from __future__ import annotations

from stanchion.syntax.source import Located


class EvaluationError(Exception):
    """Terraform would refuse to evaluate this; `try` and `can` catch it, everything else reports it.

    `message` says what was expected, in Terraform's words where it has good ones; `origin` is the place, if known.
    """

    def __init__(self, message: str, origin: Located | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin


class BoundExceededError(Exception):
    """Working this out would take more than it is worth; it becomes an unknown value with this reason.

    It is no EvaluationError, since `try` must not take its fallback for something Terraform would have worked out.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
