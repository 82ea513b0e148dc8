"""Fixing: the mendings that policies name, as edits of the text that keep its comments and its layout."""
