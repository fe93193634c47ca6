"""Benchmarks with peers side by side in one run: `python -m bench.run` prints ratios and never passes or fails."""
