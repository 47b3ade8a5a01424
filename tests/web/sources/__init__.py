"""The desk of connectors."""
