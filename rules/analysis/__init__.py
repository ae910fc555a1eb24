"""Questions about a checked policy as a whole."""
