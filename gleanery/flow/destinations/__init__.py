"""Destinations as administrators see them: set up (configuring), tried (trying), shown, and their outbox."""
