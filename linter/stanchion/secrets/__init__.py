"""What a secret is, by its name and by its shape, and how it is masked: one list, for policies and for every output."""
