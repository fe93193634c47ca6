"""The compiler: a view and a selection become one SQL statement whose JSON goes to the client untouched."""
