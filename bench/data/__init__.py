"""The data set: one big municipality and small ones, the same rows for the same sizes, written by the server itself."""
