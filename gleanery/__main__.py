"""`python -m gleanery`."""

from gleanery.cli import main

main()
