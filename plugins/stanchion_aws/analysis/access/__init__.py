"""What policies of resources allow, to whom, with the request that proves it."""
