"""The policies, a module per service and concern."""
