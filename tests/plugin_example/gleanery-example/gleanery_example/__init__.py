"""A third party's plugins for gleanery: text notes in, open questions asked about, JSON files out."""
