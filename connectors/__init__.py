"""Connectors read posts from where people share them; each is one file or folder, found by entry point."""
