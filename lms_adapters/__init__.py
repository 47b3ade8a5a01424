"""Adapters bring approved items into one kind of LMS or file and answer with a receipt."""
