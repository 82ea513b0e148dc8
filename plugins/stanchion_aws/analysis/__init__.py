"""Questions about AWS that several policies share."""
