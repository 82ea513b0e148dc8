"""Intrinsic functions: from a node of a template to a value."""
