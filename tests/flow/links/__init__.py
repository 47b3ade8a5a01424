"""Links and terms of items."""
