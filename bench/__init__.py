"""Named workloads, and the peers that the engine is measured beside."""
