"""Configurations: root modules, module calls, blocks, variables and what they expand to."""
