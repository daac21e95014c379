"""`python -m clarion` is the command line."""

from clarion.cli import main

main()
