"""Data sources whose answer follows from their arguments alone."""
