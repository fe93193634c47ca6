"""What can be done: one file a feature; each use case asks, loads, decides and writes."""
