"""Terraform's built-in functions: `call` runs one by name."""

from stanchion.evaluation.terraform.functions.registry import FUNCTION_NAMES, LAZY_NAMES, call
from stanchion.evaluation.terraform.functions.signature import Context

__all__ = ["FUNCTION_NAMES", "LAZY_NAMES", "Context", "call"]
