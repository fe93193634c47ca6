"""What is true: pure values and functions that know no database, no web and no clock."""
