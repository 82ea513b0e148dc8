"""Types of the Terraform language, conversion between them, and numbers."""
