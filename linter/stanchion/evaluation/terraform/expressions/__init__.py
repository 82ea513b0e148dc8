"""Expressions: from a syntax tree and a scope to a value."""
