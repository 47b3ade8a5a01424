"""Curation steps judge an item, one step a file, pure: no network, no clock, no database."""
