"""What each layer of a decision costs, found by adding one after the other."""
