"""For those who write policies: a start that runs, and fixtures to hold policies to."""
