"""The servers that are compared with ours: the least that could do the work, how most would write it, and others' ways."""
