"""The desk of curation."""
