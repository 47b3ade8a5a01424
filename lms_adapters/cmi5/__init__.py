"""Approved items as one cmi5 course, whose pages send xAPI statements to the LMS's record store."""

from lms_adapters.cmi5.adapter import Cmi5, Settings

__all__ = ["Cmi5", "Settings"]
