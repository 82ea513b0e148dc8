"""Templates: how they are read, and what is expanded before anything is evaluated."""
