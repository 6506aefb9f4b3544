"""`python -m jejak` is the command line."""

from jejak.config.cli import main

main()
