"""Edits of text that keep comments and layout; knows syntax, and nothing of policies."""
