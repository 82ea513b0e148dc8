"""Plans, as `terraform show -json` prints them: what will be there after the apply, traced back to the sources."""
