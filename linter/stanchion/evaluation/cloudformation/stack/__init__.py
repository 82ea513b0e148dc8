"""Stacks: parameters, rules, nested stacks and the declarations that they give."""
