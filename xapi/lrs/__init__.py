"""The record store: statements in lean rows, chained, in SQLite or PostgreSQL."""
