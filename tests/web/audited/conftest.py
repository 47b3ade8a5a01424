"""The desk of audit is served over the same day as the desk of record."""

from tests.web.recorded.conftest import desk, own_desk

__all__ = ["desk", "own_desk"]
