"""A PostgreSQL of our own: found, started, watched and stopped without asking anything of the machine."""
