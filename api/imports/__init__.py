"""Files of others as our own commands: read, checked line by line, planned, and written whole or not at all."""
