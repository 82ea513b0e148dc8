"""Policies without code: YAML files whose conditions are JSON Schema over the properties of a resource."""
