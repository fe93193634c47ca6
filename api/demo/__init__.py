"""The demo: fictional municipalities to try everything in, their sign-in, and a clock that can be moved."""
