"""What your people already share, approved into your LMS, with a record anyone can check."""

__version__ = "0.1.0"
