"""The servers that are compared: ours as shipped, the least that could do the work, and how most would write it."""
