"""Who brings policies and mappings: hooks, the registry, and the selection of policies."""
