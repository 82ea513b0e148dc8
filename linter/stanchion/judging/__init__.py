"""Policies asked in every world, and their answers joined into findings."""
