"""Small pictures of items."""
