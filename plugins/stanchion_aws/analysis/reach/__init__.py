"""Whether the internet gets to what a security group protects, by which path, or what keeps it out."""
