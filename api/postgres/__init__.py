"""PostgreSQL beneath: embedded or given, its roles, connections, ids and units of work."""
