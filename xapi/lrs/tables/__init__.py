"""The tables of the record store beside the statements' first ones, one file a concern."""
