"""`python -m api.cli` is `plf`."""

from api.cli import main

main()
