"""Approved items in Moodle, through its web services: as activities by our own plugin, or as entries without one.

Entries of a Database activity wait for a teacher's approval there, a second gate of the LMS's own.
"""

from lms_adapters.moodle.adapter import Moodle
from lms_adapters.moodle.settings import FieldNames, Settings

__all__ = ["FieldNames", "Moodle", "Settings"]
