"""The nouns of the house, one short file per group: tables, and the checked inputs that enter them."""
